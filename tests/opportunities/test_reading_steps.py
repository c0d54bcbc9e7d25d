"""What it costs to read and to send a step, and reading several together."""

from datetime import UTC, datetime

from sqlalchemy import event
from sqlmodel import Session

from portal_app.opportunities import service, step_reading, steps
from tests.factories import (
    actor_of,
    make_condition,
    make_contact,
    make_field,
    make_opportunity,
)
from tests.opportunities.step_case import Case


def counted(session: Session, act) -> int:
    seen: list[str] = []
    connection = session.connection()

    def count(*args) -> None:
        seen.append(args[2])

    session.flush()
    event.listen(connection, "before_cursor_execute", count)
    try:
        act()
    finally:
        event.remove(connection, "before_cursor_execute", count)
    return len(seen)


def ask_more(case: Case, count: int) -> list[str]:
    for _ in range(count):
        make_condition(case.session, substage=case.papers)
    return [make_field(case.session, substage=case.papers).id for _ in range(count)]


def test_reading_a_step_costs_the_same_however_much_it_asks(case: Case):
    few = counted(case.session, case.step)
    ask_more(case, 40)
    case.session.expire_all()
    assert counted(case.session, case.step) <= few + 1  # the opportunity itself, which was known before
    assert few <= 9


def test_sending_a_step_costs_the_same_however_much_it_asks(case: Case):
    def send(more: list[str]) -> None:
        accepted = [condition.version_id for condition in case.step().conditions]
        values = {case.name.id: "Ada", **dict.fromkeys(more, "x")}
        steps.submit_step(case.session, case.customer, case.opportunity.id, values, accepted)

    more = ask_more(case, 1)
    few = counted(case.session, lambda: send(more))
    case.move(case.check)
    case.move(case.papers)
    more = ask_more(case, 40)
    assert counted(case.session, lambda: send(more)) <= few + 2


def test_several_steps_read_together_are_those_that_each_would_read(session: Session):
    case, contacts = Case(session), [make_contact(session) for _ in range(3)]
    make_field(session, substage=case.papers, is_required=True, is_read_only=True)  # the company's to fill in
    projects = [make_opportunity(session, contact=contact, substage=case.papers) for contact in contacts]
    steps.save_draft(session, actor_of(contacts[1]), projects[1].id, case.note.id, "Later")
    projects[2].step_sent_at = datetime(2026, 1, 1, tzinfo=UTC)
    session.add(projects[2])
    session.flush()
    asking = [service.Looking(actor_of(contact), project.id, language)
              for contact, project, language in zip(contacts, projects, ("en", "de", "en"), strict=True)]
    together = step_reading.get_steps(session, [*asking, asking[0]._replace(actor=asking[1].actor)])
    assert together == [*(step_reading.get_step(session, *each) for each in asking), None]
    assert [step.fields[2].problem is None for step in together if step] == [False, False, True]
