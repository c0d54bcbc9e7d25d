"""The engine of a step: what it asks, what keeps the customer there, and what sending leaves behind."""

from datetime import UTC, datetime, timedelta

import pytest
from factories import (
    actor_of,
    make_condition,
    make_contact,
    make_field,
    make_flow,
    make_opportunity,
    make_staff,
    make_wording,
)
from sqlalchemy import event
from sqlmodel import Session, select

from portal_app.access.actors import SYSTEM, Role
from portal_app.core import events
from portal_app.core.clock import fixed
from portal_app.core.errors import InvalidForm, NotAllowed, NotFound
from portal_app.core.events import EventRow
from portal_app.core.ids import new_id
from portal_app.flows.models import Substage
from portal_app.opportunities import answers, listing, service, step_reading, steps
from portal_app.opportunities.acceptances import list_acceptances
from portal_app.opportunities.detail import get_detail
from portal_app.opportunities.events import DocumentationSubmitted, FieldsAskedAgain, FieldsGivenAgain
from portal_app.opportunities.models import AnswerChange, ConditionAcceptance, StepSubmission
from portal_app.opportunities.step_schemas import FieldClosed, NothingToSend, StepAlreadySent, StepIncomplete

WAY = (("Request", [("Papers", "initial-documentation"), ("We check", None)]),
       ("Roof", [("Draw", "drawing")]), ("Contract", [("Papers", "contracts-documentation")]))


class Case:
    """A customer before a step that asks for a name (required), a note and a condition."""

    def __init__(self, session: Session) -> None:
        self.session = session
        _, self.substages = make_flow(session, *WAY)
        self.papers, self.check, self.draw, self.contract = self.substages
        self.name = make_field(session, substage=self.papers, is_required=True)
        self.note = make_field(session, "long-text", substage=self.papers)
        self.terms = make_condition(session, substage=self.papers)
        self.contact = make_contact(session)
        self.customer = actor_of(self.contact)
        self.opportunity = make_opportunity(session, contact=self.contact, substage=self.papers)

    def step(self, actor=None):
        return step_reading.get_step(self.session, actor or self.customer, self.opportunity.id, "en")

    def field(self, field):
        return next(f for f in self.step().fields if f.id == field.id)

    def send(self, values=None, accepted=None, **more):
        accepted = [self.terms.id] if accepted is None else accepted
        return steps.submit_step(self.session, self.customer, self.opportunity.id,
                                 {self.name.id: "Ada"} if values is None else values, accepted, "192.0.2.7", "en", **more)

    def move(self, substage: Substage) -> None:
        service.move(self.session, SYSTEM, self.opportunity, substage.id, "test")

    def told(self, kind):
        return list(self.session.exec(select(EventRow).where(
            EventRow.name == kind.__name__, EventRow.opportunity_id == self.opportunity.id)))


@pytest.fixture
def case(session: Session) -> Case:
    return Case(session)


def test_an_open_step_says_what_it_asks_and_what_is_missing(case: Case):
    step = case.step()
    assert (step.state, step.act) == ("open", "initial-documentation-submitted")
    assert [(f.id, f.mode, f.is_required) for f in step.fields] == [
        (case.name.id, "edit", True), (case.note.id, "edit", False)]
    assert step.missing_fields == [case.name.id]
    assert step.missing_conditions == [case.terms.condition_id]


def test_sending_keeps_answers_acceptance_and_tells_the_act(case: Case):
    submission = case.send()
    assert answers.answers_of(case.session, case.opportunity.id) == {case.name.id: "Ada"}
    accepted = case.session.exec(select(ConditionAcceptance)
                                 .where(ConditionAcceptance.opportunity_id == case.opportunity.id)).one()
    assert (accepted.condition_version_id, accepted.contact_id, accepted.client_address, accepted.text_hash) == (
        case.terms.id, case.contact.id, "192.0.2.7", case.terms.text_hash)
    [line] = list_acceptances(case.session, actor_of(make_staff(case.session)), case.opportunity.id, "en")
    assert (line.number, line.text_hash, line.client_address, line.contact_name) == (
        1, case.terms.text_hash, "192.0.2.7", case.contact.name)
    told = case.told(DocumentationSubmitted)
    assert [(row.payload["act"], row.payload["submission_id"]) for row in told] == [
        ("initial-documentation-submitted", submission.id)]
    step = case.step()
    assert (step.state, step.sent_by, step.fields[0].mode, step.fields[0].text) == ("sent", case.contact.name, "read", "Ada")
    assert (step.missing_fields, step.missing_conditions) == ([], [])


