"""Lists whose filters and page stand as words in the address, so that they outlive a reload and can be passed on."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from urllib.parse import urlencode

import reflex as rx

from ..access.actors import STAFF
from ..core.cursors import PageOf
from ..core.forms import Form
from ..ui.handlers import handler
from ..ui.shell_state import PortalState


def address_with(page: str, words: Mapping[str, str], filters: Form, usual: Form, **more: str) -> str:
    """The page's address with these filters and `more`; what is as in `usual` is left out. `words` are those of the
    address, with the field that each stands for."""
    said = {word: getattr(filters, field) for word, field in words.items()
            if getattr(filters, field) != getattr(usual, field)}
    said = {word: "1" if value is True else value for word, value in said.items()}
    said |= {word: value for word, value in more.items() if value}
    return page + (f"?{urlencode(said)}" if said else "")


class PagedState(PortalState, rx.State, mixin=True):
    """Mixed into the state of such a list: one page after the other."""

    has_next: bool = False
    has_previous: bool = False
    _next: str = ""
    _previous: str = ""

    @abstractmethod
    def _address(self, **page: str) -> str:
        """Of another page of the list with its present filters."""

    def _asked_page(self) -> dict[str, str]:
        return {name: self._query(name) for name in PageOf.model_fields}

    def _show_ways(self, following: str, previous: str) -> None:
        self._next, self._previous = following, previous
        self.has_next, self.has_previous = bool(following), bool(previous)

    @handler(STAFF)
    async def go_next(self):
        return rx.redirect(self._address(after=self._next))

    @handler(STAFF)
    async def go_previous(self):
        return rx.redirect(self._address(before=self._previous))
