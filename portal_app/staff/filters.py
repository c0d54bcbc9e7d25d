"""The filters of a list as words in its page's address, so that they outlive a reload and can be passed on."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from ..core.forms import Form


def address_with(page: str, words: Mapping[str, str], filters: Form, usual: Form, **more: str) -> str:
    """The page's address with these filters and `more`; what is as in `usual` is left out. `words` are those of the
    address, with the field that each stands for."""
    said = {word: getattr(filters, field) for word, field in words.items()
            if getattr(filters, field) != getattr(usual, field)}
    said = {word: "1" if value is True else value for word, value in said.items()}
    said |= {word: value for word, value in more.items() if value}
    return page + (f"?{urlencode(said)}" if said else "")
