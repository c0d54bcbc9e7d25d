"""Telling staff (`notify`) and what they read of it: the inbox, the number at the bell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from pydantic import BaseModel, Field
from sqlalchemy import Boolean, ColumnElement, Select, and_, bindparam, delete, func, or_, select, update
from sqlmodel import Session, col

from ..access import desk
from ..access.actors import PERMISSIONS_BY_ROLE, Actor, Permission, Role
from ..access.models import StaffMember
from ..company.service import company_snapshot
from ..config import settings
from ..core import live
from ..core.clock import now
from ..core.database import insert_rows, table_of
from ..core.errors import NotAllowed, NotFound, Values
from ..core.forms import Form
from ..core.texts import translate
from ..customers.models import Contact
from ..messaging.service import enqueue_staff_template
from ..opportunities.listing import visible_to_staff
from ..opportunities.models import Opportunity
from . import rules
from .models import Notification, NotificationChoice, NotificationReach
from .rules import Channel, Kind

PAGE_SIZE = 30
MOST_COUNTED = 99
TEMPLATE = "staff-notification"


class Recipient(NamedTuple):
    staff_id: str
    language: str
    channel: Channel


def notify(session: Session, kind: Kind | str, audience: str, text_key: str, values: Mapping[str, Any] | None = None,
           opportunity_id: str | None = None, *, contact_id: str | None = None, page: str = "",
           except_staff_id: str = "") -> int:
    """Tells staff that something happened, each as they chose, in the transaction of `session`; gives how many.

    `audience` is `rules.OWNER` (whoever looks after the project, or after a project of the contact; nobody does: all who
    may see all projects), `rules.EVERYBODY` (all who may see the project), or the id of one staff member; for one who has
    left, whoever looks after the project. `text_key` is a key of `rules.TEXTS`, filled by `values` as `rules.worded` says.
    `page` is the page of staff it leads to, usually the project's.
    """
    kind = Kind(kind)
    opportunity = session.get(Opportunity, opportunity_id) if opportunity_id else None
    if opportunity is not None:
        contact_id = contact_id or opportunity.contact_id
    owner_ids = {opportunity.owner_id or ""} if opportunity else _owners_of(session, contact_id)
    recipients = _recipients(session, kind, audience, owner_ids - {""}, except_staff_id, is_about=opportunity is not None)

    leads_to = page if rules.is_own_page(page) else ""
    given = {name: value[:rules.LONGEST_NOTE] if isinstance(value, str) else value for name, value in (values or {}).items()}
    told = {"kind": kind.value, "text_key": text_key, "values": given, "contact_id": contact_id, "page": leads_to,
            "opportunity_id": opportunity.id if opportunity else None, "at": now()}
    fresh = []
    for recipient in recipients:
        row = {**told, "staff_id": recipient.staff_id, "is_shown": recipient.channel.is_shown}
        if text_key not in rules.COALESCED or not _counted_before(session, Notification(**row)):
            fresh.append(row)
            if recipient.channel.is_mailed:
                _mail(session, recipient, Notification(**row))
        if recipient.channel.is_shown:
            live.touch(session, live.staff_topic(recipient.staff_id))
    insert_rows(session, Notification, fresh)
    return len(recipients)


def _owners_of(session: Session, contact_id: str | None) -> set[str]:
    """Who looks after a project of this contact."""
    if contact_id is None:
        return set()
    return {owner_id or "" for owner_id in session.scalars(
        select(col(Opportunity.owner_id)).where(col(Opportunity.contact_id) == contact_id).distinct())}


def _recipients(session: Session, kind: Kind, audience: str, owner_ids: set[str], except_staff_id: str, *,
                is_about: bool) -> list[Recipient]:
    """Who is told, and how. `is_about`: it is about a project, which only some may see."""
    of_owner = audience == rules.OWNER
    session.flush()
    rows = session.execute(_staff(), {
        "kind": kind.value, "except_id": except_staff_id,
        "everybody": audience == rules.EVERYBODY or (of_owner and not owner_ids),
        "ids": list(owner_ids) if of_owner else [audience], "followers_too": of_owner}).all()
    meant = owner_ids if of_owner else {audience} - {rules.EVERYBODY}
    if meant - {except_staff_id} and not any(
            row.id in meant and (not of_owner or _may_know(row.role, kind, is_own=True)) for row in rows):
        # They have left, or may not see to it any more.
        return _recipients(session, kind, rules.OWNER, set() if of_owner else owner_ids, except_staff_id, is_about=is_about)
    found = []
    for staff_id, role, language, channel, follows_all in rows:
        chosen = Channel(channel or rules.DEFAULT_CHANNEL)
        is_own = staff_id in owner_ids or (audience == staff_id and not is_about)
        if chosen == Channel.NONE or not _may_know(role, kind, is_own=is_own):
            continue
        if of_owner and owner_ids and staff_id not in owner_ids and not follows_all:
            continue
        found.append(Recipient(staff_id, language, chosen))
    return found


@cache
def _staff() -> Select:
    """Who can be meant at all, with what they chose; built once, as everything that customers do asks."""
    staff, choice, reach = map(table_of, (StaffMember, NotificationChoice, NotificationReach))
    return (
        select(staff.c.id, staff.c.role, staff.c.language, choice.c.channel, reach.c.follows_all)
        .select_from(staff.outerjoin(choice, and_(choice.c.staff_id == staff.c.id, choice.c.kind == bindparam("kind")))
                     .outerjoin(reach, reach.c.staff_id == staff.c.id))
        .where(staff.c.is_active, staff.c.id != bindparam("except_id"),
               or_(bindparam("everybody", type_=Boolean), staff.c.id.in_(bindparam("ids", expanding=True)),
                   and_(bindparam("followers_too", type_=Boolean), reach.c.follows_all)))
        .order_by(staff.c.id))


def _may_know(role: str, kind: Kind, *, is_own: bool) -> bool:
    held = PERMISSIONS_BY_ROLE[Role(role)] if role in tuple(Role) else frozenset()
    needed = rules.KINDS[kind].needs
    return (is_own or Permission.SEE_ALL_OPPORTUNITIES in held) and (needed is None or needed in held)


def _counted_before(session: Session, told: Notification) -> bool:
    """Counts it with the same one that the reader has not seen yet, where there is such a one."""
    before = _same_unread(session, told)
    if before is None:
        return False
    before.times += 1
    before.at, before.values, before.page = told.at, told.values, told.page
    session.add(before)
    session.flush()
    return True


def _same_unread(session: Session, told: Notification) -> Notification | None:
    return session.scalars(
        select(Notification)
        .where(col(Notification.staff_id) == told.staff_id, col(Notification.is_shown) == told.is_shown,
               col(Notification.read_at).is_(None), col(Notification.at) > told.at - rules.COALESCED_WITHIN,
               col(Notification.text_key) == told.text_key, col(Notification.page) == told.page,
               col(Notification.opportunity_id).is_not_distinct_from(told.opportunity_id),
               col(Notification.contact_id).is_not_distinct_from(told.contact_id))
        .order_by(col(Notification.at).desc()).limit(1)).first()


def _mail(session: Session, recipient: Recipient, told: Notification) -> None:
    contact = session.get(Contact, told.contact_id) if told.contact_id else None
    opportunity = session.get(Opportunity, told.opportunity_id) if told.opportunity_id else None
    text, values = rules.worded(told.text_key, told.values, recipient.language, company_snapshot().default_language)
    text = translate(recipient.language, text, **{"name": contact.name if contact else "", **values})
    about = " · ".join(part for part in (opportunity.number, opportunity.title or opportunity.address) if part) \
        if opportunity else ""
    enqueue_staff_template(session, TEMPLATE, recipient.staff_id, {
        "notification_text": text, "opportunity_number": opportunity.number if opportunity else "",
        "opportunity_title": about, "notification_link": f"{settings.url}{_page_of(told)}"}, cause=told.kind)


def _page_of(told: Notification) -> str:
    if told.page:
        return told.page
    return f"/staff/project?id={told.opportunity_id}" if told.opportunity_id else "/staff/inbox"


# What a staff member reads


class InboxRow(BaseModel):
    """One line of the inbox. `text` is a catalogue text, filled with `values` in the reader's language."""

    id: str
    kind: str
    text: str
    values: Values
    number: str = ""
    about: str = ""
    page: str
    times: int = 1
    at: datetime
    is_new: bool


