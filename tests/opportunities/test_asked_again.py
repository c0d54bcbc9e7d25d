"""Files of a step, what is asked again when one is refused, and whose turn it is then."""

from datetime import UTC, datetime

import pytest

from portal_app.core.clock import fixed
from portal_app.core.ids import new_id
from portal_app.opportunities import answers, listing, service, steps
from portal_app.opportunities.detail import get_detail
from portal_app.opportunities.events import DocumentationSubmitted, FieldsAskedAgain, FieldsGivenAgain
from portal_app.opportunities.step_schemas import FieldClosed, StepIncomplete
from tests.factories import (
    actor_of,
    make_field,
    make_staff,
)
from tests.opportunities.step_case import Case, with_file


def test_files_come_from_the_upload_never_from_the_form(case: Case):
    paper, document_id = with_file(case)
    case.send({case.name.id: "Ada", paper.id: [new_id()]})
    assert answers.answers_of(case.session, case.opportunity.id)[paper.id] == [document_id]


def test_a_rejected_file_opens_just_its_field(case: Case):
    paper, document_id = with_file(case)
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
    paper, document_id = with_file(case)
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
    paper, document_id = with_file(case)
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
    paper, document_id = with_file(case)
    assert steps.drop_file(case.session, case.opportunity.id, paper.id, document_id, "withdrawn")
    assert not steps.drop_file(case.session, case.opportunity.id, paper.id, document_id, "withdrawn")
    assert (case.step().state, case.field(paper).entry) == ("open", [])
    assert case.told(FieldsAskedAgain) == []


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
    paper, document_id = with_file(case)
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
