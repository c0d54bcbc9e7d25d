"""Scenarios for testers: each empties the demonstration and fills it again with just what a journey needs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlmodel import Session, SQLModel, update

from ..access.actors import Actor
from ..automations.rules import FAILED_BY_KIND, ActionKind
from ..automations.running import note_trouble
from ..company.models import Company
from ..company.service import forget_snapshot
from ..core import limits
from ..core.database import session_scope
from ..flows.models import Substage
from ..messaging.wake import the_bell
from ..offers.deciding import WishForm, ask_for_change
from ..roofs.service import get_roof, submit_roof
from .accounts import PASSWORD, STAFF
from .build import (
    Demo,
    build_company,
    build_customer,
    build_flow,
    build_offer,
    build_offers,
    build_opportunity,
    pass_to,
    read,
)
from .cases import build_case
from .company import build_everything, build_what_comes_by_itself, freshen_links
from .places import buildings, house_planes_wgs84
from .ten_steps import ask, build_fields, build_ten_steps

Made = dict[str, Any]
CANARY = {"name": "Canaria Quillfeather", "email": "quillfeather@example.com", "phone": "+34 644 000 111", "language": "en",
          "address": "Canary Wharf Alley 77, 28223 Pozuelo", "plane": "Canary plane", "offer": "Canary yellow system",
          "wish": "Canaries would like more light", "case": "Canary in the inverter"}
BUILDING = "b28"  # in Zurich; three planes of a good size stand apart there
CUSTOMER = {"name": "Ana Torres", "email": "ana.torres@example.com", "phone": "", "language": "en",
            "address": "Calle del Olivo 14, 28223 Pozuelo de Alarcón, Madrid"}
NEIGHBOUR = {"name": "Bruno Vega", "email": "bruno.vega@example.com", "phone": "+34 600 999 888", "language": "es",
             "address": "Calle del Olivo 16, 28223 Pozuelo de Alarcón, Madrid"}


def _empty(session: Session) -> Made:
    """The company and its staff; no flow, no customer."""
    build_company(session)
    return {}


def _full(session: Session) -> Made:
    """What `make run` shows."""
    build_everything(session)
    return {}


def _customer_at(session: Session, step: str, **place: Any) -> tuple[Demo, Made, Any]:
    demo = build_company(session)
    build_flow(demo)
    contact = build_customer(demo, CUSTOMER)
    opportunity = build_opportunity(demo, contact, step, **place)
    return demo, {"email": contact.email, "opportunity": opportunity.id, "number": opportunity.number}, opportunity


def _request(session: Session) -> Made:
    """One customer who has nothing to do."""
    return _customer_at(session, "received")[1]


def _drawing(session: Session, asks: bool = False) -> Made:
    """One customer who is to draw the roof of a real building in Zurich; with `asks` the step wants to know more."""
    place = next(building.centre_wgs84 for building in buildings() if building.id == BUILDING)
    demo, made, opportunity = _customer_at(session, "draw", place=place)
    if asks:
        fields = build_fields(demo, {"wishes": read("ten_steps")["fields"]["wishes"]})
        ask(demo, session.get_one(Substage, opportunity.substage_id), [(fields["wishes"], "required")], [])
        made["fields"] = fields
    return {**made, "building": BUILDING}


def _by_itself(session: Session) -> Made:
    """One customer whose step does something by itself after a time, and where something did not happen."""
    demo, made, opportunity = _customer_at(session, "received")
    build_what_comes_by_itself(demo)
    pass_to(demo, opportunity, demo.substages["check"])
    note_trouble(session, opportunity.id, FAILED_BY_KIND[ActionKind.SEND_TEMPLATE])
    return made


def _cases(session: Session) -> Made:
    """One customer who has written about a problem, been answered and been asked back; colleagues left a note."""
    demo, made, _opportunity = _customer_at(session, "received")
    story = {"email": made["email"], "type": 2, "hours": 30, "title": "Water under the inverter",
             "text": "Since this morning.\nA cup full.", "talk": [
                 [29, "us", "Ask who was on the roof that day.", "note"],
                 [28, "us", "Please turn it off. Can you send us a photo?", "waiting-for-customer"],
                 [2, "customer", "It is off. The photo follows.", ""]]}
    return {**made, "case": build_case(demo, story)}


def _offers(session: Session) -> Made:
    """One customer with three offers to choose from."""
    demo, made, opportunity = _customer_at(session, "choose")
    return {**made, "offers": build_offers(demo, opportunity)}


def _ten_steps(session: Session, at: str = "tell") -> Made:
    """One customer in a process of ten steps; `at` is where they stand."""
    demo = build_company(session)
    fields = build_ten_steps(demo)
    contact = build_customer(demo, CUSTOMER)
    opportunity = build_opportunity(demo, contact, at)
    return {"email": contact.email, "opportunity": opportunity.id, "number": opportunity.number, "fields": fields,
            "substages": demo.substages, "flow": demo.flow_id,
            "offers": build_offers(demo, opportunity)}


def _two_households(session: Session) -> Made:
    """Two customers with offers: neither may see anything of the other."""
    demo, made, opportunity = _customer_at(session, "choose")
    neighbour = build_customer(demo, NEIGHBOUR)
    theirs = build_opportunity(demo, neighbour, "choose")
    return {**made, "offers": build_offers(demo, opportunity),
            "neighbour": {"email": neighbour.email, "contact": neighbour.id, "opportunity": theirs.id,
                          "offers": build_offers(demo, theirs, 2)}}


def _canaries(session: Session) -> Made:
    """One household whose data can be told from everything else, with all that a project can have; and a neighbour.

    `canaries` are words of the first that nobody else may ever read.
    """
    demo = build_company(session)
    build_flow(demo)
    contact = build_customer(demo, CANARY)
    actor = Actor(kind="customer", id=contact.id, name=contact.name, language="en", account_id=contact.account_id)
    opportunity = build_opportunity(demo, contact, "draw")
    rings = house_planes_wgs84()
    submit_roof(session, actor, opportunity.id, {"type": "FeatureCollection", "features": [
        {"type": "Feature", "id": "p1", "properties": {"kind": "plane", "name": CANARY["plane"]},
         "geometry": {"type": "Polygon", "coordinates": [[*rings["South"], rings["South"][0]]]}}]})
    for step in ("plan", "choose"):
        pass_to(demo, opportunity, demo.substages[step])
    offers = [build_offer(demo, opportunity, {**content, "title": CANARY["offer"]}) for content in read("offers")[:2]]
    ask_for_change(session, actor, opportunity.id, WishForm(text=CANARY["wish"]))
    case = build_case(demo, {"email": contact.email, "type": 2, "hours": 5, "title": CANARY["case"], "text": CANARY["case"],
                             "talk": [[4, "us", CANARY["case"], "note"]]})
    neighbour = build_customer(demo, NEIGHBOUR)
    theirs = build_opportunity(demo, neighbour, "choose")
    roof = get_roof(session, actor, opportunity.id)
    return {"email": contact.email, "contact": contact.id, "account": contact.account_id, "opportunity": opportunity.id,
            "number": opportunity.number, "offers": offers, "roof": roof.id if roof else "", "case": case,
            "canaries": [*(CANARY[key] for key in ("name", "email", "address", "plane", "offer", "wish", "case")),
                         "644 000 111"],
            "neighbour": {"email": neighbour.email, "opportunity": theirs.id, "offers": build_offers(demo, theirs, 2)}}


SCENARIOS: dict[str, Callable[[Session], Made]] = {
    "empty": _empty, "full": _full, "request": _request, "drawing": _drawing,
    "drawing-asks": partial(_drawing, asks=True), "offers": _offers, "by-itself": _by_itself,
    "cases": _cases, "ten-steps": _ten_steps, "ten-steps-offer": partial(_ten_steps, at="choose"),
    "two-households": _two_households, "canaries": _canaries,
}


def reset(scenario: str) -> Made:
    """Deletes everything and builds `scenario`; gives the ids and addresses that a test needs."""
    build = SCENARIOS[scenario]
    with session_scope() as session:  # services read what is committed: a place that is closed could not be filled
        session.execute(update(Company).values(modules={}))
    forget_snapshot()
    with session_scope() as session:
        for table in reversed(SQLModel.metadata.sorted_tables):
            session.execute(table.delete())
        session.expunge_all()
        made = build(session)
        freshen_links(session)
    forget_snapshot()
    limits.forget_all()
    the_bell.ring()
    return {"scenario": scenario, "password": PASSWORD, "staff": {person.key: person.email for person in STAFF}, **made}
