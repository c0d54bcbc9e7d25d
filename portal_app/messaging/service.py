"""Mail: written into the outbox in the same transaction as what it tells, so neither exists without the other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache

from pydantic import BaseModel
from sqlalchemy import Select, bindparam, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from ..access.actors import Actor, Permission
from ..access.links import create_login_link
from ..access.models import StaffMember
from ..company.schemas import CompanySnapshot
from ..company.service import read_company
from ..config import settings
from ..core import audit
from ..core.clock import now
from ..core.database import insert_row, table_of
from ..core.errors import NotAllowed, NotFound, PortalError
from ..core.ids import new_id
from ..core.localized import in_language
from ..core.texts import msg
from ..customers.consents import is_consent_given
from ..customers.models import Contact
from ..customers.rules import Channel
from ..flows.models import Flow, Stage, Substage
from ..opportunities.models import Opportunity
from ..opportunities.service import get_visible
from .defaults import USE_BY_KEY, default_template
from .layout import Written, language_of, why_of, write_mail
from .models import FAILED, SENDING, SENT, SKIPPED, WAITING, EmailTemplate, OutboxMail
from .rules import is_secret, variables_used, write_subject
from .senders import WITHOUT_CONSENT
from .variables import Use
from .wake import ring_after_commit

STATUS_TITLES = {
    WAITING: msg("Waiting"), SENDING: msg("On its way"), SENT: msg("Delivered"), FAILED: msg("Not delivered"),
    SKIPPED: msg("Not sent"),
}


class NothingToSendAgain(PortalError):
    text = msg("This mail carried a code or a personal link, which is erased by now. Please cause a new one.")


class MailRow(BaseModel):
    """A mail as staff see it: no body, which may open the portal."""

    id: str
    to_address: str
    subject: str
    template_key: str
    status: str
    status_title: str
    attempts: int
    last_error: str
    created_at: str
    sent_at: str
    next_attempt_at: str
    can_retry: bool


def enqueue_mail(session: Session, *, to_address: str, written: Written, company: CompanySnapshot,
                 is_secret: bool = False, contact_id: str | None = None, opportunity_id: str | None = None,
                 template_key: str = "", cause: str = "", expires_at: datetime | None = None) -> str:
    """Puts a mail into the outbox and gives its id; it goes out after the commit."""
    mail_id = new_id()
    insert_row(
        session, OutboxMail, id=mail_id, to_address=to_address, from_name=company.name, reply_to=company.email,
        subject=written.subject, html=written.html, text=written.text, is_secret=is_secret, contact_id=contact_id,
        opportunity_id=opportunity_id, template_key=template_key, cause=cause[:60], expires_at=expires_at)
    ring_after_commit(session)
    return mail_id


def get_template(session: Session, key: str) -> EmailTemplate:
    template = session.get(EmailTemplate, key)
    if template is None:
        raise NotFound
    return template


def enqueue_template(session: Session, template_key: str, contact_id: str, variables: Mapping[str, str],
                     opportunity_id: str | None = None, cause: str = "", *, leads_to: str = "/home") -> str:
    """Mails a template to a contact in their language, in the transaction of `session`; gives the mail's id.

    Where it needs a consent that the customer has not given, it is written down as not sent instead; the delivery does
    so with a way in for somebody who is locked out.

    `variables` are what only the caller knows; names of customer, company and project are looked up. A personal link is
    made when the template has `|client_portal_link|`, and leads to the page `leads_to`.
    """
    template = _template_to_send(session, template_key)
    return _enqueue_for_contact(session, template, contact_id, variables, opportunity_id, cause, leads_to)


def enqueue_builtin(session: Session, template_key: str, contact_id: str, variables: Mapping[str, str],
                    cause: str = "") -> str:
    """`enqueue_template` with the words that the product brings, whatever staff have made of them."""
    return _enqueue_for_contact(session, default_template(template_key), contact_id, variables, None, cause, "/home")


def _template_to_send(session: Session, key: str) -> EmailTemplate:
    """What staff wrote, else what the product brings."""
    template = session.get(EmailTemplate, key)
    if template is None and key in USE_BY_KEY:
        return default_template(key)
    return template or get_template(session, key)


def _enqueue_for_contact(session: Session, template: EmailTemplate, contact_id: str, variables: Mapping[str, str],
                         opportunity_id: str | None, cause: str, leads_to: str) -> str:
    contact = session.get_one(Contact, contact_id)
    company = read_company(session)
    opportunity = session.get(Opportunity, opportunity_id) if opportunity_id else None
    language = language_of(template.body, contact.language, company.default_language)
    used = variables_used("", in_language(template.body, language, company.default_language))
    values = _company_values(company) | {"client_name": contact.name, "client_email": contact.email}
    values |= _project_values(session, opportunity, language, company) | dict(variables)
    if template.needs_consent and not is_consent_given(session, contact.id, Channel.EMAIL):
        subject = write_subject(in_language(template.subject, language, company.default_language), values)
        mail_id = new_id()
        insert_row(session, OutboxMail, id=mail_id, to_address=contact.email, subject=subject, status=SKIPPED,
                   last_error=WITHOUT_CONSENT, contact_id=contact.id, opportunity_id=opportunity_id,
                   template_key=template.key, cause=cause[:60])
        return mail_id
    if "client_portal_link" in used and "client_portal_link" not in variables:
        token = create_login_link(session, contact_id, leads_to, company)
        values["client_portal_link"] = f"{settings.url}/access/{token}"
    return _enqueue(session, template, values, company, language, to_address=contact.email, contact_id=contact.id,
                    opportunity_id=opportunity_id, cause=cause)


def enqueue_staff_template(session: Session, template_key: str, staff_id: str, variables: Mapping[str, str],
                           cause: str = "") -> str:
    """Mails a template to a staff member in their language."""
    template = _template_to_send(session, template_key)
    member = session.get_one(StaffMember, staff_id)
    company = read_company(session)
    language = language_of(template.body, member.language, company.default_language)
    values = _company_values(company) | {"staff_name": member.name} | dict(variables)
    return _enqueue(session, template, values, company, language, to_address=member.email, cause=cause)


def enqueue_to_address(session: Session, template_key: str, to_address: str, language: str, variables: Mapping[str, str],
                       cause: str = "", *, contact_id: str | None = None) -> str:
    """Mails a template to an address that is no contact's, or not yet."""
    template = _template_to_send(session, template_key)
    company = read_company(session)
    spoken = language_of(template.body, language, company.default_language)
    values = _company_values(company) | dict(variables)
    return _enqueue(session, template, values, company, spoken, to_address=to_address, contact_id=contact_id, cause=cause)


