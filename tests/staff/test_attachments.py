"""The tab of attachments: folders, one click for who sees it, a reason for what goes back."""

from __future__ import annotations

import pytest
from sqlmodel import Session, select

from portal_app.access.actors import Role
from portal_app.core.forms import parse
from portal_app.documents.folders import archive_folder, create_folder
from portal_app.documents.models import Document
from portal_app.documents.rules import FolderForm
from portal_app.messaging.models import OutboxMail
from portal_app.portal.documents.state import DocumentsState
from portal_app.staff.attachments.state import AttachmentsState
from tests.documents.conftest import Case
from tests.factories import actor_of, make_company, make_contact, make_field, make_flow, make_opportunity, make_staff
from tests.handling import Reader, address_of, served

__all__ = ["served"]


@pytest.fixture
def shop(served: Session) -> Case:
    make_company(served)
    _flow, (step, _end) = make_flow(served, ("Papers", [("Your papers", "initial-documentation"), ("Thanks", None)]))
    contact = make_contact(served, name="Ana Torres")
    many = make_field(served, "files", substage=step, label={"en": "Electricity bills"}).id
    single = make_field(served, "file", substage=step).id
    found = Case(served, make_opportunity(served, contact=contact, substage=step, number="T-1"), actor_of(contact),
                 actor_of(make_contact(served)), actor_of(make_staff(served, Role.BACK_OFFICE)), many, single)
    served.commit()
    return found


def _opened(shop: Case, role: Role | None = None) -> tuple[Reader, AttachmentsState]:
    actor = actor_of(make_staff(shop.session, role)) if role else shop.staff
    shop.session.commit()
    reader = Reader(actor, id=shop.project.id)
    reader.send(AttachmentsState, "load")
    return reader, reader.state(AttachmentsState)


def test_folders_with_what_is_in_them_and_what_asked_for_it(shop: Case):
    shop.give(purpose="field", ref_id=shop.many, name="bill.jpg")
    shop.give(name="photo.jpg")
    shop.give(shop.staff, folder="technical", name="layout.pdf")
    _reader, state = _opened(shop)
    assert [(folder.key, [(each.file.name, each.about) for each in folder.files]) for folder in state.folders] == [
        ("client", [("photo.jpg", ""), ("bill.jpg", "Electricity bills")]), ("technical", [("layout.pdf", "")])]
    assert (state.count, state.to_review, state.can_review) == (3, 2, True)


def test_without_files_the_folder_of_the_customer_is_there(shop: Case):
    _reader, state = _opened(shop)
    assert [(folder.key, folder.count) for folder in state.folders] == [("client", 0)]


def test_the_list_of_folders_is_the_companys_and_says_who_sees_new_files(shop: Case):
    admin = actor_of(make_staff(shop.session))
    folder_id = create_folder(shop.session, admin, parse(FolderForm, {"name": {"en": "Photos"}, "is_public": True}))
    archive_folder(shop.session, admin, "contracts", 0, True)
    reader, state = _opened(shop)
    assert [choice.value for choice in state.choices] == ["client", "technical", "authorities", "internal", folder_id]
    assert (state.upload_folder, state.is_upload_public) == ("internal", False)
    reader.send(AttachmentsState, "choose_folder", folder_id)
    assert (state.upload_folder, state.is_upload_public) == (folder_id, True)
    archive_folder(shop.session, admin, folder_id, 1, True)
    shop.session.commit()
    reader.send(AttachmentsState, "refresh")
    assert (state.upload_folder, state.is_upload_public) == ("internal", False)


def test_one_click_shows_a_file_to_the_customer_and_hides_it_again(shop: Case):
    mine = shop.give(shop.staff, folder="technical")
    reader, state = _opened(shop)
    for is_public in (True, False):
        reader.send(AttachmentsState, "show_to_customer", mine.id, is_public)
        assert state.folders[-1].files[0].file.is_public is is_public
    assert reader.notices == []


