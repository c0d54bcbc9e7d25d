"""`prepare.py WHAT …`: fills the database that the environment names, and prints what a measurement needs as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bulk import fill
from sqlmodel import Session, col, update

from portal_app import rooms
from portal_app.access.sessions import open_session
from portal_app.core import clock
from portal_app.core.database import session_scope
from portal_app.core.forms import parse
from portal_app.customers.models import Contact
from portal_app.demo.build import Demo, build_company, build_customer, build_flow, build_offers, build_opportunity
from portal_app.demo.places import buildings
from portal_app.demo.ten_steps import ask, build_fields
from portal_app.flows import service as flows
from portal_app.flows.conditions import create_condition
from portal_app.flows.field_forms import ConditionForm
from portal_app.flows.rules import SubstageForm
from portal_app.flows.view_kinds import ViewKind
from portal_app.opportunities.models import Answer, AnswerDraft, Opportunity
from tools.migrate import migrate_to_head

Made = dict[str, Any]


def _company(session: Session) -> Demo:
    demo = build_company(session)
    build_flow(demo)
    return demo


def _customer(demo: Demo, n: int) -> Contact:
    return build_customer(demo, {"name": f"Person {n}", "email": f"person{n}@example.com", "phone": "", "language": "en",
                                 "address": f"Calle del Olivo {n}, 28223 Pozuelo de Alarcón, Madrid"})


def _offer(demo: Demo, opportunity_id: str, offer_id: str) -> Made:
    from portal_app.offers.models import Offer

    offer = demo.session.get_one(Offer, offer_id)
    return {"project": opportunity_id, "offer_id": offer_id, "version": offer.version, "total_cents": offer.total_cents}


def one_household(session: Session) -> Made:
    """A customer with three offers, one with a roof to draw, and staff: whose pages are looked at."""
    demo = _company(session)
    people: Made = {"staff": open_session(session, staff_id=demo.administrator.id)}
    for n, step in enumerate(("choose", "draw")):
        contact = _customer(demo, n)
        opportunity = build_opportunity(demo, contact, step, days=20)
        if step == "choose":
            build_offers(demo, opportunity)
        people[step] = open_session(session, contact_id=contact.id)
        people[f"{step}_project"] = opportunity.id
    return people


def many_opportunities(session: Session, count: str) -> Made:
    demo = _company(session)
    fill(session, demo, int(count))
    return {"staff": open_session(session, staff_id=demo.administrator.id), "flow": demo.flow_id,
            "sales": demo.staff["sales"].id}


def customers(session: Session, count: str, offers_each: str, share_with_offers: str) -> Made:
    """Signed-in customers, each with a project that is to be drawn; some also with projects that have an offer."""
    demo = _company(session)
    roofs = [building.centre_wgs84 for building in buildings()]
    people = []
    for n, household in enumerate(fill(session, demo, int(count), "draw", roofs)):
        person = {"cookie": open_session(session, contact_id=household.contact_id), "draw": household.opportunity_id,
                  "place": household.place_wgs84, "offers": []}
        if n < int(count) * float(share_with_offers):
            contact = session.get_one(Contact, household.contact_id)
            for _ in range(int(offers_each)):
                opportunity = build_opportunity(demo, contact, "choose", days=10)
                person["offer_project"] = opportunity.id
                person["offers"].append(_offer(demo, opportunity.id, build_offers(demo, opportunity, 1)[0]))
        people.append(person)
    return {"people": people, "staff": open_session(session, staff_id=demo.administrator.id), "flow": demo.flow_id,
            "step": demo.substages["draw"],
            "stages": [stage.id for stage in flows.get_flow_tree(session, demo.flow_id).stages]}


# Kind of a field, its limits, and an entry as one types it.
TYPED: tuple[tuple[str, Made, Any], ...] = (
    ("short-text", {}, "Calle del Olivo"), ("long-text", {}, "Two lines\nof text"), ("number", {"unit": "kWh"}, "4,200.5"),
    ("money", {}, "84.50"), ("date", {}, "2027-03-01"), ("yes-no", {}, "yes"), ("email", {}, "person@example.com"),
    ("phone", {"country": "ES"}, "612 345 678"), ("iban", {}, "ES91 2100 0418 4502 0005 1332"),
    ("address", {"country": "ES"}, {"street": "Calle del Olivo 14", "postal_code": "28223", "city": "Pozuelo",
                                    "country": "ES"}),
)


def sixty_fields(session: Session, count: str, projects_each: str) -> Made:
    """Customers, each with projects that stand at a step of sixty fields, of which every second is required."""
    demo = _company(session)
    entries, asked = {}, []
    for n in range(60):
        kind, limits, entry = TYPED[n % len(TYPED)]
        field_id = build_fields(demo, {"field": {"kind": kind, "label": {"en": f"Field {n}"}, "limits": limits}})["field"]
        entries[field_id] = entry
        asked.append((field_id, "required" if n % 2 else "optional"))
    stage = flows.get_flow_tree(session, demo.flow_id).stages[0].id
    step = flows.create_substage(session, demo.administrator, stage, SubstageForm(
        public_name={"en": "Sixty fields"}, view_kind=ViewKind.INITIAL_DOCUMENTATION))
    ask(demo, step, asked, [])
    demo.substages = {"sixty": step.id}
    people = []
    for n in range(int(count)):
        contact = _customer(demo, n)
        projects = [build_opportunity(demo, contact, "sixty").id for _ in range(int(projects_each))]
        people.append({"cookie": open_session(session, contact_id=contact.id), "projects": projects, "entries": entries})
    return {"people": people}


def forms(session: Session, count: str) -> Made:
    """Signed-in customers before a step of a dozen fields and a condition: one has begun, one has sent it, by turns."""
    demo = _company(session)
    fields = build_fields(demo, {f"{n}": {"kind": kind, "label": {"en": f"Field {n}"}, "limits": limits}
                                 for n, (kind, limits, _) in enumerate((*TYPED, ("files", {}, ""), ("long-text", {}, "")))})
    terms = create_condition(session, demo.administrator, parse(ConditionForm, {
        "name": "Terms", "title": {"en": "Terms"}, "text": {"en": "Be good."}}))
    stage = flows.get_flow_tree(session, demo.flow_id).stages[0].id
    step = flows.create_substage(session, demo.administrator, stage, SubstageForm(
        public_name={"en": "Your papers"}, view_kind=ViewKind.INITIAL_DOCUMENTATION))
    ask(demo, step, [(field_id, "optional" if n % 2 else "required") for n, field_id in enumerate(fields.values())],
        [terms.id])
    demo.substages = {"papers": step.id}
    people = []
    for n, household in enumerate(fill(session, demo, int(count), "papers")):
        if n % 2:
            session.execute(update(Opportunity).where(col(Opportunity.id) == household.opportunity_id).values(
                step_sent_at=clock.now()))
        table = Answer if n % 2 else AnswerDraft
        session.add_all(table(opportunity_id=household.opportunity_id, field_id=fields[key], value=value)
                        for key, value in (("0", "Calle del Olivo"), ("2", "4200.5"), ("5", True)))
        people.append({"cookie": open_session(session, contact_id=household.contact_id), "is_sent": n % 2 == 1,
                       "draw": household.opportunity_id})
    return {"people": people, "staff": open_session(session, staff_id=demo.administrator.id), "flow": demo.flow_id,
            "step": step.id, "fields": list(fields.values())}


if __name__ == "__main__":
    rooms.listen()
    migrate_to_head()
    made = {"household": one_household, "opportunities": many_opportunities, "customers": customers,
            "sixty-fields": sixty_fields, "forms": forms}[sys.argv[1]]
    with session_scope() as scope:
        result = made(scope, *sys.argv[2:])
    print(json.dumps(result))
