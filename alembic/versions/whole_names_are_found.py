"""Whole names and addresses are found in one piece"""

import unicodedata
from collections.abc import Iterator
from re import compile as pattern

import sqlalchemy as sa
from alembic import op

revision = "whole_names_are_found"
down_revision = "initial_schema"
branch_labels = None
depends_on = None

WORD, LONGEST, BATCH = pattern(r"[^\W_]+"), 40, 1000
contact = sa.table("contact", *map(sa.column, ("id", "name", "email", "phone", "address")))
opportunity = sa.table("opportunity", *map(sa.column, ("id", "number", "title", "address", "contact_id", "search_text")))
contact_word = sa.table("contact_word", sa.column("contact_id"), sa.column("word"))
opportunity_word = sa.table("opportunity_word", sa.column("opportunity_id"), sa.column("word"))


def _pieces(texts: list[str]) -> set[str]:
    """The beginning of each text that has several words, in small letters without accents."""
    found = set()
    for text in texts:
        plain = unicodedata.normalize("NFKD", text.casefold())
        words = list(
            dict.fromkeys(word[:LONGEST] for word in WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))
        )
        if len(words) > 1:
            found.add(" ".join(words)[:LONGEST].rstrip())
    return found


def _batches(statement: sa.Select) -> Iterator[list[sa.Row]]:
    """By id, so that neither many rows nor an open cursor are held."""
    last, (key, *_) = "", statement.selected_columns
    while rows := op.get_bind().execute(statement.where(key > last).order_by(key).limit(BATCH)).all():
        yield rows
        last = rows[-1][0]


def upgrade() -> None:
    connection = op.get_bind()
    for rows in _batches(sa.select(contact.c.id, contact.c.name, contact.c.email, contact.c.phone, contact.c.address)):
        pieces = [{"contact_id": row[0], "word": piece} for row in rows for piece in _pieces(list(row[1:]))]
        if pieces:
            connection.execute(sa.insert(contact_word), pieces)
    everything = sa.select(
        opportunity.c.id,
        opportunity.c.number,
        opportunity.c.title,
        contact.c.name,
        contact.c.email,
        opportunity.c.address,
    ).join(contact, contact.c.id == opportunity.c.contact_id)
    for rows in _batches(everything):
        texts = {row[0]: [" ".join(text.split()) for text in row[1:] if text and text.strip()] for row in rows}
        connection.execute(
            sa.update(opportunity).where(opportunity.c.id == sa.bindparam("of")).values(search_text=sa.bindparam("texts")),
            [{"of": key, "texts": "\n".join(lines)[:700]} for key, lines in texts.items()],
        )
        pieces = [{"opportunity_id": key, "word": piece} for key, lines in texts.items() for piece in _pieces(lines)]
        if pieces:
            connection.execute(sa.insert(opportunity_word), pieces)


def downgrade() -> None:
    op.execute(sa.delete(contact_word).where(contact_word.c.word.contains(" ")))
    op.execute(sa.delete(opportunity_word).where(opportunity_word.c.word.contains(" ")))
