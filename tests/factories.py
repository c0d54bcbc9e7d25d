"""Rows for tests, each with just what it needs; names are made up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count

from sqlmodel import Session

from portal_app.access.actors import Actor, Role
from portal_app.access.models import StaffMember
from portal_app.company.models import Company
from portal_app.customers.models import Account, Contact
from portal_app.flows.models import (
    Condition,
    ConditionVersion,
    DynamicField,
    Flow,
    Stage,
    Substage,
    SubstageCondition,
    SubstageField,
)
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


def make_flow(session: Session, *stages: tuple[str, Sequence[tuple[str, str | None]]]) -> tuple[Flow, list[Substage]]:
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


def make_field(session: Session, kind: str = "short-text", *, substage: Substage | None = None, is_required: bool = False,
               is_read_only: bool = False, **values) -> DynamicField:
    """A field; with `substage` it is asked there, after those that are asked there already."""
    n = next(_numbers)
    field = DynamicField(**{"kind": kind, "label": {"en": f"Field {n}"}, "position": n, **values})
    session.add(field)
    session.flush()
    if substage is not None:
        session.add(SubstageField(substage_id=substage.id, field_id=field.id, position=n, is_required=is_required,
                                  is_read_only=is_read_only))
        session.flush()
    return field


def make_condition(session: Session, *, substage: Substage | None = None, asks_again: bool = False,
                   text: str = "Be good.", **values) -> ConditionVersion:
    """A condition in its first wording, in effect since long ago."""
    n = next(_numbers)
    condition = Condition(name=f"Condition {n}")
    session.add(condition)
    session.flush()
    if substage is not None:
        session.add(SubstageCondition(substage_id=substage.id, condition_id=condition.id, position=n,
                                      asks_again=asks_again))
    return make_wording(session, condition.id, text=text, **values)


def make_wording(session: Session, condition_id: str, number: int = 1, text: str = "Be good.", **values) -> ConditionVersion:
    version = ConditionVersion(**{
        "condition_id": condition_id, "number": number, "title": {"en": "Terms"}, "text": {"en": text},
        "text_hash": f"{number:064d}", "effective_at": datetime(2020, 1, 1, tzinfo=UTC), **values})
    session.add(version)
    session.flush()
    return version
