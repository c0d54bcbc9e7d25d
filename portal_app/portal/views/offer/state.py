"""What the page of offers knows: the offers of one project, which is chosen, and how it ended."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import reflex as rx
from pydantic import BaseModel, Field
from sqlmodel import Session

from ....access.actors import CUSTOMER, Actor
from ....core import live
from ....core.database import run_short_read, run_short_write, run_write
from ....core.errors import PortalError
from ....core.forms import Form, parse, parse_id
from ....core.texts import msg
from ....flows.view_kinds import ViewKind
from ....offers.deciding import WishForm, accept_offer, ask_for_change, decline_offers, list_offers
from ....offers.errors import OfferChanged
from ....offers.forms import DeclineForm
from ....offers.schemas import NO_OFFER, NO_OUTCOME, OffersPage, OfferView, Outcome
from ....opportunities.process import first_name_of
from ....opportunities.service import get_process, list_own_projects
from ....opportunities.step_schemas import StepIncomplete
from ....ui.handlers import handler
from ....ui.shell_state import PortalState
from ...step.state import StepState

ASKED = msg("Thank you. We have your message and answer soon.")
DECLINED = msg("Thank you for telling us.")


class Choice(Form):
    offer_id: Annotated[str, Field(max_length=40)]


class Order(Form):
    """What the customer had before their eyes when they pressed the button."""

    offer_id: Annotated[str, Field(max_length=40)]
    version: Annotated[int, Field(ge=1, le=1_000_000)]
    total_cents: Annotated[int, Field(ge=0, le=10**15)]


class NextStep(BaseModel):
    name: str = ""
    description: str = ""


class Loaded(BaseModel):
    page: OffersPage | None = None
    next_step: NextStep = NextStep()


def load_offers(session: Session, actor: Actor, asked: str, language: str) -> Loaded:
    """The offers of the asked project; without an address those of the project that stands at this step."""
    if asked:
        project_id = parse_id(asked)
    else:
        projects = list_own_projects(session, actor, language)
        if not projects:
            return Loaded()
        waiting = [p.id for p in projects if p.needs_customer]
        project_id = _standing_here(session, actor, waiting, language) or projects[0].id
    page = list_offers(session, actor, project_id, language)
    if page.state != "accepted":
        return Loaded(page=page)
    current = get_process(session, actor, project_id, language).current
    return Loaded(page=page, next_step=NextStep(name=current.name, description=current.description))


def _standing_here(session: Session, actor: Actor, project_ids: list[str], language: str) -> str:
    for project_id in project_ids[:20]:
        if get_process(session, actor, project_id, language).current.view_kind == ViewKind.OFFER:
            return project_id
    return ""


def _first_choice(offers: list[OfferView]) -> OfferView:
    return next((offer for offer in offers if offer.is_recommended), offers[0] if offers else NO_OFFER)


class OffersState(PortalState, rx.State):
    project_id: str = ""
    project_number: str = ""
    company_name: str = ""
    first_name: str = ""
    view: str = ""  # none | open | ended | withdrawn | accepted | declined
    may_answer: bool = False
    offers: list[OfferView] = []
    chosen: OfferView = NO_OFFER
    outcome: Outcome = NO_OUTCOME
    next_step: NextStep = NextStep()
    last_valid_until: str = ""
    dialog: str = ""  # order | decline
    is_asking: bool = False
    has_asked: bool = False
    has_changed: bool = False

    @handler(CUSTOMER)
    async def load(self):
        self.dialog, self.has_asked, self.has_changed = "", False, False
        before = self.project_id
        await self._read()
        self.is_asking = self.is_asking and self.project_id == before  # in another language a wish goes on being written

    @handler(CUSTOMER)
    async def refresh(self):
        """Something of the project changed elsewhere. Who is about to answer is told, when it concerns the offers."""
        if not (self.dialog or self.is_asking or self.busy):
            return await self._read()
        loaded = await run_short_read(load_offers, self._actor, self.project_id, self._language)
        if loaded.page is None or (loaded.page.offers, loaded.page.state) != (self.offers, self.view):
            await self._say_changed()

    async def _read(self) -> None:
        actor = self._actor
        self.first_name = actor.name if actor.language == "de" else first_name_of(actor.name)
        with self._reading():
            loaded = await run_short_read(load_offers, actor, self._query("project"), self._language)
            self._show(loaded)
            if self.project_id:
                self._follow(live.opportunity_topic(self.project_id), by="refresh")

    def _show(self, loaded: Loaded) -> None:
        page = loaded.page or OffersPage(opportunity_id="", project_number="", company_name="")
        self.project_id, self.project_number = page.opportunity_id, page.project_number
        self.company_name, self.view, self.may_answer = page.company_name, page.state, page.may_answer
        self.offers, self.last_valid_until = page.offers, page.last_valid_until
        self.outcome, self.next_step = page.outcome or NO_OUTCOME, loaded.next_step
        self.chosen = self._offer(self.chosen.id) or _first_choice(page.offers)

    def _offer(self, offer_id: str) -> OfferView | None:
        return next((offer for offer in self.offers if offer.id == offer_id), None)

    @asynccontextmanager
    async def _with_news(self) -> AsyncIterator[None]:
        """Whatever comes of an answer, the page shows how things stand now."""
        try:
            yield
        except PortalError as refused:
            await self._read()
            self.dialog, self.has_changed = "", isinstance(refused, OfferChanged)
            raise
        await self._read()
        self.dialog, self.has_changed = "", False

    @handler(CUSTOMER)
    async def retry(self):
        self.is_loaded = False
        yield
        await self._read()

    @handler(CUSTOMER)
    async def choose(self, offer_id: str):
        """Only what is shown on the page can be chosen; anything else changes nothing."""
        async with self._showing_errors():
            wanted = parse(Choice, {"offer_id": offer_id})
            self.chosen = self._offer(wanted.offer_id) or self.chosen

    @handler(CUSTOMER)
    async def open_order(self):
        """The last step; before it stands what else the step asks for."""
        if not (self.may_answer and self.chosen.id):
            self.dialog = ""
            return
        async with self._showing_errors():
            step = await self.get_state(StepState)
            self.dialog = "order" if await step._is_ready() else ""

    @handler(CUSTOMER)
    async def open_decline(self):
        self.field_errors = {}
        self.dialog = "decline" if self.may_answer else ""

    @handler(CUSTOMER)
    async def dismiss(self):
        self.dialog = ""

    @handler(CUSTOMER)
    async def order(self, offer_id: str, version: int, total_cents: int):
        """The binding one: exactly the version and the amount that the dialog named."""
        self.busy = True
        yield
        async with self._showing_errors(), self._with_news():
            wanted = parse(Order, {"offer_id": offer_id, "version": version, "total_cents": total_cents})
            step = await self.get_state(StepState)
            try:
                await run_short_write(
                    accept_offer, self._actor, parse_id(wanted.offer_id), wanted.version, wanted.total_cents,
                    self.router.session.client_ip, self._language, None, step._accepted)
            except StepIncomplete as incomplete:
                await step._show_incomplete(incomplete.errors)
                raise

    @handler(CUSTOMER)
    async def decline(self, form_data: dict[str, Any]):
        self.busy = True
        yield
        async with self._showing_errors():
            form = parse(DeclineForm, form_data)
            async with self._with_news():
                seen = {offer.id: offer.version for offer in self.offers}
                await run_write(decline_offers, self._actor, parse_id(self.project_id), seen, form,
                                self.router.session.client_ip)
                await self._notify(DECLINED)

    @handler(CUSTOMER)
    async def toggle_asking(self):
        self.field_errors = {}
        self.is_asking, self.has_asked = not self.is_asking, False

    @handler(CUSTOMER)
    async def ask(self, form_data: dict[str, Any]):
        """Sends a wish; the page says that it arrived."""
        async with self._showing_errors():
            form = parse(WishForm, form_data)
            await run_write(ask_for_change, self._actor, parse_id(self.project_id), form)
            self.is_asking, self.has_asked = False, True
            await self._notify(ASKED)
