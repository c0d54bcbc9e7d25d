"""What the lists of Settings share that have an order, an archive, and a dialog for one of their rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

import reflex as rx
from pydantic import BaseModel

from ...access.actors import STAFF, Permission
from ...core.database import run_read, run_write
from ...core.errors import ChangedMeanwhile
from ...core.forms import Form, parse
from ...core.texts import LANGUAGES, msg
from ...ui.handlers import handler
from ...ui.shell_state import PortalState

EDIT = Permission.EDIT_COMPANY


class Place(Form):
    position: int


class Services(NamedTuple):
    """Use cases of a list; each takes the session and the actor first."""

    list: Callable[..., Any]
    create: Callable[..., Any]
    save: Callable[..., Any]
    archive: Callable[..., Any]
    move: Callable[..., Any]


class Edited(BaseModel):
    """What the dialog began with; an empty id is a new row."""

    id: str = ""
    version: int = 0
    name: str = ""
    names: dict[str, str] = {}


class ArrangedState(PortalState, rx.State, mixin=True):
    """Mixed into the state of such a page, which has `rows`, `archived` and `edited` of its own kinds."""

    languages: list[str] = []
    may_edit: bool = False
    is_editing: bool = False

    SERVICES: ClassVar[Services]
    rows: list[Any]
    archived: list[Any]
    edited: Any

    def _begun(self, row: Any = None) -> Edited:
        """What the dialog shows of a row, or of none."""
        raise NotImplementedError

    def _form(self, entries: dict[str, Any]) -> Form:
        """What the dialog sends, or `InvalidForm`."""
        raise NotImplementedError

    @handler(STAFF)
    async def load(self):
        self.may_edit = self._actor.can(EDIT)
        if self.may_edit:
            await self._reload()
        self.is_loaded = True

    async def _reload(self) -> None:
        page = await run_read(self.SERVICES.list, self._actor)
        self.rows = [row for row in page.rows if not row.is_archived]
        self.archived = [row for row in page.rows if row.is_archived]
        self.languages = page.languages

    def _row(self, row_id: object) -> Any:
        return next((row for row in [*self.rows, *self.archived] if row.id == row_id), None)

    @handler(EDIT)
    async def begin_new(self):
        self.edited, self.field_errors, self.is_editing = self._begun(), {}, True

    @handler(EDIT)
    async def begin_change(self, row_id: str):
        row = self._row(row_id)
        if row is not None:
            self.edited, self.field_errors, self.is_editing = self._begun(row), {}, True

    @handler(EDIT)
    async def stop(self):
        self.is_editing, self.field_errors = False, {}

    @handler(EDIT)
    async def save(self, entries: dict[str, Any]):
        self.busy = True
        yield
        async with self._showing_errors():
            form = self._form(entries)
            if self.edited.id:
                await run_write(self.SERVICES.save, self._actor, self.edited.id, form)
            else:
                await run_write(self.SERVICES.create, self._actor, form)
            self.is_editing = False
            await self._reload()
            await self._notify(msg("Saved. It holds from now on."))

    @handler(EDIT)
    async def archive(self, row_id: str, is_archived: bool):
        row = self._row(row_id)
        if row is not None:
            await self._do(self.SERVICES.archive, row.id, row.version, is_archived is True)

    @handler(EDIT)
    async def move_item(self, kind: str, row_id: str, parent: str, position: int):
        async with self._showing_errors():
            place = parse(Place, {"position": position}).position
            await self._do(self.SERVICES.move, str(row_id), place)

    async def _do(self, change: Callable[..., Any], *arguments: Any) -> None:
        """Does it; whoever saw an older list is shown how it stands."""
        async with self._showing_errors():
            try:
                await run_write(change, self._actor, *arguments)
            except ChangedMeanwhile:
                await self._notify(ChangedMeanwhile.text, "info")
        await self._reload()


def read_lines(entries: dict[str, Any], part: str, languages: list[str]) -> dict[str, str]:
    """What `arranged.language_lines` sends."""
    return {language: str(entries.get(f"{part}.{language}", "")) for language in languages}


def all_languages(texts: dict[str, str] | None = None) -> dict[str, str]:
    """Every language has a value, so that no field shows what the dialog had before."""
    return dict.fromkeys(map(str, LANGUAGES), "") | (texts or {})
