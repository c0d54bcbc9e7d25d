"""The team: who belongs to it, with which role."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, EmailStr, Field, field_validator
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from ..core import audit
from ..core.audit import AuditRow
from ..core.errors import NotAllowed, NotFound
from ..core.events import publish
from ..core.forms import Form
from ..core.texts import LANGUAGES
from .actors import Actor, Permission, Role
from .errors import EmailTaken, LastAdministrator
from .events import StaffInvited
from .models import StaffMember
from .rules import address_key
from .sessions import end_sessions_of
from .staff_sign_in import create_staff_token, end_staff_tokens


class StaffForm(Form):
    """An invitation."""

    name: str = Field(min_length=1, max_length=120)
    email: EmailStr = Field(max_length=254)
    role: Role
    language: str = "en"

    @field_validator("email", mode="after")
    @classmethod
    def _one_spelling(cls, email: str) -> str:
        return address_key(email)

    @field_validator("language")
    @classmethod
    def _known(cls, language: str) -> str:
        if language not in LANGUAGES:
            raise ValueError("language")
        return language


class StaffRow(BaseModel):
    """A member as the team's page shows them."""

    id: str
    name: str
    email: str
    role: str
    status: Literal["active", "invited", "inactive"]
    is_self: bool


def get_last_editor(session: Session, actor: Actor, thing: str, thing_id: str) -> str:
    """The name of who of the team changed a thing last, as the audit log calls it; empty when nobody of them did."""
    if not actor.is_staff:
        raise NotAllowed
    return session.execute(
        select(col(StaffMember.name)).join(AuditRow, col(AuditRow.actor_id) == col(StaffMember.id))
        .where(col(AuditRow.thing) == thing, col(AuditRow.thing_id) == thing_id)
        .order_by(col(AuditRow.at).desc(), col(AuditRow.id).desc()).limit(1)).scalar() or ""


def _demand(actor: Actor) -> None:
    if not actor.can(Permission.MANAGE_STAFF):
        raise NotAllowed


def list_staff(session: Session, actor: Actor) -> list[StaffRow]:
    """Everybody in the team, active members first, by name."""
    _demand(actor)
    members = session.scalars(
        select(StaffMember)
        .order_by(col(StaffMember.is_active).desc(), func.lower(StaffMember.name), col(StaffMember.id))
    )
    return [
        StaffRow(id=member.id, name=member.name, email=member.email, role=member.role, is_self=member.id == actor.id,
                 status="inactive" if not member.is_active else "active" if member.password_hash else "invited")
        for member in members
    ]


def _locked_member(session: Session, actor: Actor, staff_id: str) -> StaffMember:
    """The member; also holds the rows of all administrators, so that two at once can't remove the last two."""
    _demand(actor)
    session.scalars(
        select(StaffMember.id).where(  # pyright: ignore[reportCallIssue, reportArgumentType]
            col(StaffMember.role) == Role.ADMINISTRATOR.value, col(StaffMember.is_active))
        .order_by(col(StaffMember.id)).with_for_update()
    ).all()
    member = session.scalars(
        select(StaffMember).where(col(StaffMember.id) == staff_id).with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if member is None:
        raise NotFound
    return member


def _demand_another_administrator(session: Session, member: StaffMember) -> None:
    """Somebody who can sign in must remain to manage the team: invited ones do not count."""
    if member.role != Role.ADMINISTRATOR or not member.is_active:
        return
    others = session.execute(select(func.count()).where(
        col(StaffMember.role) == Role.ADMINISTRATOR.value, col(StaffMember.is_active),
        col(StaffMember.password_hash) != "", col(StaffMember.id) != member.id)).scalar_one()
    if not others:
        raise LastAdministrator


def invite_staff(session: Session, actor: Actor, form: StaffForm) -> StaffMember:
    """Adds a member without a password; the mail with the link follows from `StaffInvited`."""
    _demand(actor)
    member = StaffMember(email=form.email, name=form.name, role=form.role.value, language=form.language)
    try:
        with session.begin_nested():
            session.add(member)
            session.flush()
    except IntegrityError:
        raise EmailTaken("email") from None
    audit.record(session, actor.kind, actor.id, "invite", "staff", member.id, role=member.role)
    publish(session, StaffInvited(staff_id=member.id, token=create_staff_token(session, member.id, "invitation")))
    return member


def invite_again(session: Session, actor: Actor, staff_id: str) -> None:
    """Sends a new link to somebody who has not come in yet; the old one ends."""
    _demand(actor)
    member = session.get(StaffMember, staff_id)
    if member is None or member.password_hash or not member.is_active:
        raise NotFound
    audit.record(session, actor.kind, actor.id, "invite", "staff", member.id, role=member.role)
    publish(session, StaffInvited(staff_id=member.id, token=create_staff_token(session, member.id, "invitation")))


def change_role(session: Session, actor: Actor, staff_id: str, role: Role) -> None:
    """Gives another role; it counts from the member's next event on."""
    member = _locked_member(session, actor, staff_id)
    if member.role == role:
        return
    _demand_another_administrator(session, member)
    audit.record(session, actor.kind, actor.id, "change-role", "staff", member.id, before=member.role, after=role.value)
    member.role = role.value
    session.add(member)
    session.flush()


def deactivate_staff(session: Session, actor: Actor, staff_id: str) -> None:
    """The member can't come in any more; what they have open ends, what they did stays."""
    member = _locked_member(session, actor, staff_id)
    _demand_another_administrator(session, member)
    member.is_active = False
    session.add(member)
    session.flush()
    end_sessions_of(session, staff_id=member.id)
    end_staff_tokens(session, member.id)
    audit.record(session, actor.kind, actor.id, "deactivate", "staff", member.id)


def reactivate_staff(session: Session, actor: Actor, staff_id: str) -> None:
    """The member may come in again with the password they had."""
    member = _locked_member(session, actor, staff_id)
    member.is_active = True
    session.add(member)
    session.flush()
    audit.record(session, actor.kind, actor.id, "reactivate", "staff", member.id)
