"""Who sees which file, what fits, and what staff decide."""

from __future__ import annotations

import pytest
from sqlmodel import select

from portal_app.access.actors import Role
from portal_app.access.models import LoginLink
from portal_app.company.schemas import CompanySnapshot
from portal_app.core.audit import AuditRow
from portal_app.core.errors import NotAllowed, NotFound
from portal_app.core.events import EventRow
from portal_app.core.ids import new_id
from portal_app.customers.models import Account
from portal_app.documents import service
from portal_app.documents.errors import AlreadySent, NotYetChecked, QuotaReached, SentBackMeanwhile
from portal_app.documents.rules import INTERNAL, RejectForm, Review, Scan
from portal_app.documents.service import (
    accept_document,
    get_document,
    get_readable,
    list_attachments,
    move_to_folder,
    reject_document,
    remove_document,
    set_public,
)
from portal_app.messaging.models import OutboxMail
from portal_app.notifications.models import Notification
from tests.documents.conftest import Case
from tests.factories import actor_of, make_contact, make_staff


def test_a_customers_file_is_in_client_documents_and_both_sides_see_it(case: Case):
    given = case.give()
    assert (given.folder, given.is_public, given.uploaded_by_kind) == ("client", True, "customer")
    assert [file.id for file in list_attachments(case.session, case.customer, case.project.id)] == [given.id]
    assert [file.id for file in list_attachments(case.session, case.staff, case.project.id)] == [given.id]
    assert list_attachments(case.session, case.stranger, case.project.id) == []


def test_staff_are_told_once_of_files_that_nobody_asked_for(case: Case):
    case.give()
    case.give()
    told = case.session.exec(select(Notification).where(Notification.text_key == "document-given")).all()
    assert len({each.staff_id for each in told}) == len(told) > 0


def test_unknown_and_forbidden_look_alike(case: Case):
    given = case.give()
    hidden = case.give(case.staff)
    installer = actor_of(make_staff(case.session, Role.INSTALLER))
    for actor, document_id in ((case.stranger, given.id), (installer, given.id), (case.customer, hidden.id),
                               (case.customer, new_id())):
        with pytest.raises(NotFound):
            get_document(case.session, actor, document_id)
        with pytest.raises(NotFound):
            remove_document(case.session, actor, document_id)
        with pytest.raises(NotFound):
            set_public(case.session, actor, document_id, True)


def test_the_household_sees_it_unless_the_company_shows_each_only_their_own(case: Case, company_copy: CompanySnapshot):
    given = case.give()
    household = case.session.get_one(Account, case.customer.account_id)
    partner = actor_of(make_contact(case.session, account=household))
    assert get_document(case.session, partner, given.id).id == given.id
    company_copy.modules["documents"] = {"scope": "contact"}
    with pytest.raises(NotFound):
        get_document(case.session, partner, given.id)
    assert get_document(case.session, case.customer, given.id).id == given.id


def test_without_the_place_for_documents_customers_give_only_what_a_step_asks_for(case: Case, company_copy: CompanySnapshot):
    company_copy.modules["documents"] = {"on": False}
    with pytest.raises(NotFound):
        case.give()
    assert case.give(purpose="field", ref_id=case.many).id
    assert case.give(case.staff).id


def test_private_and_public_is_one_switch_and_is_written_down(case: Case):
    mine = case.give(case.staff, folder="technical")
    assert not mine.is_public
    set_public(case.session, case.staff, mine.id, True)
    assert get_document(case.session, case.customer, mine.id).id == mine.id
    set_public(case.session, case.staff, mine.id, False)
    with pytest.raises(NotFound):
        get_document(case.session, case.customer, mine.id)
    verbs = case.session.exec(select(AuditRow.verb).where(AuditRow.thing_id == mine.id).order_by(AuditRow.id)).all()  # pyright: ignore
    assert list(verbs) == ["upload", "show", "hide"]
    told = case.session.exec(select(EventRow.payload).where(EventRow.name == "DocumentFiled").order_by(EventRow.id)).all()  # pyright: ignore
    assert [(each["opportunity_id"], each["is_public"]) for each in told] == [
        (case.project.id, True), (case.project.id, False)], "open pages of the customer follow"


