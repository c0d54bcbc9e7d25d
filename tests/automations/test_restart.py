"""A planned action runs once, whoever dies while it runs and however many workers look for it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, delete
from sqlmodel import Session, select

from portal_app.automations import listeners
from portal_app.automations.forms import StepActionsForm
from portal_app.automations.models import ActionRow, PlannedAction
from portal_app.automations.planned import run_due
from portal_app.automations.step_lists import save_step_actions
from portal_app.automations.steps import run_step_action
from portal_app.company.service import forget_snapshot
from portal_app.core import clock
from portal_app.core.clock import now
from portal_app.core.forms import parse
from portal_app.messaging.models import EmailTemplate, OutboxMail
from portal_app.opportunities.models import Opportunity
from portal_app.opportunities.rules import BY_HAND
from portal_app.opportunities.service import move
from tests.automations import worker
from tests.factories import actor_of, make_company, make_flow, make_opportunity, make_staff
from tests.serving import serve_from
from tests.workers import Worker

assert listeners


@pytest.fixture
def served(empty_database: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    serve_from(empty_database, monkeypatch)
    forget_snapshot()
    return empty_database


def wait_for_time(engine: Engine, count: int = 1) -> None:
    """`count` projects whose planned mail is due."""
    with Session(engine) as session:
        make_company(session)
        session.add(EmailTemplate(key="hello", use="step", name="Hello", subject={"en": "Hello"}, body={"en": "Hello"}))
        _, (first, second) = make_flow(session, ("Way", [("a", None), ("b", None)]))
        admin = actor_of(make_staff(session))
        save_step_actions(session, admin, parse(StepActionsForm, {"substage_id": second.id, "actions": [
            {"kind": "send_template", "template_key": "hello", "moment": "after", "hours": 1}]}))
        with clock.fixed(now() - timedelta(hours=2)):
            for _ in range(count):
                move(session, admin, make_opportunity(session, substage=first), second.id, BY_HAND)
        session.commit()


def written(engine: Engine) -> tuple[int, int]:
    """Mails that were written, and actions that still wait."""
    with Session(engine) as session:
        return len(session.exec(select(OutboxMail)).all()), len(session.exec(select(PlannedAction)).all())


def test_killed_while_it_runs_it_runs_once_after_the_restart(served: Engine):
    wait_for_time(served)
    first = Worker(served, worker.hold)
    assert first.answer() is True
    first.kill()
    assert written(served) == (0, 1), "nothing of it has happened"
    assert Worker(served, worker.run).answer() == 1
    assert written(served) == (1, 0)
    assert asyncio.run(run_due()) == 0


def test_many_workers_run_each_action_once(served: Engine):
    wait_for_time(served, 12)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: asyncio.run(run_due()), range(4)))
    while asyncio.run(run_due()):
        pass
    assert written(served) == (12, 0)


def test_control_without_the_lock_two_workers_would_run_it_twice(served: Engine):
    """What the test above sees is the lock's doing. (On SQLite the lock is the transaction itself.)"""
    if served.dialect.name == "sqlite":
        pytest.skip("a writing session holds the lock from its first statement")
    wait_for_time(served)
    looked = Barrier(2)

    def run_without_lock(_: int) -> None:
        with Session(served) as session:
            opportunity = session.exec(select(Opportunity)).one()
            due = session.exec(select(PlannedAction)).one()
            looked.wait(20)
            run_step_action(session, session.get_one(ActionRow, due.action_id), opportunity)
            session.execute(delete(PlannedAction))
            session.commit()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(run_without_lock, range(2)))
    assert written(served) == (2, 0)
