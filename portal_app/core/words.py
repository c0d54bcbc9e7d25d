"""Finding rows by the beginnings of words.

The words of a row stand in a table of their own with an index, because looking for a text somewhere inside a column reads
every row. `search.py` of a room says which columns they come from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
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


def entries_of(texts: Iterable[str]) -> list[str]:
    """What is kept of a row so that it is found: its words, and the beginning of each text that has several.

    Of a whole name each word may be common; its beginning in one piece finds the few rows at once.
    """
    texts = list(texts)
    pieces = [" ".join(words) for words in map(words_of, texts) if len(words) > 1]
    return list(dict.fromkeys([*words_of(" ".join(texts)), *(piece[:LONGEST_WORD].rstrip() for piece in pieces)]))


def asked_words(query: str) -> list[str]:
    """What somebody looks for; a word that another one begins with adds nothing."""
    words = words_of(query)[:MOST_WORDS_ASKED]
    return [w for w in words if not any(other != w and other.startswith(w) for other in words)]


def begins_with(column: Any, word: str) -> ColumnElement[bool]:
    """`word*` as a range, which an index answers on every database."""
    return (column >= word) & (column < word + "\U0010ffff")


def narrowed(session: Session, column: Any, asked: list[str]) -> list[str]:
    """The words in one piece where a text begins with it: who types a whole name means just that. Else the words."""
    piece = " ".join(asked)[:LONGEST_WORD].rstrip()
    return [piece] if len(asked) > 1 and rarest(session, column, [piece], 0)[1] else asked


def rarest(session: Session, column: Any, words: list[str], at_most: int) -> tuple[str, int]:
    """The word with the fewest hits, and how many; counting stops behind `at_most`."""
    counts = [
        select(func.count()).select_from(select(1).where(begins_with(column, word)).limit(at_most + 1).subquery())
        .scalar_subquery() for word in words
    ]
    found = session.execute(select(*counts)).one()
    return min(zip(words, found, strict=True), key=lambda pair: pair[1])