def test_it_is_sent_once(case: Case):
    case.send()
    with pytest.raises(StepAlreadySent):
        case.send()
    with pytest.raises(FieldClosed):
        steps.save_draft(case.session, case.customer, case.opportunity.id, case.name.id, "late")
    assert len(case.told(DocumentationSubmitted)) == 1
    assert answers.drafts_of(case.session, case.opportunity.id) == {}


def test_what_is_missing_is_said_all_at_once_and_nothing_is_kept(case: Case):
    email = make_field(case.session, "email", substage=case.papers)
    with pytest.raises(StepIncomplete) as refused:
        case.send({case.name.id: "  ", email.id: "no address"}, [])
    assert refused.value.fields == [case.name.id, email.id]
    assert refused.value.conditions == [case.terms.condition_id]
    assert set(refused.value.errors) == {case.name.id, email.id, case.terms.id}
    assert answers.answers_of(case.session, case.opportunity.id) == {}
    assert case.step().state == "open"


def test_drafts_are_kept_right_or_wrong_and_sent_when_the_form_does_not_say_otherwise(case: Case):
    power = make_field(case.session, "number", substage=case.papers)
    steps.save_draft(case.session, case.customer, case.opportunity.id, case.name.id, "Ada")
    steps.save_draft(case.session, case.customer, case.opportunity.id, power.id, "1.234,5", "de")
    assert (case.field(case.name).entry, case.field(power).entry, case.field(power).has_draft) == ("Ada", "1234.5", True)
    case.send({case.note.id: "Second floor"})
    assert answers.answers_of(case.session, case.opportunity.id) == {
        case.name.id: "Ada", case.note.id: "Second floor", power.id: "1234.5"}
    assert answers.drafts_of(case.session, case.opportunity.id) == {}


def test_an_emptied_field_is_empty_even_if_it_was_answered(case: Case):
    answers.set_answers(case.session, SYSTEM, case.opportunity, {case.name.id: "Ada"}, "test")
    steps.save_draft(case.session, case.customer, case.opportunity.id, case.name.id, "")
    assert case.field(case.name).entry == ""
    with pytest.raises(StepIncomplete):
        case.send({})
    case.send({case.name.id: "Bea"})
    changes = case.session.exec(select(AnswerChange).where(AnswerChange.field_id == case.name.id)
                                .order_by(AnswerChange.at)).all()
    assert [(c.before, c.after, c.changed_by_kind) for c in changes] == [
        (None, "Ada", "system"), ("Ada", "Bea", "customer")]


def test_read_only_fields_are_shown_and_never_written(case: Case):
    shown = make_field(case.session, substage=case.papers, is_required=True, is_read_only=True)
    with pytest.raises(StepIncomplete) as refused:
        case.send({case.name.id: "Ada", shown.id: "hostile"})
    assert refused.value.fields == [shown.id]
    with pytest.raises(FieldClosed):
        steps.save_draft(case.session, case.customer, case.opportunity.id, shown.id, "hostile")
    answers.set_answers(case.session, SYSTEM, case.opportunity, {shown.id: "ours"}, "test")
    case.send({case.name.id: "Ada", shown.id: "hostile"})
    assert answers.answers_of(case.session, case.opportunity.id)[shown.id] == "ours"


