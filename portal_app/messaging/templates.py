"""The templates as staff edit them: list, save, preview, test mail."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field
from sqlmodel import Session, func, select

from ..access.actors import Actor, Permission
from ..access.models import StaffMember
from ..company.service import get_company, snapshot_of
from ..core import audit
from ..core.clock import now
from ..core.errors import ChangedMeanwhile, InvalidForm, NotAllowed, Values
from ..core.forms import REQUIRED, Form
from ..core.ids import new_id
from ..core.localized import clean, missing_languages
from ..core.texts import LANGUAGES
from ..flows.rules import demand_room
from .defaults import USE_BY_KEY, shown_name
from .layout import Written, why_of, write_mail
from .models import EmailTemplate
from .rules import LONGEST_BODY, LONGEST_SUBJECT, is_secret, problems_of
from .service import enqueue_mail, get_template
from .variables import USE_TITLES, Use, samples_of

NEW = "new"
MOST_TEMPLATES = 200
Language = Annotated[str, Field(max_length=2, pattern=f"^({'|'.join(LANGUAGES)})$")]


class TemplateRow(BaseModel):
    key: str
    name: str
    use: str
    use_title: str
    missing_languages: list[str]
    needs_consent: bool


class TemplateTexts(BaseModel):
    """A template as the editor takes it."""

    key: str
    name: str
    use: str
    use_title: str
    subject: dict[str, str]
    body: dict[str, str]
    needs_consent: bool
    is_own: bool
    version: int


class TemplateForm(Form):
    version: int
    needs_consent: bool = False
    name: Annotated[str, Field(max_length=120)]
    subject: Annotated[dict[str, Annotated[str, Field(max_length=4 * LONGEST_SUBJECT)]], Field(max_length=10)]
    body: Annotated[dict[str, Annotated[str, Field(max_length=4 * LONGEST_BODY)]], Field(max_length=10)]


class DraftForm(Form):
    """What stands in the editor, for a preview or a test mail."""

    language: Language
    subject: Annotated[str, Field(max_length=4 * LONGEST_SUBJECT)]
    body: Annotated[str, Field(max_length=4 * LONGEST_BODY)]
    needs_consent: bool = False
    is_dark: bool = False  # of a preview


def _demand(actor: Actor) -> None:
    if not actor.can(Permission.EDIT_TEMPLATES):
        raise NotAllowed


def list_templates(session: Session, actor: Actor) -> list[TemplateRow]:
    """All templates with the languages that the company offers and the template lacks."""
    if not actor.can(Permission.EDIT_TEMPLATES) and not actor.can(Permission.EDIT_AUTOMATIONS):
        raise NotAllowed
    offered = tuple(get_company(session).languages)
    order = [*Use]
    rows = [TemplateRow(key=row.key, name=shown_name(row, actor.language), use=row.use, use_title=USE_TITLES[row.use],
                        needs_consent=row.needs_consent, missing_languages=missing_languages(row.body, offered))
            for row in session.exec(select(EmailTemplate))]
    return sorted(rows, key=lambda row: (order.index(Use(row.use)), row.name.casefold()))


def is_own(key: str) -> bool:
    """Whether staff made it, who may also delete it; those that the product brings stay."""
    return key not in USE_BY_KEY


def _found(session: Session, key: str) -> EmailTemplate:
    """The row, or one that is not stored yet: what staff make is for the steps of a process."""
    if key == NEW:
        return EmailTemplate(key=new_id(), use=Use.STEP.value, name="", subject={}, body={}, version=0)
    return get_template(session, key)


def read_template(session: Session, actor: Actor, key: str) -> TemplateTexts:
    _demand(actor)
    row = _found(session, key)
    return TemplateTexts(key=key, name=shown_name(row, actor.language), use=row.use, use_title=USE_TITLES[row.use],
                         subject=row.subject, body=row.body, needs_consent=row.needs_consent, is_own=is_own(key),
                         version=row.version)


def _problems(use: str, subject: dict[str, str], body: dict[str, str],
              languages: tuple[str, ...]) -> dict[str, tuple[str, Values]]:
    errors: dict[str, tuple[str, Values]] = {}
    for language in languages:
        for problem in problems_of(subject.get(language, ""), body.get(language, ""), use):
            errors.setdefault(f"{problem.field}.{language}", (problem.text, problem.values))
    return errors


def save_template(session: Session, actor: Actor, key: str, form: TemplateForm) -> EmailTemplate:
    """Saves all languages at once. A language has both subject and body or neither; one language must be there."""
    _demand(actor)
    row = _found(session, key)
    if key == NEW:
        demand_room(session.exec(select(func.count()).select_from(EmailTemplate)).one(), MOST_TEMPLATES)
    else:
        session.refresh(row, with_for_update=True)
    if row.version != form.version:
        raise ChangedMeanwhile
    subject, body = clean(form.subject, 4 * LONGEST_SUBJECT), clean(form.body, 4 * LONGEST_BODY)
    written = tuple(language for language in LANGUAGES if language in subject or language in body)
    first = get_company(session).default_language
    errors = _problems(row.use, subject, body, written)
    if first not in written:
        errors.setdefault(f"body.{first}", (REQUIRED, {}))
    if not form.name:
        errors["name"] = (REQUIRED, {})
    if errors:
        raise InvalidForm(errors)
    row.name, row.subject, row.body = form.name, subject, body
    row.needs_consent = form.needs_consent and row.use == Use.STEP  # what answers an act belongs to the project
    row.version += 1
    row.changed_at = now()
    session.add(row)
    audit.record(session, actor.kind, actor.id, "create" if key == NEW else "update", "email_template", row.key)
    session.flush()
    return row


def _write_draft(session: Session, use: str, draft: DraftForm) -> Written:
    problems = _problems(use, {draft.language: draft.subject}, {draft.language: draft.body}, (draft.language,))
    if problems:
        raise InvalidForm(problems)
    company = snapshot_of(get_company(session))
    values = samples_of(use, draft.language) | {name: value for name, value in (
        ("company_name", company.name), ("company_email", company.email), ("company_phone", company.phone),
        ("client_link_minutes", str(company.link_minutes)), ("client_code_minutes", str(company.code_minutes)),
    ) if value}
    return write_mail({draft.language: draft.subject}, {draft.language: draft.body}, values, company, draft.language,
                      why=why_of(use, is_secret=is_secret(draft.subject, draft.body), needs_consent=draft.needs_consent),
                      is_dark=draft.is_dark)


def preview_template(session: Session, actor: Actor, key: str, draft: DraftForm) -> Written:
    """What stands in the editor, written with sample values."""
    _demand(actor)
    return _write_draft(session, _found(session, key).use, draft)


def send_test(session: Session, actor: Actor, key: str, draft: DraftForm) -> str:
    """Mails what stands in the editor to the actor, with sample values; gives the address."""
    _demand(actor)
    written = _write_draft(session, _found(session, key).use, draft)
    member = session.get_one(StaffMember, actor.id)
    enqueue_mail(session, to_address=member.email, written=written, company=snapshot_of(get_company(session)),
                 template_key=key, cause="test")
    return member.email