class InboxPage(BaseModel):
    rows: list[InboxRow] = []
    new_count: int = 0
    next: str = ""


class InboxFilter(Form):
    """What of the inbox is shown. `after` is the mark that the page before gave."""

    only_new: bool = False
    kind: Kind | None = None
    after: str = Field(default="", max_length=80)


def _own(actor: Actor) -> list[ColumnElement[bool]]:
    """The notifications that the actor may see: their own, of projects that they may still see."""
    if not actor.is_staff:
        raise NotAllowed
    conditions: list[ColumnElement[bool]] = [col(Notification.staff_id) == actor.id, col(Notification.is_shown).is_(True)]
    limits = visible_to_staff(actor)
    if limits:
        seen = select(col(Opportunity.id)).where(col(Opportunity.id) == col(Notification.opportunity_id), *limits)
        conditions.append(or_(col(Notification.opportunity_id).is_(None), seen.correlate(Notification).exists()))
    return conditions


def count_new(session: Session, actor: Actor) -> int:
    """How many are new, up to one more than the bell shows."""
    rows = (select(col(Notification.id)).where(*_own(actor), col(Notification.read_at).is_(None))
            .limit(MOST_COUNTED + 1).subquery())
    return session.execute(select(func.count()).select_from(rows)).scalar_one()


