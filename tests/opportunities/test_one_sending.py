"""Whoever sends or types at the same moment: a step is sent once, and no draft comes after the sending."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, func, select

from portal_app.access.actors import Actor
from portal_app.core.events import EventRow
from portal_app.opportunities import answers, steps
from portal_app.opportunities.models import AnswerChange, AnswerDraft, ConditionAcceptance, Opportunity, StepSubmission
from portal_app.opportunities.service import get_visible
from tests.factories import actor_of, make_company, make_condition, make_contact, make_field, make_flow, make_opportunity
from tests.racing import at_once

MANY = 20


class Case:
    def __init__(self, session: Session) -> None:
        make_company(session)
        _, (papers, _) = make_flow(session, ("Request", [("Papers", "initial-documentation"), ("Check", None)]))
        contact = make_contact(session)
        self.customer = actor_of(contact)
        self.opportunity_id = make_opportunity(session, contact=contact, substage=papers).id
        self.field_id = make_field(session, substage=papers, is_required=True).id
        self.version_id = make_condition(session, substage=papers).id


@pytest.fixture
def case(empty_database: Engine) -> tuple[Engine, Case]:
    with Session(empty_database, expire_on_commit=False) as session:
        made = Case(session)
        session.commit()
    return empty_database, made


def test_of_twenty_sendings_one_counts(case: tuple[Engine, Case]):
    engine, made = case

    def send(n: int) -> Callable[[Session], object]:
        return lambda session: steps.submit_step(session, made.customer, made.opportunity_id, {made.field_id: f"Tab {n}"},
                                                 [made.version_id])

    assert at_once(engine, [send(n) for n in range(MANY)]) == {"done": 1, "StepAlreadySent": MANY - 1}
    with Session(engine) as session:
        counts = [session.exec(select(func.count()).select_from(table)).one()
                  for table in (StepSubmission, AnswerChange, ConditionAcceptance)]
        assert counts == [1, 1, 1]
        assert session.exec(select(func.count()).select_from(EventRow).where(
            EventRow.name == "DocumentationSubmitted")).one() == 1


def test_control_without_the_lock_several_would_count(case: tuple[Engine, Case], monkeypatch: pytest.MonkeyPatch):
    """What the test above sees is the lock's doing. (On SQLite the lock is the transaction itself.)"""
    engine, made = case
    if engine.dialect.name == "sqlite":
        pytest.skip("a writing session holds the lock from its first statement")
    looked = Barrier(3)

    def look(session: Session, actor: Actor, opportunity_id: str) -> Opportunity:
        found = get_visible(session, actor, opportunity_id)
        looked.wait(20)
        return found

    def send(session: Session) -> None:
        try:
            steps.submit_step(session, made.customer, made.opportunity_id, {made.field_id: "Mine"}, [made.version_id])
        except IntegrityError:  # a key stops the second answer; nobody was told that the step was sent already
            session.rollback()

    monkeypatch.setattr(steps, "get_locked", look)
    assert at_once(engine, [send] * 3) == {"done": 3}


def test_a_draft_that_comes_with_the_sending_is_sent_or_refused_never_left_behind(case: tuple[Engine, Case]):
    engine, made = case

    def type_it(n: int) -> Callable[[Session], object]:
        return lambda session: steps.save_draft(session, made.customer, made.opportunity_id, made.field_id, f"Draft {n}")

    def send(session: Session) -> None:
        steps.submit_step(session, made.customer, made.opportunity_id, {made.field_id: "Sent"}, [made.version_id])

    ended = at_once(engine, [send, *(type_it(n) for n in range(MANY - 1))])
    assert set(ended) <= {"done", "FieldClosed"}
    with Session(engine) as session:
        assert session.exec(select(AnswerDraft)).all() == []
        assert answers.answers_of(session, made.opportunity_id) == {made.field_id: "Sent"}
        assert session.exec(select(Opportunity.step_sent_at)).one() is not None
