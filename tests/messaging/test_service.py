"""Mail is written in the transaction of what it tells, in the reader's language, and staff see how it fares."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from portal_app.access.actors import Role
from portal_app.access.models import LoginLink
from portal_app.core import clock
from portal_app.core.clock import now
from portal_app.core.crypto import hash_of
from portal_app.core.errors import NotAllowed, NotFound
from portal_app.core.ids import new_id
from portal_app.customers.consents import get_own_consents, set_consent
from portal_app.customers.models import Contact
from portal_app.customers.rules import Channel
from portal_app.flows.models import Flow
from portal_app.messaging import service
from portal_app.messaging.defaults import default_texts, ensure_templates
from portal_app.messaging.models import FAILED, SENDING, SENT, SKIPPED, WAITING, EmailTemplate, OutboxMail
from portal_app.messaging.senders import BAD_RECIPIENT, BUSY, UNREACHABLE, WITHOUT_CONSENT
from portal_app.messaging.service import NothingToSendAgain, enqueue_builtin, enqueue_staff_template, enqueue_template
from tests.factories import actor_of, make_company, make_contact, make_flow, make_opportunity, make_staff

OFFER = {"offer_title": "Balance", "offer_total": "€10,370", "offer_valid_until": "5 December"}


def mail_of(session: Session, mail_id: str) -> OutboxMail:
    return session.get_one(OutboxMail, mail_id)


@pytest.fixture
def company(session: Session):
    ensure_templates(session)
    return make_company(session, email="hola@helianta.example", phone="+34 910 000 214")


@pytest.mark.parametrize(("language", "subject", "button"), [
    ("en", "An offer is waiting for you", "See my offer"),
    ("es", "Tienes una oferta esperándote", "Ver mi oferta"),
    ("it", "C’è un’offerta che ti aspetta", "Vedi la mia offerta"),
    ("de", "Ihr Angebot liegt bereit", "Mein Angebot ansehen"),
])
def test_a_template_speaks_the_contacts_language(session: Session, company, language, subject, button):
    owner = make_staff(session, name="Javier Molina")
    contact = make_contact(session, language=language, name="Lucía <b>")
    opportunity = make_opportunity(session, contact=contact, owner_id=owner.id)
    mail = mail_of(session, enqueue_template(session, "offer-shared", contact.id, OFFER, opportunity.id, "offer-shared",
                                             leads_to=f"/offers?project={opportunity.id}"))
    assert mail.subject == subject
    assert button in mail.html
    assert "Lucía &lt;b&gt;" in mail.html
    assert "Lucía <b>" in mail.text
    assert "Javier Molina" in mail.text
    assert f'lang="{language}"' in mail.html
    assert (mail.to_address, mail.reply_to, mail.from_name) == (contact.email, "hola@helianta.example", "Helianta")
    assert (mail.status, mail.opportunity_id, mail.cause) == (WAITING, opportunity.id, "offer-shared")
    assert mail.is_secret
    assert "|" not in mail.text
    link = session.exec(select(LoginLink)).one()
    token = mail.text.split("/access/")[1].split()[0]
    assert link.token_hash == hash_of(token)
    assert link.leads_to == f"/offers?project={opportunity.id}"


def test_a_language_that_is_not_written_falls_back_to_the_companys(session: Session, company):
    company.default_language = "it"
    session.add_all([company, EmailTemplate(key="own", use="decline-budget", name="Own",
                                            subject={"it": "Ciao", "en": "Hi"}, body={"it": "Testo", "en": "Text"})])
    contact = make_contact(session, language="de")
    mail = mail_of(session, enqueue_template(session, "own", contact.id, {}))
    assert mail.subject == "Ciao"
    assert 'lang="it"' in mail.html, "a mail is in one language, its foot too"
    assert not mail.is_secret
    assert session.exec(select(LoginLink)).all() == [], "a link is made only when the mail carries it"


def test_news_go_only_to_who_agreed_to_them_by_mail(session: Session, company):
    session.add(EmailTemplate(key="news", use="step", name="News", needs_consent=True, subject={"en": "Hi |client_name|"},
                              body={"en": "Batteries! |client_portal_link|"}))
    opportunity = make_opportunity(session, contact=make_contact(session, name="Ana"))
    actor = actor_of(session.get_one(Contact, opportunity.contact_id))
    seller = actor_of(make_staff(session))

    def send() -> OutboxMail:
        return mail_of(session, enqueue_template(session, "news", actor.id, {}, opportunity.id, "step-entered"))

    def decide(channel: Channel, is_given: bool) -> None:
        with clock.fixed(now() + timedelta(seconds=len(session.exec(select(OutboxMail)).all()))):
            set_consent(session, actor, channel, is_given, get_own_consents(session, actor).words_hash)

    decide(Channel.PHONE, True)
    first = send()
    assert (first.status, first.subject, first.html, first.text) == (SKIPPED, "Hi Ana", "", "")
    assert session.exec(select(LoginLink)).all() == [], "no way in is made for nobody"
    listed = service.list_mails(session, seller, opportunity.id)[0]
    assert (listed.status_title, listed.last_error, listed.can_retry) == ("Not sent", WITHOUT_CONSENT, False)
    assert (service.get_trouble(session, seller).reason, service.oldest_unsent_at(session)) == ("", None)
    decide(Channel.EMAIL, True)
    second = send()
    assert second.status == WAITING
    assert "/account?tab=privacy" in second.text
    assert "/account?tab=privacy" in second.html
    decide(Channel.EMAIL, False)
    assert send().status == SKIPPED


@pytest.mark.parametrize(("title", "address", "named"), [
    ("Olivo 14", "Calle Mayor 3", "Olivo 14"), ("", "Calle Mayor 3", "Calle Mayor 3"), ("", "", "Your solar system")])
def test_a_project_is_named_as_the_customer_knows_it(session: Session, company, title, address, named):
    session.add(EmailTemplate(key="own", use="decline-budget", name="Own", subject={"en": "|opportunity_number|"},
                              body={"en": "|stage_name|/|substage_name|/|opportunity_title|/|staff_name|"}))
    _, [substage] = make_flow(session, ("Your offer", [("Choose", "offer")]))
    opportunity = make_opportunity(session, substage=substage, number="2026-0001", title=title, address=address)
    session.get_one(Flow, opportunity.flow_id).public_name = {"en": "Your solar system"}
    mail = mail_of(session, enqueue_template(session, "own", opportunity.contact_id, {}, opportunity.id))
    assert mail.subject == "2026-0001"
    assert f"Your offer/Choose/{named}/Helianta" in mail.text


def test_without_a_project_no_bars_are_left(session: Session, company):
    session.add(EmailTemplate(key="own", use="decline-budget", name="Own", subject={"en": "x"},
                              body={"en": "(|stage_name||offer_title|)"}))
    mail = mail_of(session, enqueue_template(session, "own", make_contact(session).id, {}))
    assert mail.text.startswith("()")


def test_a_code_is_worth_nothing_later_than_it_lasts(session: Session, company):
    at = now()
    with clock.fixed(at):
        mail = mail_of(session, enqueue_template(session, "login-code", make_contact(session).id,
                                                 {"client_code_verification": "407182"}))
    assert mail.expires_at == at + timedelta(minutes=5)
    assert mail.is_secret
    assert "407182" in mail.text
    assert "407182" not in mail.subject
    assert mail.html.count("407182") == 1, "not in the preview line"


def test_the_builtin_words_help_out_when_staff_deleted_theirs(session: Session, company):
    session.delete(session.get_one(EmailTemplate, "login-code"))
    session.flush()
    contact = make_contact(session)
    for send in (enqueue_template, enqueue_builtin):
        mail = mail_of(session, send(session, "login-code", contact.id, {"client_code_verification": "407182"}))
        assert mail.subject == "Your code for the portal of Helianta"
    with pytest.raises(NotFound):
        enqueue_template(session, "no-such-template", contact.id, {})


def test_staff_get_mail_in_their_language(session: Session, company):
    member = make_staff(session, language="de", name="Anna")
    link = "https://p.example/staff/password?token=x"
    mail = mail_of(session, enqueue_staff_template(session, "staff-invited", member.id, {"staff_link": link}, "staff"))
    assert mail.subject == "Helianta lädt Sie ins Portal ein"
    assert mail.contact_id is None
    assert mail.is_secret
    assert link in mail.text


def test_templates_are_added_once_and_what_staff_wrote_stays(session: Session):
    ensure_templates(session, "es")
    own = session.get_one(EmailTemplate, "welcome")
    assert own.name == default_texts("es")["welcome"].name
    own.subject = {"es": "Hola"}
    session.add(own)
    ensure_templates(session)
    assert session.get_one(EmailTemplate, "welcome").subject == {"es": "Hola"}
    assert len(session.exec(select(EmailTemplate)).all()) == len(default_texts("en"))


def test_staff_see_how_the_mails_of_a_project_fare(session: Session, company):
    opportunity = make_opportunity(session)
    for number, status in enumerate((WAITING, SENDING, SENT, FAILED)):
        session.add(OutboxMail(to_address="a@example.com", subject=str(number), html="h", text="t", status=status,
                               opportunity_id=opportunity.id, created_at=now() + timedelta(minutes=number),
                               sent_at=now() if status == SENT else None))
    session.add(OutboxMail(to_address="b@example.com", subject="other", html="h", text="t"))
    session.flush()
    rows = service.list_mails(session, actor_of(make_staff(session, Role.BACK_OFFICE)), opportunity.id)
    assert [row.subject for row in rows] == ["3", "2", "1", "0"]
    assert [row.can_retry for row in rows] == [True, False, False, False]
    assert [bool(row.sent_at) for row in rows] == [False, True, False, False]
    assert [bool(row.next_attempt_at) for row in rows] == [False, False, False, True]
    assert not {"html", "text"} & set(service.MailRow.model_fields)


def test_mails_are_for_staff_who_may_see_them_and_their_project(session: Session, company):
    opportunity = make_opportunity(session)
    mail = OutboxMail(to_address="a@example.com", subject="s", html="h", text="t", status=FAILED,
                      opportunity_id=opportunity.id)
    session.add(mail)
    session.flush()
    for person in (make_staff(session, Role.INSTALLER), make_staff(session, Role.VIEWER),
                   make_contact(session), session.get_one(type(make_contact(session)), opportunity.contact_id)):
        with pytest.raises(NotAllowed):
            service.list_mails(session, actor_of(person), opportunity.id)
        with pytest.raises(NotAllowed):
            service.retry_mail(session, actor_of(person), mail.id)
    with pytest.raises(NotFound):
        service.list_mails(session, actor_of(make_staff(session)), new_id())


def test_a_mail_that_was_given_up_can_be_sent_again(session: Session, company):
    staff = actor_of(make_staff(session, Role.SALES))
    opportunity = make_opportunity(session)
    mails = [OutboxMail(to_address="a@example.com", subject="s", text="t", attempts=20, last_error="no",
                        opportunity_id=opportunity.id, status=status, html=html)
             for status, html in ((FAILED, "h"), (SENT, "h"), (FAILED, ""))]
    stray = OutboxMail(to_address="a@example.com", subject="s", html="h", text="t", status=FAILED)
    session.add_all([*mails, stray])
    session.flush()
    failed, sent, erased = mails
    service.retry_mail(session, staff, failed.id)
    assert (failed.status, failed.attempts, failed.last_error) == (WAITING, 0, "")
    service.retry_mail(session, staff, sent.id)
    assert sent.status == SENT, "what was delivered is not sent again"
    with pytest.raises(NothingToSendAgain):
        service.retry_mail(session, staff, erased.id)
    for unknown in (stray.id, new_id()):
        with pytest.raises(NotFound):
            service.retry_mail(session, staff, unknown)


def test_staff_see_when_mail_does_not_go_out(session: Session, company):
    staff = actor_of(make_staff(session, Role.SALES))
    assert service.get_trouble(session, staff) == service.Trouble()
    for status, reason, hours in ((WAITING, BUSY, 1), (WAITING, "", 0), (FAILED, BAD_RECIPIENT, 2), (FAILED, BUSY, 48),
                                  (SENT, "", 0), (WAITING, UNREACHABLE, 0.5)):
        session.add(OutboxMail(to_address="a@example.com", subject="s", html="h", text="t", status=status,
                               last_error=reason, created_at=now() - timedelta(hours=hours)))
    session.flush()
    trouble = service.get_trouble(session, staff)
    assert (trouble.waiting, trouble.given_up, trouble.reason) == (2, 1, UNREACHABLE)
    with pytest.raises(NotAllowed):
        service.get_trouble(session, actor_of(make_staff(session, Role.INSTALLER)))


def test_the_oldest_unsent_mail_is_known(session: Session):
    assert service.oldest_unsent_at(session) is None
    at = now()
    for status, age in ((SENT, 9), (FAILED, 8), (SENDING, 5), (WAITING, 1)):
        session.add(OutboxMail(to_address="a@example.com", subject="s", html="h", text="t", status=status,
                               created_at=at - timedelta(hours=age)))
    session.flush()
    assert service.oldest_unsent_at(session) == at - timedelta(hours=5)
