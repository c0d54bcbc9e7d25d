"""Several at once: moves follow one another, numbers have no gap and no double."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from portal_app.access.actors import SYSTEM, Actor
from portal_app.core.errors import ChangedMeanwhile
from portal_app.opportunities import service
from portal_app.opportunities.models import Opportunity, SubstageChange
from portal_app.opportunities.rules import OpportunityForm
from tests.factories import make_contact, make_flow, make_opportunity

MANY = 12


def at_once(engine: Engine, work: Callable[[Session, int], object]) -> list[object]:
    """Runs `work` in `MANY` threads with a session each; errors are results."""
    start = Barrier(MANY)

    def one(number: int) -> object:
        with Session(engine, expire_on_commit=False) as session:
            start.wait()
            try:
                result = work(session, number)
                session.commit()
                return result
            except Exception as error:
                return error

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, range(MANY)))


@pytest.fixture
def standing(empty_database: Engine):
    """An opportunity in the first of many substages, committed."""
    with Session(empty_database, expire_on_commit=False) as session:
        flow, substages = make_flow(session, ("One", [(str(n), None) for n in range(MANY + 1)]))
        opportunity = make_opportunity(session, substage=substages[0])
        session.commit()
    return empty_database, flow, substages, opportunity


def test_moves_follow_one_another(standing):
    engine, _, substages, opportunity = standing

    def move(session: Session, number: int) -> None:
        mine = session.get_one(Opportunity, opportunity.id)  # read before the lock, as a page would
        service.move(session, SYSTEM, mine, substages[number + 1].id, "by-hand")

    assert at_once(engine, move) == [None] * MANY
    with Session(engine) as session:
        changes = session.exec(select(SubstageChange).order_by(col(SubstageChange.at))).all()
        now = session.get_one(Opportunity, opportunity.id)
        steps = {change.from_substage_id: change.to_substage_id for change in changes}
        way, here = [], substages[0].id
        while here in steps:
            here = steps.pop(here)
            way.append(here)
        assert sorted(way) == sorted(substage.id for substage in substages[1:]), "one unbroken chain"
        assert (now.substage_id, now.version) == (way[-1], MANY + 1)


def test_one_of_many_moves_on_from_where_all_saw_it(standing):
    engine, _, substages, opportunity = standing
    first = substages[0].id

    def move(session: Session, number: int) -> str:
        mine = session.get_one(Opportunity, opportunity.id)
        service.move(session, SYSTEM, mine, substages[number + 1].id, "by-hand", expected_substage_id=first)
        return "moved"

    results = at_once(engine, move)
    assert results.count("moved") == 1
    assert sum(isinstance(result, ChangedMeanwhile) for result in results) == MANY - 1
    with Session(engine) as session:
        assert len(session.exec(select(SubstageChange)).all()) == 1


def test_without_the_lock_all_would_move(standing, monkeypatch: pytest.MonkeyPatch):
    """The control: what the test above sees is the lock's doing. (On SQLite the lock is the transaction itself.)"""
    engine, _, substages, opportunity = standing
    if engine.dialect.name == "sqlite":
        pytest.skip("a writing session holds the lock from its first statement")
    first, all_have_read = substages[0].id, Barrier(MANY)

    def read_without_lock(session: Session, actor: Actor, opportunity_id: str) -> Opportunity:
        found = service.get_visible(session, actor, opportunity_id)
        all_have_read.wait()
        return found

    monkeypatch.setattr(service, "get_locked", read_without_lock)

    def move(session: Session, number: int) -> str:
        mine = session.get_one(Opportunity, opportunity.id)
        service.move(session, SYSTEM, mine, substages[number + 1].id, "by-hand", expected_substage_id=first)
        return "moved"

    assert at_once(engine, move).count("moved") == MANY


def test_numbers_have_no_gap_and_no_double(empty_database: Engine):
    with Session(empty_database, expire_on_commit=False) as session:
        flow, _ = make_flow(session)
        contact = make_contact(session)
        session.commit()

    def create(session: Session, number: int) -> str:
        made = service.create_opportunity(session, SYSTEM, OpportunityForm(contact_id=contact.id, flow_id=flow.id))
        if number % 3 == 0:
            raise RuntimeError("fails after the number was given")
        return made.number

    numbers = sorted(str(number) for number in at_once(empty_database, create) if not isinstance(number, Exception))
    year = numbers[0][:4]
    assert numbers == [f"{year}-{n:04d}" for n in range(1, 9)]
