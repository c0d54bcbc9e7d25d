"""Finding contacts by the words of their name, address, e-mail and phone, which follow these columns by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    bindparam,
    delete,
    event,
    exists,
    false,
    insert,
    inspect,
    select,
)
from sqlmodel import Session, col

from ..core import words
from ..core.database import insert_rows, table_of
from .models import Contact, ContactWord

FEW_HITS = 1000
WRITTEN_AT_ONCE = 200
_COLUMNS = ("name", "email", "phone", "address")


def conditions(session: Session, query: str) -> list[ColumnElement[bool]]:
    """Few hits are fetched by their ids; with many, the list is walked in its order and soon finds a page."""
    if not query.strip():
        return []
    asked = words.asked_words(query)
    if not asked:
        return [false()]
    asked = words.narrowed(session, col(ContactWord.word), asked)
    word, hits = words.rarest(session, col(ContactWord.word), asked, FEW_HITS)
    others = [_has_word(other) for other in asked if other != word]
    if hits > FEW_HITS:
        return [_has_word(word), *others]
    found = select(col(ContactWord.contact_id)).where(words.begins_with(col(ContactWord.word), word))
    return [col(Contact.id).in_(found), *others]


def _has_word(word: str) -> ColumnElement[bool]:
    """As a value: with EXISTS PostgreSQL may gather and sort all hits before it walks the list."""
    return (select(1).where(col(ContactWord.contact_id) == col(Contact.id), words.begins_with(col(ContactWord.word), word))
            .limit(1).scalar_subquery().is_not(None))


def words_of_contact(values: Mapping[str, str]) -> list[str]:
    """The words that a contact with these columns is found by; for whoever writes rows without the mapper."""
    return words.entries_of(values[column] for column in _COLUMNS)


def write_missing_words(session: Session, after: str, looked_at: int = WRITTEN_AT_ONCE) -> str | None:
    """Writes the words of the first of the next contacts behind this id that have none, as rows that came without the
    mapper; the id to go on from, or None at the end."""
    found = session.execute(_NEXT, {"after": after, "most": looked_at}).all()
    if not found:
        return None
    missing = [contact.id for contact in found if not contact.has_words][:WRITTEN_AT_ONCE]
    # Held until the words are there: on PostgreSQL somebody else might change the name in between.
    contacts = session.execute(_HELD, {"ids": missing}) if missing else []
    insert_rows(session, ContactWord, [
        {"contact_id": contact.id, "word": word} for contact in contacts
        for word in words_of_contact({column: getattr(contact, column) for column in _COLUMNS})])
    return missing[-1] if len(missing) == WRITTEN_AT_ONCE else found[-1].id


_contact, _word = table_of(Contact), table_of(ContactWord)
_NEXT = (select(_contact.c.id, exists().where(_word.c.contact_id == _contact.c.id).label("has_words"))
         .where(_contact.c.id > bindparam("after")).order_by(_contact.c.id).limit(bindparam("most", type_=Integer)))
_HELD = (select(_contact.c.id, *(_contact.c[column] for column in _COLUMNS))
         .where(_contact.c.id.in_(bindparam("ids", expanding=True))).order_by(_contact.c.id).with_for_update())


def _write(connection: Connection, contact: Contact) -> None:
    found = words_of_contact({column: getattr(contact, column) for column in _COLUMNS})
    if found:
        connection.execute(insert(ContactWord), [{"contact_id": contact.id, "word": word} for word in found])


@event.listens_for(Contact, "after_insert")
def _inserted(_mapper: Any, connection: Connection, contact: Contact) -> None:
    _write(connection, contact)


@event.listens_for(Contact, "after_update")
def _updated(_mapper: Any, connection: Connection, contact: Contact) -> None:
    if any(inspect(contact).attrs[column].history.has_changes() for column in _COLUMNS):
        connection.execute(delete(ContactWord).where(col(ContactWord.contact_id) == contact.id))
        _write(connection, contact)
