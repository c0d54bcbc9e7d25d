"""The engine of a step: what it asks, what keeps the customer there, and what sending leaves behind."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from portal_app.access.actors import SYSTEM, Role
from portal_app.core import events
from portal_app.core.clock import fixed
from portal_app.core.errors import InvalidForm, NotAllowed, NotFound
from portal_app.core.ids import new_id
from portal_app.flows.models import Substage
from portal_app.opportunities import answers, service, step_reading, steps
from portal_app.opportunities.acceptances import list_acceptances
from portal_app.opportunities.events import DocumentationSubmitted
from portal_app.opportunities.models import AnswerChange, ConditionAcceptance, StepSubmission
from portal_app.opportunities.step_schemas import FieldClosed, NothingToSend, StepAlreadySent, StepIncomplete
from tests.factories import (
    actor_of,
    make_condition,
    make_contact,
    make_field,
    make_staff,
    make_wording,
)
from tests.opportunities.step_case import Case


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


# Others' answers, listeners


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


@pytest.mark.parametrize("is_sent", [True, False])
def test_who_looks_as_a_customer_knows_a_bank_account_by_its_end(case: Case, is_sent: bool):
    account = make_field(case.session, "iban", substage=case.papers)
    iban = "ES91 2100 0418 4502 0005 1332"
    steps.save_draft(case.session, case.customer, case.opportunity.id, account.id, iban)
    if is_sent:
        case.send()
    assert case.field(account).entry == iban
    seen = case.step(replace(case.customer, viewer_id=new_id()))
    assert "0418" not in seen.model_dump_json()
    assert next(field.entry for field in seen.fields if field.id == account.id) == "•••• 1332"


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
