"""The queue of cases. What is looked for stands in the address, so that a page can be kept and sent."""

from __future__ import annotations

import reflex as rx
from pydantic import BaseModel
from sqlmodel import Session

from ...access.actors import STAFF, Actor
from ...core import live
from ...core.cursors import PageOf
from ...core.database import run_read
from ...core.errors import InvalidForm
from ...core.forms import parse
from ...support import listing
from ...support.listing import NOBODY, Queue, QueueChoices, QueueFilters
from ...support.schemas import CaseRow
from ...ui.handlers import handler
from ..filters import PagedState, address_with
from ..pieces import Option

QUEUE = "/staff/cases"
# Word in the address → field of the filters.
WORDS = {"state": "state", "type": "type_id", "assignee": "assignee", "overdue": "is_overdue", "sort": "sort"}


class QueuePage(BaseModel):
    choices: QueueChoices
    queue: Queue


def load_queue(session: Session, actor: Actor, filters: QueueFilters, page: PageOf) -> QueuePage:
    return QueuePage(choices=listing.get_queue_choices(session, actor),
                     queue=listing.list_queue(session, actor, filters, page))


def address_of(filters: QueueFilters, **more: str) -> str:
    return address_with(QUEUE, WORDS, filters, QueueFilters(), **more)


class QueueState(PagedState, rx.State):
    filters: QueueFilters = QueueFilters()
    rows: list[CaseRow] = []
    count: int = 0
    is_more: bool = False
    is_filtered: bool = False
    types: list[Option] = []
    assignees: list[Option] = []
    mine: str = ""
    my_address: str = QUEUE
    free_address: str = QUEUE
    overdue_address: str = QUEUE

    @handler(STAFF)
    async def load(self):
        actor = self._actor
        filters, page = self._asked()
        self._follow(live.STAFF_TOPIC)
        with self._reading():
            found = await run_read(load_queue, actor, filters, page)
            self._show(found, filters, actor)

    def _asked(self) -> tuple[QueueFilters, PageOf]:
        """What the address asks for; an address that makes no sense asks for what is usual."""
        given = {field: self._query(word) for word, field in WORDS.items() if self._query(word)}
        try:
            return parse(QueueFilters, given), parse(PageOf, self._asked_page())
        except InvalidForm:
            return QueueFilters(), PageOf()

    def _show(self, found: QueuePage, filters: QueueFilters, actor: Actor) -> None:
        self.filters, self.mine = filters, actor.id
        self.types = [Option(value=each.id, text=each.name) for each in found.choices.types]
        self.assignees = [Option(value=each.id, text=each.name) for each in found.choices.assignees]
        queue = found.queue
        self.rows, self.count, self.is_more = queue.rows, queue.count, queue.is_more
        self._show_ways(queue.next, queue.previous)
        self.is_filtered = filters.model_copy(update={"sort": "due"}) != QueueFilters()
        self.my_address = address_of(QueueFilters(assignee=actor.id))
        self.free_address = address_of(QueueFilters(assignee=NOBODY))
        self.overdue_address = address_of(QueueFilters(is_overdue=True))

    @handler(STAFF)
    async def choose(self, word: str, value: str):
        """One of the selects."""
        async with self._showing_errors():
            if word in WORDS:
                filters = parse(QueueFilters, {**self.filters.model_dump(), WORDS[word]: value})
                return rx.redirect(address_of(filters), replace=True)

    @handler(STAFF)
    async def show_overdue(self, is_overdue: bool):
        async with self._showing_errors():
            filters = parse(QueueFilters, {**self.filters.model_dump(), "is_overdue": is_overdue})
            return rx.redirect(address_of(filters), replace=True)

    def _address(self, **page: str) -> str:
        return address_of(self.filters, **page)
