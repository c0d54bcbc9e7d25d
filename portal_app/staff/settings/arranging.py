"""What the lists of Settings share that have an order, an archive, and a dialog for one of their rows."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

import reflex as rx
from pydantic import BaseModel

from ...access.actors import STAFF, Permission
from ...core.database import run_read, run_write
from ...core.drafts import Draft
from ...core.errors import ChangedMeanwhile, NotFound
from ...core.forms import Form, parse
from ...core.texts import LANGUAGES, msg
from ...ui.handlers import handler
from ..meanwhile import MeanwhileState

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


class ArrangedState(MeanwhileState, rx.State, mixin=True):
    """Mixed into the state of such a page, which has `rows`, `archived` and `edited` of its own kinds."""

    languages: list[str] = []
    may_edit: bool = False
    is_editing: bool = False
    draft: Draft = {}  # what the dialog shows; what is typed comes when it is sent, named as here

    SERVICES: ClassVar[Services]
    THING: ClassVar[str]  # of the audit log
    rows: list[Any]
    archived: list[Any]
    edited: Any

    def _begun(self, row: Any = None) -> Edited:
        return Edited(id=row.id, version=row.version, name=row.name) if row else Edited()

    @abstractmethod
    def _draft_of(self, row: Any = None) -> Draft:
        """What the dialog shows of a row, or of none."""

    @abstractmethod
    def _form(self, entries: dict[str, Any]) -> Form:
        """What the dialog sends, or `InvalidForm`."""

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
        self.edited, self.is_editing = self._begun(), True
        self._show_saved(self._draft_of())

    @handler(EDIT)
    async def begin_change(self, row_id: str):
        row = self._row(row_id)
        if row is not None:
            self.edited, self.is_editing = self._begun(row), True
            self._show_saved(self._draft_of(row))

    @handler(EDIT)
    async def stop(self):
        self.is_editing, self.field_errors = False, {}

    @handler(EDIT)
    async def save(self, entries: dict[str, Any]):
        self.busy = True
        yield
        async with self._showing_errors():
            form = self._form(entries)
            try:
                if self.edited.id:
                    await run_write(self.SERVICES.save, self._actor, self.edited.id, form)
                else:
                    await run_write(self.SERVICES.create, self._actor, form)
            except ChangedMeanwhile:
                await self._meet_theirs(entries)
                return
            self.is_editing = False
            await self._reload()
            await self._notify(msg("Saved. It holds from now on."))

    async def _meet_theirs(self, entries: dict[str, Any]) -> None:
        """A language that the company does not offer has no entry."""
        unasked = {field: text for field, text in self._saved.items()
                   if "." in field and field.partition(".")[2] not in self.languages}
        self._put({field: str(entries.get(field) or "") for field in self._saved} | unasked)
        await self._reload()
        row = self._row(self.edited.id)
        if row is None:
            raise NotFound
        self.edited = self._begun(row)
        await self._meet(await self._last_editor(self.THING, row.id), self._draft_of(row))

    def _draft(self) -> Draft:
        return dict(self.draft)

    def _put(self, draft: Draft) -> None:
        self.draft = draft

    @handler(EDIT)
    def choose_side(self, field: str, side: str):
        self._choose_side(field, side)

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


def lines_of(part: str, texts: dict[str, str]) -> Draft:
    """Every language has a value, so that no field shows what the dialog had before."""
    return {f"{part}.{language}": texts.get(language, "") for language in LANGUAGES}
