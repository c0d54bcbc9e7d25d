"""Finding opportunities by the words of `Opportunity.search_text`.

The words follow the column by themselves, whoever writes it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, event, exists, insert, inspect, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ..core import words
from ..core.events import on
from ..customers.events import ContactChanged
from ..customers.models import Contact
from . import rules
from .models import Opportunity, OpportunityWord
from .rules import search_text


def has_word(word: str) -> ColumnElement[bool]:
    """Whether the opportunity at hand has a word that begins with `word`."""
    return exists().where(col(OpportunityWord.opportunity_id) == col(Opportunity.id),
                          words.begins_with(col(OpportunityWord.word), word))


# Of several words (a whole name) each may be common and yet few rows have all: walking a list in its order would go
# through most of it before a page is full. Up to so many hits of the rarest word are compared with the others instead.
MOST_COMPARED = 5000


def _having(asked: list[str], rarest: str) -> Select:
    """The opportunities with all words, read from the index of the words alone."""
    first = aliased(OpportunityWord)
    found = select(col(first.opportunity_id)).where(words.begins_with(col(first.word), rarest))
    for other in asked:
        if other != rarest:
            also = aliased(OpportunityWord)
            found = found.where(exists().where(col(also.opportunity_id) == col(first.opportunity_id),
                                               words.begins_with(col(also.word), other)))
    return found


def conditions(session: Session, asked: list[str], at_most: int) -> tuple[list[ColumnElement[bool]], bool]:
    """The conditions, and whether they hit many: few hits (`at_most`) are fetched by their ids; with many, a list is
    walked in its order and soon finds a page."""
    if not asked:
        return [], False
    asked = words.narrowed(session, col(OpportunityWord.word), asked)
    is_one_word = len(asked) == 1
    most_hits = at_most if is_one_word else max(at_most, MOST_COMPARED)
    word, hits = words.rarest(session, col(OpportunityWord.word), asked, most_hits)
    if hits > most_hits:
        return [has_word(each) for each in asked], True
    having = _having(asked, word)
    if not is_one_word:  # compared once: page and count go on with what was found
        found = list(session.scalars(having.distinct().limit(at_most + 1)))
        if len(found) <= at_most:
            return [col(Opportunity.id).in_(found)], False
    return [col(Opportunity.id).in_(having)], False


@on(ContactChanged)
def _follow_contact(session: Session, changed: ContactChanged) -> None:
    """A project is found by the new name and address of its customer."""
    contact = session.get_one(Contact, changed.contact_id)
    for opportunity in session.scalars(select(Opportunity).where(col(Opportunity.contact_id) == contact.id)):
        opportunity.search_text = search_text(
            opportunity.number, opportunity.title, contact.name, contact.email, opportunity.address)
        session.add(opportunity)


def _write(connection: Connection, opportunity: Opportunity) -> None:
    found = words.entries_of(opportunity.search_text.split(rules.BETWEEN))
    if found:
        connection.execute(insert(OpportunityWord), [{"opportunity_id": opportunity.id, "word": w} for w in found])


@event.listens_for(Opportunity, "after_insert")
def _inserted(_mapper: Any, connection: Connection, opportunity: Opportunity) -> None:
    _write(connection, opportunity)


@event.listens_for(Opportunity, "after_update")
def _updated(_mapper: Any, connection: Connection, opportunity: Opportunity) -> None:
    if inspect(opportunity).attrs.search_text.history.has_changes():
        connection.execute(delete(OpportunityWord).where(col(OpportunityWord.opportunity_id) == opportunity.id))
        _write(connection, opportunity)
