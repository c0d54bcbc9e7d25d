"""A committed company with templates, actions and a flow, on the database that the application uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from portal_app.access.actors import Actor, Role
from portal_app.automations.service import ensure_default_actions
from portal_app.company.service import forget_snapshot
from portal_app.messaging.defaults import ensure_templates
from tests.factories import actor_of, make_company, make_flow, make_staff
from tests.serving import serve_from


@dataclass
class House:
    session: Session
    admin: Actor
    sales: Actor
    flow_id: str
    substage_ids: list[str]


@pytest.fixture
def house(empty_database: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    serve_from(empty_database, monkeypatch)
    forget_snapshot()
    with Session(empty_database, expire_on_commit=False) as session:
        make_company(session, default_language="en", welcome={"en": "Welcome"})
        ensure_templates(session)
        ensure_default_actions(session)
        flow, substages = make_flow(session, ("Offer", [("Choose", "offer"), ("Ordered", None)]))
        admin, sales = make_staff(session), make_staff(session, Role.SALES)
        session.commit()
        yield House(session, actor_of(admin), actor_of(sales), flow.id, [each.id for each in substages])
        session.rollback()
    forget_snapshot()
