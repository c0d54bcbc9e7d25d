"""Files of cases: before the case exists, in its talk, and who gets them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from portal_app.access.actors import Actor, Role
from portal_app.core.clock import fixed, now
from portal_app.core.errors import NotFound
from portal_app.core.ids import new_id
from portal_app.customers.models import Account
from portal_app.documents.errors import AlreadySent
from portal_app.documents.models import Document
from portal_app.documents.purposes import Asked
from portal_app.documents.reading_result import Reading
from portal_app.documents.rules import Kind, Scan
from portal_app.documents.service import add_document, get_document, remove_document
from portal_app.support import files, listing, service
from portal_app.support.access import get_visible_case
from portal_app.support.rules import AnswerForm, CaseForm, CaseIsClosed, CaseState, DraftForm
from tests.factories import actor_of, make_company, make_contact, make_opportunity, make_staff

from .made import make_types


def bring(session: Session, actor: Actor, ref_id: str, name: str = "leak.jpg") -> Document:
    """As if the upload route had read a good picture."""
    reading = Reading(name=name, kind=Kind.JPEG, size_bytes=1000, content_hash="0" * 64, width_px=10,
                      height_px=10, content=Path("nowhere"))
    return add_document(session, actor, Asked("case", ref_id=ref_id), reading, Scan.CLEAN, new_id(), "")


@pytest.fixture
def customer(session) -> Actor:
    make_company(session)
    return actor_of(make_contact(session))


@pytest.fixture
def staff(session, customer) -> Actor:
    return actor_of(make_staff(session, Role.SALES))


def open_case(session, customer, **values) -> str:
    return service.open_case(session, customer, CaseForm(type_id=make_types(session)[0].id, title="A", text="B", **values))


def test_files_of_the_form_become_files_of_the_case(session, customer, staff):
    project = make_opportunity(session, contact=session.get_one(_contact(), customer.id))
    form = listing.get_new_case(session, customer, "", "en")
    first = bring(session, customer, form.future_id)
    kept = listing.get_new_case(session, customer, "", "en")
    assert (kept.future_id, [file.name for file in kept.files]) == (form.future_id, ["leak.jpg"])
    with pytest.raises(NotFound):
        get_document(session, staff, first.id)  # not sent yet
    case_id = open_case(session, customer, opportunity_id=project.id)
    assert case_id == form.future_id
    assert get_document(session, staff, first.id).opportunity_id == project.id
    assert [m.file.name for m in listing.get_own_case(session, customer, case_id, "en").messages if m.kind == "file"] == [
        "leak.jpg"]
    assert listing.get_new_case(session, customer, "", "en").files == []


def _contact():
    from portal_app.customers.models import Contact

    return Contact


def test_two_devices_write_one_new_case(session, customer):
    phone, desk = (listing.get_new_case(session, customer, "", "en").future_id for _ in range(2))
    assert phone != desk
    bring(session, customer, phone)
    service.save_draft(session, customer, DraftForm(future_id=desk, title="Written at the desk"))
    bring(session, customer, desk, "second.jpg")
    form = listing.get_new_case(session, customer, "", "en")
    assert (form.title, [file.name for file in form.files]) == ("Written at the desk", ["leak.jpg", "second.jpg"])


def test_what_was_begun_in_two_tabs_and_sent_in_one_can_be_sent_in_the_other_too(session, customer):
    service.save_draft(session, customer, DraftForm(future_id=new_id(), title="Begun"))
    phone, desk = (listing.get_new_case(session, customer, "", "en").future_id for _ in range(2))
    assert phone == desk == open_case(session, customer)
    fresh = listing.get_new_case(session, customer, "", "en", desk).future_id
    assert fresh != desk, "a file would come into the case that was sent"
    assert listing.get_new_case(session, customer, "", "en", fresh).future_id == fresh
    service.save_draft(session, customer, DraftForm(future_id=desk, title="Something else"))
    file = bring(session, customer, fresh)
    second = open_case(session, customer)
    assert second != desk
    assert get_document(session, customer, file.id).ref_id == second


def test_a_file_of_the_customer_hands_the_ball_to_us_and_ours_does_not(session, customer, staff):
    case_id = open_case(session, customer)
    service.answer(session, staff, case_id, AnswerForm(version=1, text="Please send us a photo."))
    ours = bring(session, staff, case_id, "plan.jpg")
    assert listing.get_own_case(session, customer, case_id, "en").state == "waiting-for-customer"
    bring(session, customer, case_id)
    assert listing.get_own_case(session, customer, case_id, "en").state == "waiting-for-us"
    assert get_document(session, customer, ours.id).name == "plan.jpg"


def test_others_bring_nothing_and_get_nothing(session, customer, staff):
    case_id = open_case(session, customer)
    file = bring(session, customer, case_id)
    stranger, viewer = actor_of(make_contact(session)), actor_of(make_staff(session, Role.VIEWER))
    for actor in (stranger, viewer):
        with pytest.raises(NotFound):
            bring(session, actor, case_id)
    with pytest.raises(NotFound):
        get_document(session, stranger, file.id)
    with pytest.raises(NotFound):
        bring(session, staff, new_id())  # only customers begin a case


@pytest.mark.parametrize("of_a_project", [True, False])
def test_who_has_the_case_has_its_files_whoever_owns_the_project(session, customer, staff, of_a_project: bool):
    project = make_opportunity(session, contact=session.get_one(_contact(), customer.id))
    installer, colleague = (actor_of(make_staff(session, Role.INSTALLER)) for _ in range(2))
    case_id = open_case(session, customer, opportunity_id=project.id if of_a_project else "")
    file = bring(session, customer, case_id)
    with pytest.raises(NotFound):
        get_document(session, installer, file.id)
    case = get_visible_case(session, staff, case_id)
    service.assign(session, staff, case_id, case.version, installer.id)
    assert get_document(session, installer, file.id) is file
    plan = bring(session, installer, case_id, "plan.jpg")
    shown = listing.get_staff_case(session, installer, case_id)
    assert [message.file.name for message in shown.messages if message.kind == "file"] == ["leak.jpg", "plan.jpg"]
    with pytest.raises(NotFound):
        get_document(session, colleague, plan.id)
    remove_document(session, installer, plan.id)


def test_files_of_a_narrow_case_stay_with_its_contact(session, customer, company_copy):
    """Where documents are the account's and cases are the contact's, a file of a case is the contact's."""
    relative = actor_of(make_contact(session, account=session.get(Account, customer.account_id)))
    file = bring(session, customer, open_case(session, customer))
    assert get_document(session, relative, file.id) is file
    company_copy.modules["cases"] = {"scope": "contact"}
    with pytest.raises(NotFound):
        get_document(session, relative, file.id)
    company_copy.modules["cases"] = {"on": False}
    with pytest.raises(NotFound):
        get_document(session, relative, file.id)
    assert get_document(session, customer, file.id) is file


