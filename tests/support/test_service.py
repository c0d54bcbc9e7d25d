"""Cases from the first message to the last: who may do what, what follows, what nobody else learns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from portal_app.access.actors import Role
from portal_app.core.clock import fixed
from portal_app.core.errors import ChangedMeanwhile, InvalidForm, NotAllowed, NotFound, TooManyRequests
from portal_app.core.events import EventRow
from portal_app.messaging import case_mails
from portal_app.messaging.models import OutboxMail
from portal_app.support import listing, service
from portal_app.support.models import Case, CaseMessage
from portal_app.support.rules import AnswerForm, CaseForm, CaseIsClosed, CaseState, CommentForm, DraftForm, NoSuchStep
from tests.factories import actor_of, make_company, make_contact, make_opportunity, make_staff

from .made import make_types

assert case_mails
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


class Desk:
    """A customer with an open case, and a colleague who answers."""

    def __init__(self, session) -> None:
        self.session = session
        make_company(session)
        self.types = make_types(session)
        self.contact = make_contact(session, language="de")
        self.customer, self.staff = actor_of(self.contact), actor_of(make_staff(session, Role.SALES))
        self.opportunity = make_opportunity(session, contact=self.contact)
        with fixed(NOW):
            self.case_id = service.open_case(session, self.customer, CaseForm(
                type_id=self.types[1].id, opportunity_id=self.opportunity.id, title="It hums", text="Since Monday."))

    @property
    def case(self) -> Case:
        return self.session.get_one(Case, self.case_id)

    def answer(self, text: str = "We come tomorrow.", **values) -> None:
        service.answer(self.session, self.staff, self.case_id, AnswerForm(version=self.case.version, text=text, **values))

    def own(self) -> listing.OwnCase:
        return listing.get_own_case(self.session, self.customer, self.case_id, "en")

    def mails(self) -> list[OutboxMail]:
        return list(self.session.exec(select(OutboxMail).order_by(OutboxMail.id)))


@pytest.fixture
def desk(session) -> Desk:
    return Desk(session)


def test_a_new_case_has_number_type_project_and_a_due_time_from_its_type(desk):
    case = desk.case
    assert case.number == "C-2026-0001"
    assert (case.state, case.opportunity_id, case.assignee_id) == ("open", desk.opportunity.id, None)
    assert case.due_at == NOW + timedelta(hours=desk.types[1].due_hours)
    assert [(m.kind, m.text) for m in desk.own().messages] == [("public", "Since Monday.")]


def test_a_new_case_is_told_as_incident_created_without_its_words(desk):
    event = desk.session.exec(select(EventRow).where(EventRow.name == "IncidentCreated")).one()
    assert event.opportunity_id == desk.opportunity.id
    assert event.payload == {"act": "incident-created", "case_id": desk.case_id, "contact_id": desk.contact.id,
                             "opportunity_id": desk.opportunity.id}


def test_a_case_needs_no_project(desk):
    case_id = service.open_case(desk.session, desk.customer, CaseForm(
        type_id=desk.types[0].id, title="A question", text="When?"))
    assert desk.session.get_one(Case, case_id).opportunity_id is None
    assert desk.session.get_one(Case, case_id).number == "C-2026-0002"


def test_a_case_about_a_foreign_project_or_an_archived_type_is_refused(desk):
    foreign = make_opportunity(desk.session)
    with pytest.raises(NotFound):
        service.open_case(desk.session, desk.customer, CaseForm(
            type_id=desk.types[0].id, opportunity_id=foreign.id, title="A", text="B"))
    desk.types[0].is_archived = True
    desk.session.flush()
    with pytest.raises(InvalidForm):
        service.open_case(desk.session, desk.customer, CaseForm(type_id=desk.types[0].id, title="A", text="B"))


def test_an_answer_reaches_the_customer_and_hands_the_ball_over(desk):
    desk.answer()
    case = desk.case
    assert case.state == "waiting-for-customer"
    assert case.assignee_id == desk.staff.id  # who answers first takes it
    assert [(m.kind, m.by, m.text, m.state) for m in desk.own().messages][1:] == [
        ("public", "us", "We come tomorrow.", ""), ("state", "us", "", "waiting-for-customer")]
    mail = desk.mails()[-1]
    assert mail.to_address == desk.contact.email
    assert mail.subject == "Unsere Antwort: It hums"
    assert "Sie sind dran" in mail.text
    assert f"case={desk.case_id}" not in mail.text  # the address stands behind the personal link


def test_an_internal_note_is_nothing_that_the_customer_reads_or_is_told_of(desk):
    seen_before, mails = desk.own(), len(desk.mails())
    desk.answer("They owe us money.", is_note=True)
    assert desk.own() == seen_before
    assert len(desk.mails()) == mails
    assert desk.case.state == "open"
    told = listing.get_staff_case(desk.session, desk.staff, desk.case_id)
    assert [(m.kind, m.text) for m in told.messages][-1] == ("note", "They owe us money.")
    service.assign(desk.session, desk.staff, desk.case_id, desk.case.version, desk.staff.id)
    assert desk.own().messages == seen_before.messages  # who sees to it is not the customer's business either


def test_a_comment_brings_the_case_back_with_a_new_due_time(desk):
    desk.answer()
    with fixed(NOW + timedelta(days=3)):
        service.comment(desk.session, desk.customer, desk.case_id, CommentForm(text="It still hums."))
    assert desk.case.state == "waiting-for-us"
    assert desk.case.due_at == NOW + timedelta(days=3, hours=desk.types[1].due_hours)


def test_a_comment_on_an_open_case_does_not_move_its_due_time(desk):
    due = desk.case.due_at
    with fixed(NOW + timedelta(hours=2)):
        service.comment(desk.session, desk.customer, desk.case_id, CommentForm(text="And it blinks."))
    assert (desk.case.state, desk.case.due_at) == ("open", due)


def test_the_customer_closes_and_opens_again(desk):
    service.close_own(desk.session, desk.customer, desk.case_id)
    service.close_own(desk.session, desk.customer, desk.case_id)  # twice is once
    assert [m.state for m in desk.own().messages if m.kind == "state"] == ["closed"]
    with pytest.raises(CaseIsClosed):
        service.comment(desk.session, desk.customer, desk.case_id, CommentForm(text="Wait"))
    service.reopen_own(desk.session, desk.customer, desk.case_id)
    assert desk.case.state == "waiting-for-us"


def test_staff_solve_without_a_word_and_the_customer_is_told(desk):
    before = len(desk.mails())
    service.set_state(desk.session, desk.staff, desk.case_id, desk.case.version, CaseState.SOLVED)
    assert desk.mails()[-1].subject == "It hums: Gelöst"
    assert len(desk.mails()) == before + 1
    with pytest.raises(NoSuchStep):
        service.set_state(desk.session, desk.staff, desk.case_id, desk.case.version, CaseState.OPEN)


def test_who_saw_an_older_case_is_told_before_anything_is_written(desk):
    seen = desk.case.version
    service.comment(desk.session, desk.customer, desk.case_id, CommentForm(text="One more thing."))
    calls: list[Callable[[], object]] = [
        lambda: service.answer(desk.session, desk.staff, desk.case_id, AnswerForm(version=seen, text="Hello")),
        lambda: service.set_state(desk.session, desk.staff, desk.case_id, seen, CaseState.CLOSED),
        lambda: service.assign(desk.session, desk.staff, desk.case_id, seen, desk.staff.id)]
    for call in calls:
        with pytest.raises(ChangedMeanwhile):
            call()
    assert len(list(desk.session.exec(select(CaseMessage).where(CaseMessage.case_id == desk.case_id)))) == 2


def test_a_case_goes_only_to_who_may_see_to_cases(desk):
    viewer, gone = make_staff(desk.session, Role.VIEWER), make_staff(desk.session, Role.SALES, is_active=False)
    for member in (viewer, gone):
        with pytest.raises(NotFound):
            service.assign(desk.session, desk.staff, desk.case_id, desk.case.version, member.id)
    colleague = make_staff(desk.session, Role.INSTALLER, name="Nora")
    service.assign(desk.session, desk.staff, desk.case_id, desk.case.version, colleague.id)
    assert desk.case.assignee_id == colleague.id
    service.assign(desk.session, desk.staff, desk.case_id, desk.case.version, "")
    assert desk.case.assignee_id is None


def test_viewers_read_and_do_nothing(desk):
    viewer = actor_of(make_staff(desk.session, Role.VIEWER))
    seen = listing.get_staff_case(desk.session, viewer, desk.case_id)
    assert (seen.may_handle, seen.steps, seen.assignees) == (False, [], [])
    with pytest.raises(NotAllowed):
        service.answer(desk.session, viewer, desk.case_id, AnswerForm(version=1, text="Hello"))
    with pytest.raises(NotAllowed):
        service.set_state(desk.session, viewer, desk.case_id, 1, CaseState.CLOSED)


def test_others_find_no_case(desk):
    stranger = actor_of(make_contact(desk.session))
    installer = actor_of(make_staff(desk.session, Role.INSTALLER))
    for call in (lambda: listing.get_own_case(desk.session, stranger, desk.case_id, "en"),
                 lambda: service.comment(desk.session, stranger, desk.case_id, CommentForm(text="Hm")),
                 lambda: service.close_own(desk.session, stranger, desk.case_id),
                 lambda: service.save_draft(desk.session, stranger, DraftForm(case_id=desk.case_id, text="Hm")),
                 lambda: listing.get_staff_case(desk.session, installer, desk.case_id),
                 lambda: service.answer(desk.session, installer, desk.case_id, AnswerForm(version=1, text="Hm"))):
        with pytest.raises(NotFound):
            call()
    for call in (lambda: listing.get_staff_case(desk.session, desk.customer, desk.case_id),
                 lambda: listing.get_own_case(desk.session, desk.staff, desk.case_id, "en"),
                 lambda: service.answer(desk.session, desk.customer, desk.case_id, AnswerForm(version=1, text="Hm"))):
        with pytest.raises(NotAllowed):
            call()


def test_an_installer_sees_what_is_given_to_them_and_the_cases_of_their_projects(desk):
    member = make_staff(desk.session, Role.INSTALLER)
    installer = actor_of(member)
    desk.opportunity.owner_id = member.id
    desk.session.flush()
    assert listing.get_staff_case(desk.session, installer, desk.case_id).id == desk.case_id
    desk.opportunity.owner_id = None
    service.assign(desk.session, desk.staff, desk.case_id, desk.case.version, member.id)
    assert listing.get_staff_case(desk.session, installer, desk.case_id).id == desk.case_id


@pytest.mark.parametrize(("scope", "is_seen"), [("account", True), ("contact", False)])
def test_the_module_decides_whether_the_household_shares_its_cases(desk, monkeypatch, scope, is_seen):
    from portal_app.company.schemas import CompanySnapshot
    from portal_app.support import access

    partner = actor_of(make_contact(desk.session, account=_account_of(desk)))
    monkeypatch.setattr(access, "company_snapshot", lambda: CompanySnapshot(modules={"cases": {"scope": scope}}))
    listed = listing.list_own_cases(desk.session, partner, listing.PageOf(), "en").rows
    assert [row.id for row in listed] == ([desk.case_id] if is_seen else [])
    if is_seen:
        assert [m.by for m in listing.get_own_case(desk.session, partner, desk.case_id, "en").messages] == ["customer"]
    else:
        with pytest.raises(NotFound):
            listing.get_own_case(desk.session, partner, desk.case_id, "en")


def test_a_module_that_is_off_is_off(desk, monkeypatch):
    from portal_app.company.schemas import CompanySnapshot
    from portal_app.support import access

    monkeypatch.setattr(access, "company_snapshot", lambda: CompanySnapshot(modules={"cases": {"on": False}}))
    with pytest.raises(NotFound):
        listing.list_own_cases(desk.session, desk.customer, listing.PageOf(), "en")
    with pytest.raises(NotFound):
        service.open_case(desk.session, desk.customer, CaseForm(type_id=desk.types[0].id, title="A", text="B"))
    assert listing.get_staff_case(desk.session, desk.staff, desk.case_id).id == desk.case_id


def _account_of(desk):
    from portal_app.customers.models import Account

    return desk.session.get_one(Account, desk.contact.account_id)


def test_what_is_being_written_waits_on_every_device_until_it_is_sent(desk):
    service.save_draft(desk.session, desk.customer, DraftForm(title="Half", text="a thou", type_id=desk.types[2].id))
    service.save_draft(desk.session, desk.customer, DraftForm(title="Half", text="a thought", type_id=desk.types[2].id))
    form = listing.get_new_case(desk.session, desk.customer, "", "en")
    assert (form.title, form.text, form.type_id) == ("Half", "a thought", desk.types[2].id)
    assert form.opportunity_id == desk.opportunity.id  # the only one
    service.open_case(desk.session, desk.customer, CaseForm(type_id=desk.types[2].id, title="Half", text="a thought"))
    assert listing.get_new_case(desk.session, desk.customer, "", "en").title == ""


def test_a_reply_is_kept_for_each_who_writes_and_dropped_when_it_is_emptied(desk):
    service.save_draft(desk.session, desk.customer, DraftForm(case_id=desk.case_id, text="Mine"))
    service.save_draft(desk.session, desk.staff, DraftForm(case_id=desk.case_id, text="Ours"))
    assert desk.own().draft == "Mine"
    assert listing.get_staff_case(desk.session, desk.staff, desk.case_id).draft == "Ours"
    service.save_draft(desk.session, desk.customer, DraftForm(case_id=desk.case_id, text="  "))
    assert desk.own().draft == ""
    desk.answer("Ours, whole")
    assert listing.get_staff_case(desk.session, desk.staff, desk.case_id).draft == ""


def test_nobody_floods_the_desk(desk):
    for _ in range(19):
        service.open_case(desk.session, desk.customer, CaseForm(type_id=desk.types[0].id, title="A", text="B"))
    with pytest.raises(TooManyRequests):
        service.open_case(desk.session, desk.customer, CaseForm(type_id=desk.types[0].id, title="A", text="B"))


def test_whoever_sees_to_a_case_is_told_of_it_whichever_project_it_belongs_to(desk):
    from portal_app.notifications import listeners
    from portal_app.notifications.models import Notification

    assert listeners
    installer = make_staff(desk.session, Role.INSTALLER)
    service.assign(desk.session, desk.staff, desk.case_id, desk.case.version, installer.id)
    service.comment(desk.session, desk.customer, desk.case_id, CommentForm(text="It still hums."))
    told = desk.session.exec(select(Notification).where(Notification.staff_id == installer.id)).all()
    assert sorted(each.text_key for each in told) == ["case-answered", "case-assigned"]
    assert {each.page for each in told} == {f"/staff/case?id={desk.case_id}"}
