"""What is known of an opportunity, field by field: answers with their history, and the drafts that become answers.

Every writer first locks the opportunity's row (`get_locked`), so that a draft that comes late never follows the sending.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Select
from sqlmodel import Session, col, delete, select

from ..access.actors import Actor, Permission
from ..company.service import company_snapshot
from ..core import audit
from ..core.bank_accounts import masked_iban
from ..core.clock import now
from ..core.errors import NotAllowed, NotFound
from ..core.events import publish
from ..core.localized import in_language
from ..flows.contents import specs_by_id
from ..flows.fields import FieldKind, FieldSpec, Value, answer_text, parse_answers
from .events import AnswersChanged
from .models import Answer, AnswerChange, AnswerDraft, Opportunity
from .service import get_locked, get_visible

MOST_CHANGES = 200


class AnswerLine(BaseModel):
    """An answer as people read it. `file_ids` are documents, for who shows them."""

    field_id: str
    label: str
    group_name: str = ""
    kind: str
    text: str = ""
    file_ids: list[str] = []
    changed_at: datetime | None = None
    is_archived: bool = False


class AnswerChangeLine(BaseModel):
    """One line of the history, the newest first."""

    field_id: str
    label: str
    before: str = ""
    after: str = ""
    by_kind: str
    by_name: str = ""
    cause: str = ""
    at: datetime


def answers_of(session: Session, opportunity_id: str) -> dict[str, Value]:
    """The answers by field. For services, which have asked who may see the opportunity."""
    rows = session.exec(select(Answer.field_id, Answer.value).where(Answer.opportunity_id == opportunity_id))
    return dict(rows.all())


def drafts_of(session: Session, opportunity_id: str) -> dict[str, Value]:
    """What is written and not yet sent, by field; a draft of None says that the customer emptied the field."""
    rows = session.exec(select(AnswerDraft.field_id, AnswerDraft.value)
                        .where(AnswerDraft.opportunity_id == opportunity_id))
    return dict(rows.all())


def answers_of_several(session: Session, opportunity_ids: Collection[str]) -> defaultdict[str, dict[str, Value]]:
    """`answers_of` by opportunity."""
    return _by_opportunity(session, select(Answer.opportunity_id, Answer.field_id, Answer.value)
                           .where(col(Answer.opportunity_id).in_(opportunity_ids)))


def drafts_of_several(session: Session, opportunity_ids: Collection[str]) -> defaultdict[str, dict[str, Value]]:
    """`drafts_of` by opportunity."""
    return _by_opportunity(session, select(AnswerDraft.opportunity_id, AnswerDraft.field_id, AnswerDraft.value)
                           .where(col(AnswerDraft.opportunity_id).in_(opportunity_ids)))


def _by_opportunity(session: Session, statement: Select) -> defaultdict[str, dict[str, Value]]:
    found = defaultdict[str, dict[str, Value]](dict)
    for opportunity_id, field_id, value in session.execute(statement):
        found[opportunity_id][field_id] = value
    return found


def write_draft(session: Session, opportunity_id: str, field_id: str, value: Value) -> datetime:
    """For services that have locked the opportunity and asked whether the field is open."""
    at = now()
    draft = session.get(AnswerDraft, (opportunity_id, field_id), populate_existing=True)
    if draft is None:
        draft = AnswerDraft(opportunity_id=opportunity_id, field_id=field_id)
    draft.value, draft.changed_at = value, at
    session.add(draft)
    session.flush()
    return at


def remove_drafts(session: Session, opportunity_id: str, field_ids: Sequence[str]) -> None:
    session.flush()
    session.execute(delete(AnswerDraft).where(col(AnswerDraft.opportunity_id) == opportunity_id,
                                              col(AnswerDraft.field_id).in_(field_ids)))


def put_file_draft(session: Session, opportunity_id: str, field_id: str, ids: Sequence[str]) -> datetime:
    """Which documents lie in a file field and are not yet sent. Only the documents room calls this: it has locked the
    opportunity and asked `steps.demand_open_field`, and knows that the documents are the opportunity's.
    """
    return write_draft(session, opportunity_id, field_id, list(dict.fromkeys(ids)))


def write_answers(session: Session, actor: Actor, opportunity: Opportunity, values: Mapping[str, Value],
                  cause: str) -> list[str]:
    """Writes answers that are right already into an opportunity that is locked: history, audit, `AnswersChanged`.

    The ids of the fields that changed; writing what is known already changes nothing. A field that has got another
    answer is not asked again.
    """
    rows = {row.field_id: row for row in session.exec(
        select(Answer).where(Answer.opportunity_id == opportunity.id, col(Answer.field_id).in_(sorted(values)))
        .execution_options(populate_existing=True))} if values else {}
    at, changed = now(), []
    for field_id, value in values.items():
        row = rows.get(field_id)
        before = row.value if row else None
        if _same(before, value):
            continue
        if row is None:
            row = Answer(opportunity_id=opportunity.id, field_id=field_id, version=0)
        row.value, row.changed_at = value, at
        row.version += 1
        session.add(row)
        session.add(AnswerChange(
            opportunity_id=opportunity.id, field_id=field_id, before=before, after=value, changed_by_kind=actor.kind,
            changed_by_id=actor.id, changed_by_name=actor.name, cause=cause[:60], at=at))
        changed.append(field_id)
    if not changed:
        return []
    opportunity.changed_at = at
    opportunity.no_longer_ask_for(changed)
    session.add(opportunity)
    session.flush()
    audit.record(session, actor.kind, actor.id, "answer", "opportunity", opportunity.id, fields=changed, cause=cause)
    publish(session, AnswersChanged(opportunity_id=opportunity.id, field_ids=changed, cause=cause))
    return changed


def _same(before: Any, after: Any) -> bool:
    """True is not 1: a yes is no cent."""
    return type(before) is type(after) and before == after


def set_answers(session: Session, actor: Actor, opportunity: Opportunity, values: Mapping[str, Any],
                cause: str) -> list[str]:
    """Staff or the system set answers to kept (JSON) values; `InvalidForm` by field. None takes an answer away.

    Files are not set here but come from the documents room (`set_files`).
    """
    if not actor.can(Permission.EDIT_OPPORTUNITIES):
        raise NotAllowed
    held = get_locked(session, actor, opportunity.id)
    specs = specs_by_id(session, values)
    if set(specs) != set(values):
        raise NotFound
    if any(spec.is_file for spec in specs.values()):
        raise NotAllowed
    return write_answers(session, actor, held, parse_answers(list(specs.values()), values, partial=True), cause)


def set_files(session: Session, actor: Actor, opportunity: Opportunity, field_id: str, ids: Sequence[str],
              cause: str) -> list[str]:
    """Staff or the system put documents into a file field. Only the documents room calls this, with the opportunity's
    own documents."""
    if not actor.can(Permission.EDIT_OPPORTUNITIES):
        raise NotAllowed
    held = get_locked(session, actor, opportunity.id)
    spec = specs_by_id(session, [field_id]).get(field_id)
    if spec is None or not spec.is_file:
        raise NotFound
    return write_answers(session, actor, held, parse_answers([spec], {field_id: list(ids)}, partial=True), cause)


# Reading for people


def readable(actor: Actor, spec: FieldSpec, value: Value) -> Value:
    """An answer as this reader may read it: staff who may not see payment data, and whoever looks at the portal as a
    customer, know a bank account by its end."""
    is_hidden = actor.viewer_id or (actor.is_staff and not actor.can(Permission.SEE_PAYMENT_DATA))
    return masked_iban(str(value)) if value and spec.kind == FieldKind.IBAN and is_hidden else value


def _words(actor: Actor, spec: FieldSpec, value: Value, language: str) -> str:
    company = company_snapshot()
    return answer_text(spec, readable(actor, spec, value), language, company.currency, company.default_language)


def list_answers(session: Session, actor: Actor, opportunity_id: str, language: str) -> list[AnswerLine]:
    """All that is known of an opportunity, in the order of the fields' list; fields without an answer are left out."""
    get_visible(session, actor, opportunity_id)
    rows = session.exec(select(Answer).where(Answer.opportunity_id == opportunity_id)).all()
    specs = specs_by_id(session, [row.field_id for row in rows])
    company = company_snapshot()
    lines = {row.field_id: AnswerLine(
        field_id=row.field_id, kind=specs[row.field_id].kind,
        label=in_language(specs[row.field_id].label, language, company.default_language),
        group_name=in_language(specs[row.field_id].group_name, language, company.default_language),
        text=_words(actor, specs[row.field_id], row.value, language),
        file_ids=row.value if specs[row.field_id].is_file and isinstance(row.value, list) else [],
        changed_at=row.changed_at, is_archived=specs[row.field_id].is_archived)
        for row in rows if row.value is not None}
    return [lines[field_id] for field_id in specs if field_id in lines]


def list_answer_changes(session: Session, actor: Actor, opportunity_id: str, language: str,
                        field_id: str = "") -> list[AnswerChangeLine]:
    """The history of the answers (or of one), the newest first; staff only."""
    if not actor.is_staff:
        raise NotFound
    get_visible(session, actor, opportunity_id)
    statement = select(AnswerChange).where(AnswerChange.opportunity_id == opportunity_id)
    if field_id:
        statement = statement.where(AnswerChange.field_id == field_id)
    rows = session.exec(statement.order_by(col(AnswerChange.at).desc(), col(AnswerChange.id).desc())
                        .limit(MOST_CHANGES)).all()
    specs = specs_by_id(session, [row.field_id for row in rows])
    company = company_snapshot()
    return [AnswerChangeLine(
        field_id=row.field_id, label=in_language(specs[row.field_id].label, language, company.default_language),
        before=_words(actor, specs[row.field_id], row.before, language),
        after=_words(actor, specs[row.field_id], row.after, language),
        by_kind=row.changed_by_kind, by_name=row.changed_by_name, cause=row.cause, at=row.at) for row in rows]
