"""Builds the pieces of the demonstration through the services, so that it is what a company would have made."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

from sqlmodel import Session

from ..access.actors import Actor, Role
from ..access.models import StaffMember
from ..access.passwords import hash_password
from ..automations import listeners
from ..automations.service import ActionForm, ActionListForm, ensure_default_actions, save_actions
from ..company.service import ensure_company
from ..core import clock
from ..customers.models import Contact
from ..customers.rules import CustomerForm
from ..customers.service import create_customer
from ..flows import service as flows
from ..flows import trees
from ..flows.rules import FlowForm, StageForm, SubstageForm
from ..messaging import case_mails
from ..messaging.defaults import ensure_templates
from ..notifications import listeners as notices
from ..notifications.service import ChoicesForm, save_choices
from ..offers import authoring
from ..offers.deciding import accept_offer
from ..offers.forms import OfferForm
from ..offers.models import Offer
from ..offers.rules import Line
from ..opportunities.models import Opportunity
from ..opportunities.rules import BY_HAND, OpportunityForm
from ..opportunities.service import create_opportunity, get_locked, move
from ..roofs.service import submit_roof
from ..support.types import ensure_case_types
from .accounts import PASSWORD, STAFF
from .asking import answer_step, build_asked
from .places import HOUSE_WGS84, house_planes_wgs84

assert listeners  # what the demonstration's customers do has its consequences
assert case_mails
assert notices

DATA = Path(__file__).with_name("data")
VALID_DAYS = 21
DAYS_IN_EFFECT = 400
DRAWN_AT, ORDERED_AT = "draw", "choose"
HOUSE_DRAWING = {"type": "FeatureCollection", "features": [
    {"type": "Feature", "id": name.replace(" ", "-"), "properties": {"kind": "plane", "name": name},
     "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}} for name, ring in house_planes_wgs84().items()]}
SHARE_OF_DAYS = 0.85  # of a customer's days lie before the present step


@cache
def read(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


@dataclass
class Demo:
    """What has been built so far: staff by role, substages by key."""

    session: Session
    staff: dict[str, Actor] = field(default_factory=dict)
    flow_id: str = ""
    substages: dict[str, str] = field(default_factory=dict)

    @property
    def administrator(self) -> Actor:
        return self.staff["administrator"]


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


def build_company(session: Session) -> Demo:
    """The company with its staff, templates and default actions, and nothing else."""
    demo = Demo(session)
    ensure_company(session, **read("company"))
    ensure_templates(session)
    ensure_default_actions(session)
    ensure_case_types(session)
    for person in STAFF:
        member = StaffMember(email=person.email, name=person.name, role=person.role.value, language=person.language,
                             password_hash=_password_hash())
        session.add(member)
        session.flush()
        demo.staff[person.key] = Actor(kind="staff", id=member.id, name=member.name, language=member.language,
                                       role=Role(member.role).value)
    save_choices(session, demo.administrator, ChoicesForm(channels={}, follows_all=True))
    return demo


def build_flow(demo: Demo) -> None:
    """*Home solar* with seven stages, and what happens when a customer does something in it."""
    session, actor, content = demo.session, demo.administrator, read("flow")
    flow = flows.create_flow(session, actor, FlowForm(name=content["name"], public_name=content["public_name"]))
    first = trees.get_flow_tree(session, flow.id).stages[0].id
    for part in content["stages"]:
        stage = flows.create_stage(session, actor, flow.id, StageForm(public_name=part["name"],
                                                                      public_description=part["description"]))
        for step in part["substages"]:
            substage = flows.create_substage(session, actor, stage.id, SubstageForm(
                public_name=step["name"], public_description=step["description"], view_kind=step.get("view"),
                ball=step.get("ball")))
            demo.substages[step["key"]] = substage.id
    flows.delete_stage(session, actor, first)
    demo.flow_id = flow.id
    for trigger, target in (("drawing-submitted", "check"), ("accept-budget", "book"), ("decline-budget", "plan")):
        save_actions(session, actor, ActionListForm(trigger=trigger, flow_id=flow.id, actions=[
            ActionForm(kind="move", substage_id=demo.substages[target]),
            ActionForm(kind="send_template", template_key=trigger)]))
    with clock.fixed(clock.now() - timedelta(days=DAYS_IN_EFFECT)):  # before the first customer of the demonstration
        build_asked(session, actor, flow.id, demo.substages, read("asked"))


def build_customer(demo: Demo, person: dict[str, Any]) -> Contact:
    return create_customer(demo.session, demo.administrator, CustomerForm(
        **{key: person[key] for key in ("name", "email", "phone", "address", "language")}))


def build_opportunity(demo: Demo, contact: Contact, at: str, *, days: float = 0, draws: bool = False, accepts: bool = False,
                      place: tuple[float, float] | None = None) -> Opportunity:
    """One that stands in the substage `at`, having passed all before it in the last `days` days.

    With `draws` the customer has drawn the roof of the house on the way and given what the steps ask for, with `accepts`
    ordered the second of three offers.
    """
    lon, lat = place or HOUSE_WGS84
    way = [*takewhile(lambda key: key != at, demo.substages), at]
    began, pace = clock.now() - timedelta(days=days), timedelta(days=days * SHARE_OF_DAYS / len(way))
    with clock.fixed(began):
        opportunity = create_opportunity(demo.session, demo.administrator, OpportunityForm(
            contact_id=contact.id, flow_id=demo.flow_id, owner_id=demo.staff["sales"].id, address=contact.address,
            lon_deg=lon, lat_deg=lat))
    for place_on_way, key in enumerate(way):
        with clock.fixed(began + place_on_way * pace):
            pass_to(demo, opportunity, demo.substages[key])
            if key == DRAWN_AT and draws and key != at:
                submit_roof(demo.session, _as_customer(contact), opportunity.id, HOUSE_DRAWING)
            if key in read("asked")["steps"] and draws and key != at:
                answer_step(demo.session, _as_customer(contact), demo.staff["sales"], opportunity, read("asked"))
            if key == ORDERED_AT and accepts:
                _order(demo, opportunity, contact)
    return opportunity


def pass_to(demo: Demo, opportunity: Opportunity, substage_id: str) -> None:
    held = get_locked(demo.session, demo.administrator, opportunity.id)
    move(demo.session, demo.administrator, held, substage_id, BY_HAND)


def _as_customer(contact: Contact) -> Actor:
    return Actor(kind="customer", id=contact.id, name=contact.name, language=contact.language, account_id=contact.account_id)


def _order(demo: Demo, opportunity: Opportunity, contact: Contact) -> None:
    offer_id = build_offers(demo, opportunity)[1]
    offer = demo.session.get_one(Offer, offer_id)
    accept_offer(demo.session, _as_customer(contact), offer_id, offer.version, offer.total_cents, "")


def build_offers(demo: Demo, opportunity: Opportunity, count: int = 3) -> list[str]:
    """The first `count` offers, shared; their ids."""
    return [build_offer(demo, opportunity, content) for content in read("offers")[:count]]


def build_offer(demo: Demo, opportunity: Opportunity, content: dict[str, Any]) -> str:
    valid_until = (clock.now() + timedelta(days=VALID_DAYS)).date()
    form = OfferForm(**{**content, "valid_until": valid_until, "lines": tuple(map(_line, content["lines"]))})
    offer_id = authoring.create_offer(demo.session, demo.staff["sales"], opportunity.id, form=form)
    authoring.share_offer(demo.session, demo.staff["sales"], offer_id)
    return offer_id


def _line(text: str) -> Line:
    """`modules:9` is nine times the line *modules*."""
    key, quantity = text.split(":")
    return Line(**read("lines")[key], quantity_thousandths=int(quantity) * 1000)