def _enqueue(session: Session, template: EmailTemplate, values: Mapping[str, str], company: CompanySnapshot,
             language: str, *, to_address: str, cause: str, contact_id: str | None = None,
             opportunity_id: str | None = None) -> str:
    secret = is_secret("", in_language(template.body, language, company.default_language))
    expires_at = None
    if template.use == Use.LOGIN_CODE:  # later the code is worth nothing, and the customer has asked for another
        expires_at = now() + timedelta(minutes=company.code_minutes)
    written = write_mail(template.subject, template.body, values, company, language,
                         why=why_of(template.use, is_secret=secret, needs_consent=template.needs_consent))
    return enqueue_mail(session, to_address=to_address, written=written, company=company, is_secret=secret,
                        contact_id=contact_id, opportunity_id=opportunity_id, template_key=template.key, cause=cause,
                        expires_at=expires_at)


def _company_values(company: CompanySnapshot) -> dict[str, str]:
    return {
        "company_name": company.name, "company_email": company.email, "company_phone": company.phone,
        "client_link_minutes": str(company.link_minutes), "client_code_minutes": str(company.code_minutes),
    }


def _project_values(session: Session, opportunity: Opportunity | None, language: str,
                    company: CompanySnapshot) -> dict[str, str]:
    """What templates may say of a project; blank without one, so that no bars are left in a mail."""
    names = ("opportunity_number", "opportunity_title", "stage_name", "substage_name", "staff_name", "offer_title",
             "offer_total", "offer_valid_until", "client_portal_link", "client_code_verification", "staff_link",
             "notification_text", "notification_link", "case_number", "case_title", "case_type", "case_state")
    values: dict[str, str] = dict.fromkeys([*names], "") | {"staff_name": company.name}
    if opportunity is None:
        return values
    session.flush()
    stage_name, substage_name, owner_name, flow_name, flow_title = session.execute(
        _names(), {"opportunity_id": opportunity.id}).one()
    flow_title = in_language(flow_title, language, company.default_language) or flow_name
    return values | {
        "opportunity_number": opportunity.number,
        "opportunity_title": opportunity.title or opportunity.address or flow_title,
        "stage_name": in_language(stage_name, language, company.default_language),
        "substage_name": in_language(substage_name, language, company.default_language),
        "staff_name": owner_name or company.name,
    }