def get_inbox(session: Session, actor: Actor, asked: InboxFilter) -> InboxPage:
    """A page of the inbox, the latest first."""
    conditions = _own(actor)
    if asked.only_new:
        conditions.append(col(Notification.read_at).is_(None))
    if asked.kind:
        conditions.append(col(Notification.kind) == asked.kind.value)
    if mark := _mark_of(asked.after):
        at, last_id = mark
        conditions.append(or_(col(Notification.at) < at, and_(col(Notification.at) == at, col(Notification.id) < last_id)))
    found = session.execute(
        select(Notification, col(Contact.name), Opportunity)
        .outerjoin(Contact, col(Contact.id) == col(Notification.contact_id))
        .outerjoin(Opportunity, col(Opportunity.id) == col(Notification.opportunity_id))
        .where(*conditions)
        .order_by(col(Notification.at).desc(), col(Notification.id).desc()).limit(PAGE_SIZE + 1)).all()
    shown = found[:PAGE_SIZE]
    last = shown[-1][0] if len(found) > PAGE_SIZE else None
    return InboxPage(rows=[_row_of(actor.language, *row) for row in shown], new_count=count_new(session, actor),
                     next=f"{last.at.isoformat()}|{last.id}" if last else "")


def _mark_of(after: str) -> tuple[datetime, str] | None:
    at, _, last_id = after.partition("|")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, last_id[:32]) if moment.tzinfo else None


def _row_of(language: str, told: Notification, name: str | None, opportunity: Opportunity | None) -> InboxRow:
    text, values = rules.worded(told.text_key, told.values, language, company_snapshot().default_language)
    return InboxRow(
        id=told.id, kind=told.kind, text=text, values={"name": name or "", **values},
        number=opportunity.number if opportunity else "",
        about=(opportunity.title or opportunity.address) if opportunity else "",
        page=_page_of(told), times=told.times, at=told.at, is_new=told.read_at is None)


def mark_read(session: Session, actor: Actor, notification_id: str, *, is_read: bool = True) -> str:
    """Marks one as read, or as new again; gives the page it leads to."""
    told = session.scalars(select(Notification).where(*_own(actor), col(Notification.id) == notification_id)).first()
    if told is None:
        raise NotFound
    if (told.read_at is None) == is_read:
        told.read_at = now() if is_read else None
        session.add(told)
        live.touch(session, live.staff_topic(actor.id))
    return _page_of(told)


def mark_all_read(session: Session, actor: Actor, until: datetime, kind: Kind | None = None) -> None:
    """Marks as read what came until then, of one kind or of all: what the reader has not seen yet stays new."""
    of_kind = [col(Notification.kind) == kind.value] if kind else []
    session.execute(update(Notification)
                    .where(*_own(actor), *of_kind, col(Notification.read_at).is_(None), col(Notification.at) <= until)
                    .values(read_at=now()).execution_options(synchronize_session=False))
    live.touch(session, live.staff_topic(actor.id))


def forget_old(session: Session) -> None:
    """Deletes what is older than anybody needs."""
    session.execute(delete(Notification).where(col(Notification.at) < now() - rules.KEPT_FOR)
                    .execution_options(synchronize_session=False))


desk.CLEARINGS.append(forget_old)


# How a staff member wants to be told


class ChoiceRow(BaseModel):
    kind: str
    title: str
    summary: str
    icon: str
    channel: str


class Choices(BaseModel):
    rows: list[ChoiceRow] = []
    follows_all: bool = False
    can_follow_all: bool = False


class ChoicesForm(Form):
    """How the actor is told of each kind that they named; the others stay as they are."""

    channels: dict[Kind, Channel] = Field(max_length=len(Kind))
    follows_all: bool = False


def get_choices(session: Session, actor: Actor) -> Choices:
    """The kinds that the actor can be told of, with how."""
    if not actor.is_staff:
        raise NotAllowed
    chosen = {row.kind: row.channel for row in session.scalars(
        select(NotificationChoice).where(col(NotificationChoice.staff_id) == actor.id))}
    reach = session.get(NotificationReach, actor.id)
    rows = [ChoiceRow(kind=info.kind.value, title=info.title, summary=info.summary, icon=info.icon,
                      channel=chosen.get(info.kind.value, rules.DEFAULT_CHANNEL.value))
            for info in rules.KINDS.values() if info.needs is None or actor.can(info.needs)]
    return Choices(rows=rows, follows_all=bool(reach and reach.follows_all),
                   can_follow_all=actor.can(Permission.SEE_ALL_OPPORTUNITIES))


def save_choices(session: Session, actor: Actor, form: ChoicesForm) -> None:
    """Keeps how the actor wants to be told."""
    if not actor.is_staff:
        raise NotAllowed
    for kind, channel in form.channels.items():
        session.merge(NotificationChoice(staff_id=actor.id, kind=kind.value, channel=channel.value))
    follows_all = form.follows_all and actor.can(Permission.SEE_ALL_OPPORTUNITIES)
    session.merge(NotificationReach(staff_id=actor.id, follows_all=follows_all))
    session.flush()
