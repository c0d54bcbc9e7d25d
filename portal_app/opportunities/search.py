"""Finding opportunities by the beginnings of words.

The words of `Opportunity.search_text` stand in a table of their own, because looking for a text somewhere inside a
column reads every row. They follow the column by themselves, whoever writes it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, event, exists, func, insert, inspect, select
from sqlmodel import Session, col

from .models import Opportunity, OpportunityWord

LONGEST_WORD = 40
MOST_WORDS_ASKED = 6
_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """The different words of a text in small letters without accents, in their order."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(plain)))


def asked_words(query: str) -> list[str]:
    """What somebody looks for; a word that another one begins with adds nothing."""
    words = words_of(query)[:MOST_WORDS_ASKED]
    return [w for w in words if not any(other != w and other.startswith(w) for other in words)]


def begins_with(word: str) -> ColumnElement[bool]:
    """`word*` as a range, which an index answers on every database."""
    column = col(OpportunityWord.word)
    return (column >= word) & (column < word + "\U0010ffff")


def has_word(word: str) -> ColumnElement[bool]:
    """Whether the opportunity at hand has a word that begins with `word`."""
    return exists().where(col(OpportunityWord.opportunity_id) == col(Opportunity.id), begins_with(word))


def rarest(session: Session, words: list[str], at_most: int) -> tuple[str, int]:
    """The word with the fewest hits, and how many; counting stops behind `at_most`."""
    counts = [
        select(func.count()).select_from(select(1).where(begins_with(word)).limit(at_most + 1).subquery())
        .scalar_subquery() for word in words
    ]
    found = session.execute(select(*counts)).one()
    return min(zip(words, found, strict=True), key=lambda pair: pair[1])


def _write(connection: Connection, opportunity: Opportunity) -> None:
    words = words_of(opportunity.search_text)
    if words:
        connection.execute(insert(OpportunityWord), [{"opportunity_id": opportunity.id, "word": w} for w in words])


@event.listens_for(Opportunity, "after_insert")
def _inserted(_mapper: Any, connection: Connection, opportunity: Opportunity) -> None:
    _write(connection, opportunity)


@event.listens_for(Opportunity, "after_update")
def _updated(_mapper: Any, connection: Connection, opportunity: Opportunity) -> None:
    if inspect(opportunity).attrs.search_text.history.has_changes():
        connection.execute(delete(OpportunityWord).where(col(OpportunityWord.opportunity_id) == opportunity.id))
        _write(connection, opportunity)