@cache
def _names() -> Select:
    """The public names of where a project stands, its adviser, and its flow."""
    opportunity, substage, stage, staff, flow = map(table_of, (Opportunity, Substage, Stage, StaffMember, Flow))
    return (select_columns(stage.c.public_name, substage.c.public_name, staff.c.name, flow.c.name, flow.c.public_name)
            .select_from(opportunity.join(substage, substage.c.id == opportunity.c.substage_id)
                         .join(stage, stage.c.id == substage.c.stage_id)
                         .join(flow, flow.c.id == opportunity.c.flow_id)
                         .outerjoin(staff, staff.c.id == opportunity.c.owner_id))
            .where(opportunity.c.id == bindparam("opportunity_id")))


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _row_of(mail: OutboxMail) -> MailRow:
    return MailRow(
        id=mail.id, to_address=mail.to_address, subject=mail.subject, template_key=mail.template_key,
        status=mail.status, status_title=STATUS_TITLES[mail.status], attempts=mail.attempts,
        last_error=mail.last_error, created_at=_iso(mail.created_at), sent_at=_iso(mail.sent_at),
        next_attempt_at=_iso(mail.next_attempt_at if mail.status == WAITING else None),
        can_retry=mail.status == FAILED and bool(mail.html))


def list_mails(session: Session, actor: Actor, opportunity_id: str, most: int = 100) -> list[MailRow]:
    """The mails of an opportunity that the actor may see, newest first, with how each fares."""
    if not actor.can(Permission.SEE_MAIL):
        raise NotAllowed
    opportunity = get_visible(session, actor, opportunity_id)
    rows = session.exec(
        select(OutboxMail).where(OutboxMail.opportunity_id == opportunity.id)
        .order_by(col(OutboxMail.created_at).desc(), col(OutboxMail.id).desc()).limit(most))
    return [_row_of(mail) for mail in rows]


def retry_mail(session: Session, actor: Actor, mail_id: str) -> None:
    """Sends a mail again that was given up, under the same id."""
    if not actor.can(Permission.SEE_MAIL):
        raise NotAllowed
    mail = session.exec(select(OutboxMail).where(OutboxMail.id == mail_id).with_for_update()).one_or_none()
    if mail is None or mail.opportunity_id is None:
        raise NotFound
    get_visible(session, actor, mail.opportunity_id)
    if mail.status != FAILED:
        return
    if not mail.html:
        raise NothingToSendAgain
    mail.status, mail.attempts, mail.next_attempt_at, mail.last_error = WAITING, 0, now(), ""
    session.add(mail)
    audit.record(session, actor.kind, actor.id, "retry", "mail", mail.id)
    ring_after_commit(session)


class Trouble(BaseModel):
    """Mails of all kinds that wait after a failure, or were given up during the last day, and why the last one was."""

    waiting: int = 0
    given_up: int = 0
    reason: str = ""


def get_trouble(session: Session, actor: Actor) -> Trouble:
    """Whether mail goes out at all: codes and invitations belong to no project, and staff must see their fate too."""
    if not actor.can(Permission.SEE_MAIL):
        raise NotAllowed
    in_trouble = (col(OutboxMail.last_error) != "") & (
        (col(OutboxMail.status) == WAITING)
        | ((col(OutboxMail.status) == FAILED) & (col(OutboxMail.created_at) > now() - timedelta(days=1))))
    counts = dict(session.exec(
        select(OutboxMail.status, func.count()).where(in_trouble).group_by(OutboxMail.status)).all())
    reason = session.exec(select(OutboxMail.last_error).where(in_trouble)
                          .order_by(col(OutboxMail.created_at).desc(), col(OutboxMail.id).desc()).limit(1)).first()
    return Trouble(waiting=counts.get(WAITING, 0), given_up=counts.get(FAILED, 0), reason=reason or "")


def oldest_unsent_at(session: Session) -> datetime | None:
    """When the mail that waits longest was written; for /healthz."""
    statement = (select(OutboxMail.created_at).where(col(OutboxMail.status).in_((WAITING, SENDING)))
                 .order_by(col(OutboxMail.created_at)).limit(1))
    return session.exec(statement).first()
