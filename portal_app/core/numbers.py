"""Numbers as people type them: 1.234,50 in German, 1,234.50 in English. Pure."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_decimal

_SPACES = str.maketrans("", "", " \u00a0\u202f'’€\t")


def parse_decimal(text: str, language: str) -> Decimal:
    """The number that somebody wrote in their language; ValueError when it is none. Never negative."""
    plain = text.translate(_SPACES)
    group, point = (",", ".") if language == "en" else (".", ",")
    if "," in plain and "." in plain:
        point = max(",.", key=plain.rfind)
        group = "," if point == "." else "."
    elif plain.count(group) == 1 and not re.fullmatch(rf"[1-9][0-9]{{0,2}}{re.escape(group)}[0-9]{{3}}", plain):
        group, point = point, group  # 12.5 in German can only mean 12,5
    if not re.fullmatch(rf"([0-9]{{1,15}}|[0-9]{{1,3}}({re.escape(group)}[0-9]{{3}}){{1,4}})"
                        rf"({re.escape(point)}[0-9]{{1,9}})?", plain):
        raise ValueError("not a number")
    return Decimal(plain.replace(group, "").replace(point, "."))


@lru_cache(maxsize=4096)  # the pattern is read anew each time
def decimal_text(value: Decimal | int, language: str, least: int = 0) -> str:
    """A number as it stands in a field: without groups, no more decimals than it has but `least` of them."""
    return format_decimal(value, format=f"0.{'0' * least:#<9}", locale=language)


def grouped_text(value: Decimal | int, language: str) -> str:
    """A number as it stands in a sentence: 20,000."""
    return format_decimal(value, format="#,##0.#########", locale=language)
