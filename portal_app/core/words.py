"""Finding rows by the beginnings of words.

The words of a row stand in a table of their own with an index, because looking for a text somewhere inside a column reads
every row. `search.py` of a room says which columns they come from.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, String, func, select
from sqlmodel import Session

LONGEST_WORD = 40
MOST_WORDS_ASKED = 6
_WORD = re.compile(r"[^\W_]+")

# PostgreSQL reads beginnings of words from an index only in the order of the bytes.
WordType = String(LONGEST_WORD).with_variant(String(LONGEST_WORD, collation="C"), "postgresql")


def words_of(text: str) -> list[str]:
    """The different words of a text in small letters without accents, in their order."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(plain)))


def asked_words(query: str) -> list[str]:
    """What somebody looks for; a word that another one begins with adds nothing."""
    words = words_of(query)[:MOST_WORDS_ASKED]
    return [w for w in words if not any(other != w and other.startswith(w) for other in words)]


def begins_with(column: Any, word: str) -> ColumnElement[bool]:
    """`word*` as a range, which an index answers on every database."""
    return (column >= word) & (column < word + "\U0010ffff")


def rarest(session: Session, column: Any, words: list[str], at_most: int) -> tuple[str, int]:
    """The word with the fewest hits, and how many; counting stops behind `at_most`."""
    counts = [
        select(func.count()).select_from(select(1).where(begins_with(column, word)).limit(at_most + 1).subquery())
        .scalar_subquery() for word in words
    ]
    found = session.execute(select(*counts)).one()
    return min(zip(words, found, strict=True), key=lambda pair: pair[1])
