"""A new customer and the first project in one form."""

from __future__ import annotations

import logging

import reflex as rx
from pydantic import BaseModel
from sqlmodel import Session

from ...access.actors import STAFF, Actor, Permission
from ...company.service import company_snapshot
from ...core.database import run_read, run_write
from ...core.errors import NotFound, PortalError
from ...core.forms import parse, parse_id
from ...core.texts import LANGUAGE_NAMES, msg
from ...customers.errors import CustomerKnown
from ...customers.profile import get_customer_detail
from ...opportunities.listing import get_filter_choices
from ...opportunities.registration import (
    KnownContact,
    RegistrationForm,
    add_project,
    find_known,
    register_customer,
)
from ...roofs.geocoding import AddressHit
from ...roofs.search import search_addresses
from ...ui.handlers import handler
from ...ui.shell_state import PortalState
from ..pieces import Option

log = logging.getLogger(__name__)


def load_choices(session: Session, actor: Actor) -> tuple[list[Option], list[Option]]:
    choices = get_filter_choices(session, actor)
    return ([Option(value=f.id, text=f.name) for f in choices.flows if f.stages],
            [Option(value=o.id, text=o.name) for o in choices.owners])


class Known(BaseModel):
    """Somebody who is here already and gets a further project, or their first one after signing up or an import."""

    id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""


class NewCustomerState(PortalState, rx.State):
    flows: list[Option] = []
    owners: list[Option] = []
    languages: list[Option] = []
    flow_id: str = ""
    owner_id: str = ""
    language: str = ""
    may_add: bool = False
    known_name: str = ""
    address: str = ""
    address_key: int = 0
    hits: list[AddressHit] = []
    search_failed: bool = False
    person: Known = Known()
    _place: AddressHit | None = None
    _known: KnownContact | None = None
    _entered: RegistrationForm | None = None

    @handler(STAFF)
    async def load(self):
        actor, company = self._actor, company_snapshot()
        self.may_add = actor.can(Permission.EDIT_CUSTOMERS) and actor.can(Permission.EDIT_OPPORTUNITIES)
        self.flows, self.owners = await run_read(load_choices, actor)
        self.languages = [Option(value=code, text=LANGUAGE_NAMES[code]) for code in company.languages]
        self.flow_id = self.flows[0].value if self.flows else ""
        self.owner_id, self.language = actor.id, company.default_language
        self.known_name, self._known, self._entered, self.field_errors = "", None, None, {}
        before, self.address = self.address, ""
        self.hits, self._place, self.search_failed = [], None, False
        self.person = Known()
        try:
            if self._query("contact"):
                detail = await run_read(get_customer_detail, actor, parse_id(self._query("contact")))
                self.person = Known(**detail.model_dump(include=set(Known.model_fields)))
                self.address, self.language = detail.address, detail.language
        except NotFound:
            pass  # the empty form
        self.address_key += self.address != before  # a lost connection takes nothing away that was typed
        self.is_loaded = True

    @handler(Permission.EDIT_CUSTOMERS)
    async def look_up(self, text: str):
        """Places that the typed address may mean; typing on without choosing one is fine."""
        self.hits, self.search_failed = [], False
        try:
            self.hits = await search_addresses(self._actor, text, self._language)
        except PortalError:
            self.search_failed = True

    @handler(Permission.EDIT_CUSTOMERS)
    async def choose_place(self, label: str):
        """One of the places found: the project then knows where the house stands."""
        for hit in self.hits:
            if hit.label == label:
                self._place, self.address, self.hits = hit, hit.label, []
                self.address_key += 1  # the field shows it anew

    def _with_place(self, form: dict) -> dict:
        """The form with the place on the map, if the address is still the chosen one."""
        place = self._place
        if place is None or str(form.get("address", "")).strip() != place.label:
            return form
        return {**form, "lon_deg": place.lon, "lat_deg": place.lat}

    @handler(Permission.EDIT_CUSTOMERS)
    async def save(self, form: dict):
        self.busy, self.known_name, self._known = True, "", None
        yield
        async with self._showing_errors():
            entered = parse(RegistrationForm, self._with_place(form))
            if self.person.id and entered.email == self.person.email:
                made = await run_write(add_project, self._actor, self.person.id, entered)
                await self._notify(msg("A further project for {name} has begun."), name=self.person.name)
                yield rx.redirect(f"/staff/project?id={made.opportunity_id}")
                return
            try:
                made = await run_write(register_customer, self._actor, entered)
            except CustomerKnown:
                self._entered = entered
                self._known = await run_read(find_known, self._actor, entered.email)
                self.known_name = self._known.name if self._known else ""
                raise
            await self._notify(msg("{name} is in. The mail with the way into the portal is on its way."),
                               name=entered.name)
            yield rx.redirect(f"/staff/project?id={made.opportunity_id}")

    @handler(Permission.EDIT_CUSTOMERS)
    async def add_to_known(self):
        """A further project for whoever has the address already."""
        if self._known is None or self._entered is None:
            return
        async with self._showing_errors():
            made = await run_write(add_project, self._actor, self._known.id, self._entered)
            await self._notify(msg("A further project for {name} has begun."), name=self._known.name)
            yield rx.redirect(f"/staff/project?id={made.opportunity_id}")