def test_only_its_customer_sends_a_step(case: Case):
    stranger, staff = actor_of(make_contact(case.session)), actor_of(make_staff(case.session))
    for ask in (lambda who: step_reading.get_step(case.session, who, case.opportunity.id, "en"),
                lambda who: steps.submit_step(case.session, who, case.opportunity.id),
                lambda who: steps.save_draft(case.session, who, case.opportunity.id, case.name.id, "x")):
        with pytest.raises(NotFound):
            ask(stranger)
    assert [f.mode for f in case.step(staff).fields] == ["read", "read"]
    with pytest.raises(NotAllowed):
        steps.submit_step(case.session, staff, case.opportunity.id)
    with pytest.raises(NotAllowed):
        answers.set_answers(case.session, case.customer, case.opportunity, {case.name.id: "x"}, "test")


def test_what_was_meant_for_one_step_is_not_sent_for_another(case: Case):
    case.move(case.contract)
    with pytest.raises(NothingToSend):
        case.send(substage_id=case.papers.id)
    case.move(case.check)
    with pytest.raises(NothingToSend):
        case.send()


def test_after_a_move_the_same_field_may_only_be_shown(case: Case):
    case.send()
    case.session.add(_place(case, case.check, case.name))
    case.move(case.check)
    assert (case.step().state, case.field(case.name).mode, case.field(case.name).text) == ("information", "read", "Ada")


def test_coming_back_opens_the_step_again_with_its_answers(case: Case):
    case.send()
    case.move(case.check)
    case.move(case.papers)
    step = case.step()
    assert (step.state, step.fields[0].entry, step.missing_conditions) == ("open", "Ada", [])
    case.send({})
    assert len(case.told(DocumentationSubmitted)) == 2


def _place(case: Case, substage: Substage, field, **values):
    from portal_app.flows.models import SubstageField

    return SubstageField(**{"substage_id": substage.id, "field_id": field.id, "position": 0, "is_read_only": True, **values})


# Conditions


def test_a_new_wording_asks_again_only_where_staff_say_so(case: Case):
    strict = make_condition(case.session, substage=case.papers, asks_again=True)
    case.send(accepted=[case.terms.id, strict.id])
    case.move(case.check)
    case.move(case.papers)
    newer = {old.id: make_wording(case.session, old.condition_id, 2, "Be better.") for old in (case.terms, strict)}
    assert case.step().missing_conditions == [strict.condition_id]
    told = {term.condition_id: term for term in case.step().conditions}
    accepted, asked = told[case.terms.condition_id], told[strict.condition_id]
    assert (accepted.is_accepted, accepted.number, accepted.text) == (True, 1, case.terms.text["en"])
    assert (asked.is_accepted, asked.number, asked.text, asked.accepted_before) == (False, 2, "Be better.", 1)
    with pytest.raises(StepIncomplete) as refused:
        case.send({}, [strict.id])  # the old wording does not count
    assert set(refused.value.errors) == {newer[strict.id].id}
    case.send({}, [newer[strict.id].id])
    assert len(case.session.exec(select(ConditionAcceptance).where(
        ConditionAcceptance.opportunity_id == case.opportunity.id)).all()) == 3


def test_a_wording_counts_from_its_day_on(case: Case):
    day = datetime(2030, 1, 1, tzinfo=UTC)
    later = make_condition(case.session, substage=case.papers, effective_at=day)
    assert later.condition_id not in case.step().missing_conditions
    with fixed(day + timedelta(seconds=1)):
        assert later.condition_id in case.step().missing_conditions


# Files and what is asked again


def _with_file(case: Case, substage: Substage | None = None):
    paper = make_field(case.session, "file", substage=substage or case.papers, is_required=True)
    document_id = new_id()
    _, spec = steps.demand_open_field(case.session, case.customer, case.opportunity.id, paper.id)
    assert spec.is_file
    answers.put_file_draft(case.session, case.opportunity.id, paper.id, [document_id])
    return paper, document_id


def test_files_come_from_the_upload_never_from_the_form(case: Case):
    paper, document_id = _with_file(case)
    case.send({case.name.id: "Ada", paper.id: [new_id()]})
    assert answers.answers_of(case.session, case.opportunity.id)[paper.id] == [document_id]


