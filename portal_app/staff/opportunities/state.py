"""The list and the board of projects. What is looked for stands in the address, so that a page can be kept and sent."""

from __future__ import annotations

from typing import Any

import reflex as rx
from pydantic import BaseModel
from sqlmodel import Session

from ...access.actors import STAFF, Actor, Permission
from ...core import live
from ...core.database import run_read
from ...core.errors import InvalidForm, NotFound
from ...core.forms import parse
from ...opportunities import listing
from ...opportunities.listing import (
    Board,
    BoardColumn,
    Count,
    FilterChoices,
    Filters,
    OpportunityPage,
    OpportunityRow,
    PageOf,
)
from ...ui.handlers import handler
from ..filters import PagedState, address_with
from ..pieces import PROJECTS, Option

# Word in the address → field of the filters.
WORDS = {"search": "search", "flow": "flow_id", "stage": "stage_id", "owner": "owner_id", "turn": "turn",
         "quiet": "is_quiet", "sort": "sort"}


class ProjectsPage(BaseModel):
    choices: FilterChoices
    page: OpportunityPage = OpportunityPage()
    board: Board | None = None


def load_projects(session: Session, actor: Actor, filters: Filters, page: PageOf, as_board: bool) -> ProjectsPage:
    choices = listing.get_filter_choices(session, actor)
    if as_board:
        return ProjectsPage(choices=choices, board=listing.board(session, actor, filters.flow_id))
    return ProjectsPage(choices=choices, page=listing.list_opportunities(session, actor, filters, page))


def address_of(filters: Filters, **more: str) -> str:
    return address_with(PROJECTS, WORDS, filters, Filters(), **more)


class ProjectsState(PagedState, rx.State):
    filters: Filters = Filters()
    as_board: bool = False
    rows: list[OpportunityRow] = []
    total: Count = Count()
    is_filtered: bool = False
    is_first_page: bool = True
    columns: list[BoardColumn] = []
    flows: list[Option] = []
    stages: list[Option] = []
    owners: list[Option] = []
    list_address: str = PROJECTS
    board_address: str = PROJECTS
    can_add: bool = False
    search_key: str = ""
    _typed: str = ""

    @handler(STAFF)
    async def load(self):
        return await self._read()

    async def _read(self) -> Any:
        actor = self._actor
        filters, page = self._asked()
        self.as_board = self._query("view") == "board"
        self._follow(live.STAFF_TOPIC, by="refresh")
        with self._reading():
            try:
                found = await run_read(load_projects, actor, filters, page, self.as_board)
            except NotFound:  # a board of a process that is gone
                return rx.redirect(f"{PROJECTS}?view=board", replace=True)
            self._show(found, filters, page, actor)
        return None

    @handler(STAFF)
    async def refresh(self):
        """Some project changed elsewhere: the same list anew, while nobody is looking for something else."""
        if self._typed == self.filters.search:
            return await self._read()
        return None

    def _asked(self) -> tuple[Filters, PageOf]:
        """What the address asks for; an address that makes no sense asks for everything."""
        given = {field: self._query(word) for word, field in WORDS.items() if self._query(word)}
        if self._query("mine"):
            given["owner_id"] = self._actor.id
        try:
            return parse(Filters, given), parse(PageOf, self._asked_page())
        except InvalidForm:
            return Filters(), PageOf()

    def _show(self, found: ProjectsPage, filters: Filters, page: PageOf, actor: Actor) -> None:
        self.filters = filters
        self.flows = [Option(value=f.id, text=f.name) for f in found.choices.flows]
        self.stages = [
            Option(value=s.id, text=s.name if filters.flow_id else f"{s.name} · {f.name}")
            for f in found.choices.flows if filters.flow_id in ("", f.id) for s in f.stages]
        self.owners = [Option(value=o.id, text=o.name) for o in found.choices.owners]
        self.rows, self.total = found.page.rows, found.page.total
        self._show_ways(found.page.next, found.page.previous)
        self.is_filtered = filters.model_copy(update={"sort": "changed"}) != Filters()
        self.is_first_page = not (page.after or page.before)
        if found.board is not None:
            self.columns = found.board.columns
            self.filters = filters.model_copy(update={"flow_id": found.board.flow_id})
        if filters.search != self._typed:  # not what was typed here: the field shows it anew
            self.search_key = filters.search
        self._typed = filters.search
        self.list_address = address_of(filters)
        self.board_address = address_of(filters, view="board")
        self.can_add = actor.can(Permission.EDIT_CUSTOMERS) and actor.can(Permission.EDIT_OPPORTUNITIES)

    def _go(self, **changes: object):
        """To the address with these filters; another process has other stages."""
        if "flow_id" in changes:
            changes["stage_id"] = ""
        filters = parse(Filters, {**self.filters.model_dump(), **changes})
        view = "board" if self.as_board and "search" not in changes else ""
        return rx.redirect(address_of(filters, view=view), replace=True)

    @handler(STAFF)
    async def choose(self, word: str, value: str):
        """One of the selects."""
        async with self._showing_errors():
            if word in WORDS:
                return self._go(**{WORDS[word]: value})

    @handler(STAFF)
    async def search(self, text: str):
        async with self._showing_errors():
            self._typed = str(text).strip()
            return self._go(search=self._typed)

    @handler(STAFF)
    async def submit_search(self, form: dict):
        async with self._showing_errors():
            self._typed = str(form.get("search", "")).strip()
            return self._go(search=self._typed)

    def _address(self, **page: str) -> str:
        return address_of(self.filters, **page)