def test_only_who_may_review_decides(case: Case):
    given = case.give()
    viewer = actor_of(make_staff(case.session, Role.VIEWER))
    for work in (lambda: accept_document(case.session, viewer, given.id),
                 lambda: set_public(case.session, viewer, given.id, False),
                 lambda: move_to_folder(case.session, viewer, given.id, INTERNAL),
                 lambda: reject_document(case.session, viewer, given.id, RejectForm(reason="no"))):
        with pytest.raises(NotAllowed):
            work()
    with pytest.raises(NotFound):
        reject_document(case.session, case.customer, given.id, RejectForm(reason="no"))


def test_a_rejection_tells_the_customer_why_by_mail(case: Case):
    given = case.give(name="DNI.pdf")
    reject_document(case.session, case.staff, given.id, RejectForm(reason="Page 2 is missing."))
    (view,) = list_attachments(case.session, case.customer, case.project.id)
    assert (view.review, view.reason, view.reviewed_by) == ("rejected", "Page 2 is missing.", case.staff.name)
    (mail,) = case.session.exec(select(OutboxMail).where(OutboxMail.template_key == "document-rejected")).all()
    assert "DNI.pdf" in mail.subject
    assert "Page 2 is missing." in mail.text
    (link,) = case.session.exec(select(LoginLink.leads_to)).all()
    assert link == f"/documents?project={case.project.id}"
    reject_document(case.session, case.staff, given.id, RejectForm(reason="Again."))
    assert len(case.session.exec(select(OutboxMail)).all()) == 1
    with pytest.raises(SentBackMeanwhile):  # a colleague whose page is older
        accept_document(case.session, case.staff, given.id)


def test_what_staff_brought_is_not_sent_back_to_themselves(case: Case):
    with pytest.raises(NotFound):
        reject_document(case.session, case.staff, case.give(case.staff).id, RejectForm(reason="no"))


def test_what_was_decided_on_can_not_be_taken_back(case: Case):
    given = case.give()
    accept_document(case.session, case.staff, given.id)
    with pytest.raises(AlreadySent):
        remove_document(case.session, case.customer, given.id)


def test_removing_gives_the_keys_of_what_lies_in_the_store(case: Case):
    given = case.give()
    assert remove_document(case.session, case.customer, given.id) == [given.content_key, given.thumbnail_key]
    assert list_attachments(case.session, case.staff, case.project.id) == []


def test_the_quota_counts_files_and_bytes(case: Case, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service, "MOST_FILES_OF_PROJECT", 3)
    monkeypatch.setattr(service, "MAX_BYTES_OF_PROJECT", 2500)
    case.give()
    case.give()
    with pytest.raises(QuotaReached):
        case.give()
    case.give(size_bytes=400)
    with pytest.raises(QuotaReached):
        case.give(size_bytes=1)


@pytest.mark.parametrize(("scan", "error"), [(Scan.WAITING, NotYetChecked), (Scan.INFECTED, NotFound)])
def test_quarantine_lets_nobody_read(case: Case, scan: Scan, error: type[Exception]):
    given = case.give(scan=scan)
    for actor in (case.customer, case.staff):
        with pytest.raises(error):
            get_readable(case.session, actor, given.id)
    with pytest.raises(NotFound):
        get_readable(case.session, case.stranger, given.id)


def test_what_nobody_could_read_is_not_accepted(case: Case):
    given = case.give(scan=Scan.WAITING)
    with pytest.raises(NotYetChecked):
        accept_document(case.session, case.staff, given.id)
    assert given.review == Review.OPEN