def test_a_rejected_file_opens_just_its_field(case: Case):
    paper, document_id = _with_file(case)
    case.send()
    assert steps.drop_file(case.session, case.opportunity.id, paper.id, document_id, "rejected")
    step = case.step()
    assert (step.state, step.missing_fields) == ("asked_again", [paper.id])
    assert {f.id: f.mode for f in step.fields} == {case.name.id: "read", case.note.id: "read", paper.id: "edit"}
    assert len(case.told(FieldsAskedAgain)) == 1
    with pytest.raises(StepIncomplete):
        case.send({})
    with pytest.raises(FieldClosed):
        steps.save_draft(case.session, case.customer, case.opportunity.id, case.name.id, "Bea")
    other = new_id()
    answers.put_file_draft(case.session, case.opportunity.id, paper.id, [other])
    assert case.send({case.name.id: "Bea"}).is_again
    assert answers.answers_of(case.session, case.opportunity.id) == {case.name.id: "Ada", paper.id: [other]}
    assert [row.payload["is_again"] for row in case.told(DocumentationSubmitted)] == [False, True]
    assert case.step().state == "sent"


@pytest.mark.parametrize("where", ["check", "draw", "contract"])
def test_a_file_rejected_later_is_asked_for_wherever_the_opportunity_stands(case: Case, where: str):
    paper, document_id = _with_file(case)
    case.send()
    case.move(getattr(case, where))
    steps.drop_file(case.session, case.opportunity.id, paper.id, document_id, "rejected")
    step = case.step()
    assert (step.state, step.missing_fields, step.fields[0].mode) == ("asked_again", [paper.id], "edit")
    process = service.get_process(case.session, case.customer, case.opportunity.id, "en")
    assert (process.current.needs_customer, process.current.ball) == (True, "customer")
    answers.put_file_draft(case.session, case.opportunity.id, paper.id, [new_id()])
    case.send({})
    if where == "contract":  # a step that is sent as a whole takes it along
        assert [row.payload["is_again"] for row in case.told(DocumentationSubmitted)] == [False, False]
    else:
        assert len(case.told(FieldsGivenAgain)) == 1
        assert len(case.told(DocumentationSubmitted)) == 1
    assert case.step().state == {"check": "information", "draw": "open", "contract": "sent"}[where]


def test_what_became_required_meanwhile_is_open_with_what_is_asked_again(case: Case):
    paper, document_id = _with_file(case)
    case.send()
    fresh = make_field(case.session, substage=case.papers, is_required=True)
    assert case.step().state == "sent"
    steps.drop_file(case.session, case.opportunity.id, paper.id, document_id, "rejected")
    answers.put_file_draft(case.session, case.opportunity.id, paper.id, [new_id()])
    with pytest.raises(StepIncomplete):
        case.send({})
    case.send({fresh.id: "now"})
    assert answers.answers_of(case.session, case.opportunity.id)[fresh.id] == "now"


def test_a_file_that_was_not_sent_yet_just_goes(case: Case):
    paper, document_id = _with_file(case)
    assert steps.drop_file(case.session, case.opportunity.id, paper.id, document_id, "withdrawn")
    assert not steps.drop_file(case.session, case.opportunity.id, paper.id, document_id, "withdrawn")
    assert (case.step().state, case.field(paper).entry) == ("open", [])
    assert case.told(FieldsAskedAgain) == []


# Others' answers, listeners, queries


def test_set_answers_parses_and_refuses_files_and_unknown_fields(case: Case):
    paper = make_field(case.session, "file")
    when = make_field(case.session, "date")
    with pytest.raises(InvalidForm):
        answers.set_answers(case.session, SYSTEM, case.opportunity, {when.id: "soon"}, "test")
    with pytest.raises(NotAllowed):
        answers.set_answers(case.session, SYSTEM, case.opportunity, {paper.id: [new_id()]}, "test")
    with pytest.raises(NotFound):
        answers.set_answers(case.session, SYSTEM, case.opportunity, {new_id(): "x"}, "test")
    assert answers.set_answers(case.session, SYSTEM, case.opportunity, {when.id: "2026-05-04"}, "test") == [when.id]
    assert answers.set_answers(case.session, SYSTEM, case.opportunity, {when.id: "2026-05-04"}, "test") == []
    staff = actor_of(make_staff(case.session))
    assert [line.text for line in answers.list_answers(case.session, staff, case.opportunity.id, "en")] == ["4 May 2026"]
    assert [(line.before, line.after) for line in answers.list_answer_changes(
        case.session, staff, case.opportunity.id, "en")] == [("", "4 May 2026")]


