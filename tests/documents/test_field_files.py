"""Files that a step asks for: they lie in the draft, are sent with it, and come back one by one."""

from __future__ import annotations

import pytest

from portal_app.core.errors import NotFound
from portal_app.core.ids import new_id
from portal_app.documents.errors import TooManyFiles
from portal_app.documents.field_files import allowance_of, files_of_steps
from portal_app.documents.models import Document
from portal_app.documents.purposes import Asked
from portal_app.documents.rules import MEGABYTE, Kind, RejectForm
from portal_app.documents.service import list_attachments, open_place, reject_document, remove_document
from portal_app.flows.contents import specs_by_id
from portal_app.opportunities.answers import answers_of, drafts_of
from portal_app.opportunities.step_reading import get_step
from portal_app.opportunities.step_schemas import FieldClosed, StepIncomplete
from portal_app.opportunities.steps import submit_step
from tests.documents.conftest import Case
from tests.factories import make_field


def _shown(case: Case, actor=None):
    actor = actor or case.customer
    step = get_step(case.session, actor, case.project.id, "en")
    found = files_of_steps(case.session, [(actor, step)])[0]
    return {field.id: [view for view in found if view.ref_id == field.id] for field in step.fields}


def test_a_files_place_takes_what_the_field_says(case: Case):
    allowance = allowance_of(specs_by_id(case.session, [case.single])[case.single])
    assert (allowance.kinds, allowance.max_bytes, allowance.most_files) == ((Kind.PDF,), 2 * MEGABYTE, 1)
    assert allowance_of(specs_by_id(case.session, [case.many])[case.many]).most_files == 3


def test_uploading_saves_the_draft(case: Case):
    first, second = (case.give(purpose="field", ref_id=case.many) for _ in range(2))
    assert drafts_of(case.session, case.project.id) == {case.many: [first.id, second.id]}
    assert [view.id for view in _shown(case)[case.many]] == [first.id, second.id]
    assert all(view.can_remove for view in _shown(case)[case.many])
    assert first.folder == "client"


def test_a_field_takes_as_many_as_it_says(case: Case):
    for _ in range(3):
        case.give(purpose="field", ref_id=case.many)
    with pytest.raises(TooManyFiles):
        case.give(purpose="field", ref_id=case.many)


def test_taking_one_away_takes_it_out_of_the_draft(case: Case):
    first, second = (case.give(purpose="field", ref_id=case.many) for _ in range(2))
    remove_document(case.session, case.customer, first.id)
    assert drafts_of(case.session, case.project.id) == {case.many: [second.id]}


def test_sent_files_stay(case: Case):
    given = case.give(purpose="field", ref_id=case.many)
    submit_step(case.session, case.customer, case.project.id)
    assert answers_of(case.session, case.project.id)[case.many] == [given.id]
    with pytest.raises(FieldClosed):
        case.give(purpose="field", ref_id=case.many)
    assert not any(view.can_remove for view in _shown(case)[case.many])
    with pytest.raises(Exception, match="already been sent"):
        remove_document(case.session, case.customer, given.id)
    assert case.session.get(Document, given.id)


def test_a_rejected_file_opens_its_field_and_only_that_one(case: Case):
    good, bad = (case.give(purpose="field", ref_id=case.many, name=name) for name in ("good.jpg", "bad.jpg"))
    submit_step(case.session, case.customer, case.project.id)
    reject_document(case.session, case.staff, bad.id, RejectForm(reason="Too dark."))
    step = get_step(case.session, case.customer, case.project.id, "en")
    assert {field.id: field.mode for field in step.fields} == {case.many: "edit", case.single: "read"}
    assert step.state == "asked_again"
    assert [(view.id, view.reason) for view in _shown(case)[case.many]] == [(bad.id, "Too dark."), (good.id, "")]
    assert not any(view.can_remove for view in _shown(case)[case.many])
    assert step.missing_fields == [case.many]  # the other one stays, but is no answer to what was sent back
    with pytest.raises(StepIncomplete):
        submit_step(case.session, case.customer, case.project.id)
    again = case.give(purpose="field", ref_id=case.many, name="better.jpg")
    submit_step(case.session, case.customer, case.project.id)
    assert answers_of(case.session, case.project.id)[case.many] == [good.id, again.id]
    assert [view.id for view in _shown(case)[case.many]] == [good.id, again.id]
    assert {view.id for view in list_attachments(case.session, case.staff, case.project.id)} == {good.id, bad.id, again.id}


def test_a_rejected_single_file_makes_room_for_the_next(case: Case):
    bad = case.give(purpose="field", ref_id=case.single, kind=Kind.PDF, name="a.pdf")
    case.give(purpose="field", ref_id=case.many)
    submit_step(case.session, case.customer, case.project.id)
    reject_document(case.session, case.staff, bad.id, RejectForm(reason="Empty."))
    better = case.give(purpose="field", ref_id=case.single, kind=Kind.PDF, name="b.pdf")
    assert drafts_of(case.session, case.project.id) == {case.single: [better.id]}


def test_fields_of_others_and_of_other_steps_are_closed(case: Case):
    elsewhere = make_field(case.session, "files").id
    text = make_field(case.session, "short-text").id
    for ref_id in (elsewhere, text, new_id()):
        with pytest.raises(FieldClosed):
            open_place(case.session, case.customer, Asked("field", case.project.id, ref_id))
    with pytest.raises(NotFound):
        open_place(case.session, case.stranger, Asked("field", case.project.id, case.many))
    with pytest.raises(NotFound):
        open_place(case.session, case.customer, Asked("field", case.project.id, "../x"))


def test_what_staff_bring_beside_a_draft_stays_when_it_is_sent(case: Case):
    theirs = case.give(purpose="field", ref_id=case.many)
    ours = case.give(case.staff, purpose="field", ref_id=case.many)
    assert answers_of(case.session, case.project.id)[case.many] == [ours.id], "what is not sent is no answer"
    submit_step(case.session, case.customer, case.project.id)
    assert answers_of(case.session, case.project.id)[case.many] == [theirs.id, ours.id]


def test_staff_give_what_the_company_fills_in(case: Case):
    given = case.give(case.staff, purpose="field", ref_id=case.many)
    assert answers_of(case.session, case.project.id) == {case.many: [given.id]}
    assert [view.id for view in _shown(case, case.staff)[case.many]] == [given.id]


def test_what_staff_take_away_of_theirs_is_not_asked_of_the_customer(case: Case):
    given = case.give(case.staff, purpose="field", ref_id=case.many)
    remove_document(case.session, case.staff, given.id)
    assert not answers_of(case.session, case.project.id)[case.many]
    assert not case.project.asked_again


def test_reading_the_files_of_a_step_costs_the_same_for_many(case: Case):
    from sqlalchemy import event

    def queries() -> int:
        counted = [0]
        case.session.info.clear()
        step = get_step(case.session, case.customer, case.project.id, "en")

        def count(*_args) -> None:
            counted[0] += 1

        bind = case.session.get_bind()
        event.listen(bind, "before_cursor_execute", count)
        try:
            files_of_steps(case.session, [(case.customer, step)])
        finally:
            event.remove(bind, "before_cursor_execute", count)
        return counted[0]

    case.give(purpose="field", ref_id=case.many)
    few = queries()
    case.give(purpose="field", ref_id=case.many)
    case.give(purpose="field", ref_id=case.single, kind=Kind.PDF, name="a.pdf")
    assert queries() == few