def test_a_closed_case_takes_no_file_and_keeps_those_that_it_has(session, customer):
    case_id = open_case(session, customer)
    file = bring(session, customer, case_id)
    service.close_own(session, customer, case_id)
    with pytest.raises(CaseIsClosed):
        bring(session, customer, case_id)
    with pytest.raises(AlreadySent):
        remove_document(session, customer, file.id)
    assert [m.file.id for m in listing.get_own_case(session, customer, case_id, "en").messages if m.kind == "file"] == [
        file.id]


def test_a_file_that_is_taken_back_leaves_the_talk(session, customer):
    case_id = open_case(session, customer)
    file = bring(session, customer, case_id)
    remove_document(session, customer, file.id)
    session.flush()
    assert [m.kind for m in listing.get_own_case(session, customer, case_id, "en").messages] == ["public"]
    assert listing.get_own_case(session, customer, case_id, "en").state == CaseState.OPEN


def test_what_was_never_sent_is_forgotten_and_what_can_still_be_sent_is_not(session, customer):
    sent, other = open_case(session, customer), actor_of(make_contact(session))
    of_case = bring(session, customer, sent)
    of_draft = bring(session, customer, new_id())
    dropped = bring(session, other, new_id())
    service.drop_draft(session, other, "")

    def left() -> set[str]:
        return set(session.exec(select(Document.id)))

    files.forget_unsent(session)
    assert left() == {of_case.id, of_draft.id, dropped.id}  # the form may just be open
    with fixed(now() + files.UNSENT_KEPT + timedelta(seconds=1)):
        files.forget_unsent(session)
    assert left() == {of_case.id, of_draft.id}
    with fixed(now() + files.DRAFT_KEPT + timedelta(seconds=1)):
        files.forget_unsent(session)
    assert left() == {of_case.id}
    assert service.get_draft(session, customer, "") is None