def test_staff_who_may_not_see_payment_data_know_a_bank_account_by_its_end(case: Case):
    account = make_field(case.session, "iban")
    answers.set_answers(case.session, SYSTEM, case.opportunity, {account.id: "ES9121000418450200051332"}, "test")

    def read_by(role: Role) -> tuple[list[str], list[str]]:
        staff = actor_of(make_staff(case.session, role))
        changes = answers.list_answer_changes(case.session, staff, case.opportunity.id, "en")
        lines = answers.list_answers(case.session, staff, case.opportunity.id, "en")
        return [line.text for line in lines], [text for line in changes for text in (line.before, line.after)]

    assert read_by(Role.BACK_OFFICE) == (["ES91 2100 0418 4502 0005 1332"], ["", "ES91 2100 0418 4502 0005 1332"])
    assert read_by(Role.SALES) == read_by(Role.VIEWER) == (["•••• 1332"], ["", "•••• 1332"])


def test_a_listener_may_move_on_in_the_same_transaction(case: Case, monkeypatch):
    def move_on(session: Session, happened: DocumentationSubmitted) -> None:
        service.move(session, SYSTEM, case.opportunity, case.check.id, happened.act.value)

    monkeypatch.setitem(events._listeners, DocumentationSubmitted, [move_on])
    case.send()
    case.session.expire_all()
    assert case.opportunity.substage_id == case.check.id
    assert case.opportunity.step_sent_at is None, "the next step is not sent"
    assert case.session.exec(select(StepSubmission.substage_id).where(
        StepSubmission.opportunity_id == case.opportunity.id)).one() == case.papers.id


def test_who_has_the_ball_and_since_when(case: Case):
    staff = actor_of(make_staff(case.session))

    def ball() -> tuple[str, bool, str, str, str]:
        case.session.flush()
        now_ = service.get_process(case.session, case.customer, case.opportunity.id, "en").current
        row, = listing.list_opportunities(case.session, staff, listing.Filters(search=case.opportunity.number),
                                          listing.PageOf()).rows
        detail = get_detail(case.session, staff, case.opportunity.id)
        return now_.ball, now_.needs_customer, now_.since, row.turn, detail.turn

    case.opportunity.entered_substage_at = datetime(2026, 5, 1, 12, tzinfo=UTC)
    case.opportunity.search_text = case.opportunity.number
    case.session.add(case.opportunity)
    paper, document_id = _with_file(case)
    assert ball() == ("customer", True, "2026-05-01", "customer", "customer")
    with fixed(datetime(2026, 5, 2, 12, tzinfo=UTC)):
        case.send()
    assert ball() == ("company", False, "2026-05-02", "company", "company")
    with fixed(datetime(2026, 5, 3, 12, tzinfo=UTC)):
        steps.drop_file(case.session, case.opportunity.id, paper.id, document_id, "rejected")
    assert ball() == ("customer", True, "2026-05-03", "customer", "customer")
    answers.put_file_draft(case.session, case.opportunity.id, paper.id, [new_id()])
    with fixed(datetime(2026, 5, 4, 12, tzinfo=UTC)):
        case.send({})
    assert ball() == ("company", False, "2026-05-04", "company", "company")
    case.check.ball = "grid_operator"
    case.session.add(case.check)
    with fixed(datetime(2026, 5, 5, 12, tzinfo=UTC)):
        case.move(case.check)
    assert ball() == ("grid_operator", False, "2026-05-05", "grid_operator", "grid_operator")


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