def test_sending_back_needs_a_reason_and_then_tells_it(shop: Case):
    given = shop.give(name="bill.jpg")
    reader, state = _opened(shop)
    reader.send(AttachmentsState, "ask_reason", given.id)
    assert state.is_rejecting
    reader.send(AttachmentsState, "reject", {"reason": "  "})
    assert "reason" in state.field_errors
    assert state.is_rejecting
    reader.send(AttachmentsState, "reject", {"reason": "Too dark."})
    assert not state.is_rejecting
    assert state.folders[0].files[0].file.reason == "Too dark."
    shop.session.expire_all()
    (mail,) = shop.session.exec(select(OutboxMail)).all()
    assert "Too dark." in mail.text


def test_accepting_moving_and_removing(shop: Case):
    given, mine = shop.give(), shop.give(shop.staff)
    reader, state = _opened(shop)
    reader.send(AttachmentsState, "accept", given.id)
    assert state.to_review == 0
    reader.send(AttachmentsState, "move_file", given.id, "contracts")
    assert [folder.key for folder in state.folders] == ["client", "contracts", "internal"]
    reader.send(AttachmentsState, "move_file", given.id, "../secret")
    assert [folder.key for folder in state.folders] == ["client", "contracts", "internal"]
    reader.send(AttachmentsState, "remove", mine.id)
    assert [folder.key for folder in state.folders] == ["client", "contracts"]
    reader.send(AttachmentsState, "remove", given.id)  # a customer's file is not staff's to delete
    assert reader.notices[-1] == "error"
    assert shop.session.get(Document, given.id)


@pytest.mark.parametrize("role", [Role.VIEWER])
def test_who_only_looks_decides_nothing(shop: Case, role: Role):
    given = shop.give()
    reader, state = _opened(shop, role)
    assert not state.can_review
    for name, arguments in (("show_to_customer", (given.id, False)), ("accept", (given.id,)),
                            ("move_file", (given.id, "internal"))):
        reader.send(AttachmentsState, name, *arguments)
        assert reader.notices[-1] == "error"
    shop.session.expire_all()
    kept = shop.session.get_one(Document, given.id)
    assert (kept.is_public, kept.review, kept.folder) == (True, "open", "client")


def test_a_project_that_is_not_theirs_shows_nothing(shop: Case):
    shop.give()
    _reader, state = _opened(shop, Role.INSTALLER)
    assert state.is_missing
    assert state.folders == []


@pytest.mark.parametrize("address", ["", "x", "0" * 32])
def test_unknown_projects_show_nothing(shop: Case, address: str):
    reader = Reader(shop.staff, id=address)
    reader.send(AttachmentsState, "load")
    assert reader.state(AttachmentsState).is_missing


# -- the customer's page --------------------------------------------------------------------------------------------------


def test_the_customer_finds_what_they_gave_what_was_asked_and_what_we_show(shop: Case):
    shop.give(name="photo.jpg")
    shop.give(purpose="field", ref_id=shop.many, name="bill.jpg")
    shop.give(shop.staff, name="hidden.pdf")
    shown = shop.give(shop.staff, name="plan.pdf")
    shown.is_public = True
    shop.session.add(shown)
    shop.session.commit()
    reader = Reader(shop.customer)
    reader.send(DocumentsState, "load")
    state = reader.state(DocumentsState)
    assert [file.name for file in state.given] == ["photo.jpg"]
    assert [(paper.file.name, paper.about) for paper in state.asked] == [("bill.jpg", "Electricity bills")]
    assert [paper.file.name for paper in state.ours] == ["plan.pdf"]
    assert "hidden.pdf" not in str(state.dict())


@pytest.mark.parametrize("address", ["x", "0" * 32, "theirs"])
def test_a_foreign_project_looks_like_an_unknown_one(shop: Case, address: str):
    shop.give()
    shop.session.commit()
    reader = Reader(shop.stranger, project=shop.project.id if address == "theirs" else address)
    reader.send(DocumentsState, "load")
    state = reader.state(DocumentsState)
    assert state.is_missing
    assert (state.given, state.asked, state.ours) == ([], [], [])


def test_a_chosen_project_stands_in_the_address(shop: Case):
    [leads] = Reader(shop.customer).send(DocumentsState, "choose", f"{shop.project.id}&x=1")
    assert address_of(leads) == f"/documents?project={shop.project.id}%26x%3D1"
