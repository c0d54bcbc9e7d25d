"""Rows for tests, each with just what it needs; names are made up."""

from __future__ import annotations

from itertools import count

from sqlmodel import Session

from portal_app.access.actors import Actor, Role
from portal_app.access.models import StaffMember
from portal_app.company.models import Company
from portal_app.customers.models import Account, Contact
from portal_app.flows.models import Flow, Stage, Substage
from portal_app.opportunities.models import Opportunity

_numbers = count(1)


def make_company(session: Session, **values) -> Company:
    company = Company(**{"name": "Helianta", **values})
    session.add(company)
    session.flush()
    return company


def make_contact(session: Session, *, account: Account | None = None, **values) -> Contact:
    n = next(_numbers)
    if account is None:
        account = Account(name=f"Household {n}")
        session.add(account)
        session.flush()
    contact = Contact(**{"account_id": account.id, "email": f"customer{n}@example.com", "name": f"Customer {n}", **values})
    session.add(contact)
    session.flush()
    return contact


def make_staff(session: Session, role: Role = Role.ADMINISTRATOR, **values) -> StaffMember:
    n = next(_numbers)
    member = StaffMember(**{"email": f"staff{n}@example.com", "name": f"Staff {n}", "role": role.value, **values})
    session.add(member)
    session.flush()
    return member


def actor_of(person: Contact | StaffMember) -> Actor:
    if isinstance(person, Contact):
        return Actor(kind="customer", id=person.id, name=person.name, language=person.language,
                     account_id=person.account_id)
    return Actor(kind="staff", id=person.id, name=person.name, language=person.language, role=person.role)


def make_flow(session: Session, *stages: tuple[str, list[tuple[str, str | None]]]) -> tuple[Flow, list[Substage]]:
    """A flow from (stage name, [(substage name, view kind), …]); its substages in order."""
    flow = Flow(name="Home solar", public_name={"en": "Home solar"})
    session.add(flow)
    session.flush()
    made: list[Substage] = []
    for position, (stage_name, substages) in enumerate(stages or (("Request", [("We have your request", None)]),)):
        stage = Stage(flow_id=flow.id, position=position, public_name={"en": stage_name})
        session.add(stage)
        session.flush()
        for place, (name, view_kind) in enumerate(substages):
            substage = Substage(stage_id=stage.id, position=place, public_name={"en": name}, view_kind=view_kind)
            session.add(substage)
            made.append(substage)
    session.flush()
    return flow, made


def make_opportunity(session: Session, *, contact: Contact | None = None, substage: Substage | None = None,
                     **values) -> Opportunity:
    contact = contact or make_contact(session)
    if substage is None:
        substage = make_flow(session)[1][0]
    stage = session.get_one(Stage, substage.stage_id)
    opportunity = Opportunity(**{
        "number": f"T-{next(_numbers):05d}", "flow_id": stage.flow_id, "account_id": contact.account_id,
        "contact_id": contact.id, "substage_id": substage.id, **values})
    session.add(opportunity)
    session.flush()
    return opportunity
