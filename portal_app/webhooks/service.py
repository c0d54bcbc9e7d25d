"""Endpoints as staff set them, what they are told, and how that went."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, Field, field_validator
from sqlalchemy import func
from sqlmodel import Session, col, select

from ..access.actors import Actor, Permission
from ..core import audit, live
from ..core.clock import now
from ..core.errors import ChangedMeanwhile, NotAllowed, NotFound, PortalError
from ..core.forms import FieldError, Form
from ..core.sealed import seal
from ..core.texts import msg
from ..core.wake import ring_once_after_commit
from . import rules
from .calling import opened_networks
from .delivery import TOPIC, the_bell
from .models import FAILED, SENDING, WAITING, WebhookAttempt, WebhookEndpoint, WebhookMessage

MOST_ENDPOINTS = 20
PAGE_SIZE = 15
TEST = "portal.test"


class TooManyEndpoints(PortalError):
    text = msg("At most {most} webhooks fit.")


class EndpointIsOff(PortalError):
    text = msg("This webhook is switched off. Please switch it on first.")


class EndpointForm(Form):
    """An endpoint as staff enter it; `version` is the one they saw, 0 for a new one."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    url: Annotated[str, Field(min_length=1, max_length=rules.URL_LENGTH)]
    tells_contact: bool = False
    version: Annotated[int, Field(ge=0)] = 0

    @field_validator("url")
    @classmethod
    def _leads_outside(cls, url: str) -> str:
        rules.parse_target(url, opened_networks())
        return url

    @field_validator("name")
    @classmethod
    def _one_line(cls, name: str) -> str:
        name = " ".join("".join(letter for letter in name if letter.isprintable()).split())
        if not name:
            raise FieldError(msg("Please fill this in."))
        return name


class EndpointView(BaseModel):
    """An endpoint as staff see it: never its secret."""

    id: str
    name: str
    url: str
    is_on: bool
    tells_contact: bool
    switched_off_because: str = ""
    version: int
    waiting: int = 0
    failed: int = 0


class AttemptView(BaseModel):
    at: str
    status_code: int
    error: str
    milliseconds: int


class MessageView(BaseModel):
    id: str
    kind: str
    status: str
    attempts: int
    last_error: str
    created_at: str
    delivered_at: str = ""
    next_attempt_at: str = ""
    can_replay: bool = False
    body: str = ""
    tries: list[AttemptView] = []


class MessagePage(BaseModel):
    messages: list[MessageView] = []
    page: int = 0
    has_more: bool = False


def _demand(actor: Actor) -> None:
    if not actor.can(Permission.MANAGE_WEBHOOKS):
        raise NotAllowed


def _held(session: Session, endpoint_id: str) -> WebhookEndpoint:
    found = session.exec(select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id).with_for_update()
                         .execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _record(session: Session, actor: Actor, verb: str, endpoint: WebhookEndpoint) -> None:
    audit.record(session, actor.kind, actor.id, verb, "webhook", endpoint.id, name=endpoint.name)


# Endpoints


def list_endpoints(session: Session, actor: Actor) -> list[EndpointView]:
    """All endpoints with how many messages wait or were given up, by two queries."""
    _demand(actor)
    counts: dict[tuple[str, str], int] = {
        (endpoint_id, status): count for endpoint_id, status, count in session.exec(
            select(WebhookMessage.endpoint_id, WebhookMessage.status, func.count())
            .where(col(WebhookMessage.status).in_((WAITING, SENDING, FAILED)))
            .group_by(WebhookMessage.endpoint_id, WebhookMessage.status))}
    return [EndpointView(
        id=row.id, name=row.name, url=row.url, is_on=row.is_on, tells_contact=row.tells_contact, version=row.version,
        switched_off_because=row.switched_off_because,
        waiting=counts.get((row.id, WAITING), 0) + counts.get((row.id, SENDING), 0), failed=counts.get((row.id, FAILED), 0))
        for row in session.exec(select(WebhookEndpoint).order_by(col(WebhookEndpoint.created_at), col(WebhookEndpoint.id)))]


def list_names(session: Session) -> dict[str, str]:
    """Names by id, for whoever sets actions."""
    return dict(session.exec(select(WebhookEndpoint.id, WebhookEndpoint.name).order_by(WebhookEndpoint.name)).all())


def _new_secret() -> str:
    return rules.write_secret(secrets.token_bytes(32))


def create_endpoint(session: Session, actor: Actor, form: EndpointForm) -> tuple[str, str]:
    """A new endpoint: its id and its secret, which is never shown again."""
    _demand(actor)
    if session.exec(select(func.count()).select_from(WebhookEndpoint)).one() >= MOST_ENDPOINTS:
        raise TooManyEndpoints(most=MOST_ENDPOINTS)
    secret = _new_secret()
    row = WebhookEndpoint(name=form.name, url=form.url, tells_contact=form.tells_contact, sealed_secret=seal(secret))
    session.add(row)
    session.flush()
    _record(session, actor, "create", row)
    return row.id, secret


def save_endpoint(session: Session, actor: Actor, endpoint_id: str, form: EndpointForm) -> None:
    _demand(actor)
    row = _held(session, endpoint_id)
    if row.version != form.version:
        raise ChangedMeanwhile
    row.name, row.url, row.tells_contact = form.name, form.url, form.tells_contact
    _changed(session, row)
    _record(session, actor, "update", row)


def _changed(session: Session, row: WebhookEndpoint) -> None:
    row.version += 1
    row.changed_at = now()
    session.add(row)
    session.flush()


def switch_endpoint(session: Session, actor: Actor, endpoint_id: str, is_on: bool) -> None:
    """While it is off nothing new is written for it, and what waits goes on waiting."""
    _demand(actor)
    row = _held(session, endpoint_id)
    row.is_on, row.switched_off_because = is_on, ""
    _changed(session, row)
    _record(session, actor, "switch-on" if is_on else "switch-off", row)
    ring_once_after_commit(session, the_bell)


def renew_secret(session: Session, actor: Actor, endpoint_id: str) -> str:
    """A new secret. For a day messages carry both signatures, so that the receiver can change without a gap."""
    _demand(actor)
    row = _held(session, endpoint_id)
    row.old_sealed_secret, row.old_secret_until = row.sealed_secret, now() + timedelta(hours=rules.OLD_SECRET_HOURS)
    secret = _new_secret()
    row.sealed_secret = seal(secret)
    _changed(session, row)
    _record(session, actor, "renew-secret", row)
    return secret


def delete_endpoint(session: Session, actor: Actor, endpoint_id: str) -> None:
    """With all its messages. Actions that called it say that it is gone."""
    _demand(actor)
    row = _held(session, endpoint_id)
    session.delete(row)
    _record(session, actor, "delete", row)
    session.flush()


# Messages


def enqueue_message(session: Session, endpoint_id: str, kind: str, data: dict[str, Any], contact: dict[str, Any],
                    opportunity_id: str | None = None) -> str:
    """Writes what the endpoint is told, in the transaction of what it tells; it goes out after the commit.

    `contact` is personal and goes only to endpoints that staff have opened for it. Gives the message's id, or an empty
    string when the endpoint is switched off; `NotFound` when it is gone.
    """
    endpoint = session.get(WebhookEndpoint, endpoint_id)
    if endpoint is None:
        raise NotFound
    if not endpoint.is_on:
        return ""
    told = {**data, "contact": contact} if endpoint.tells_contact and contact else data
    message = WebhookMessage(endpoint_id=endpoint.id, kind=kind[:60], body=rules.write_body(kind, now(), told),
                             opportunity_id=opportunity_id)
    session.add(message)
    session.flush()
    live.touch(session, TOPIC)
    ring_once_after_commit(session, the_bell)
    return message.id


def send_test(session: Session, actor: Actor, endpoint_id: str) -> str:
    """A message that says nothing but that it is a test."""
    _demand(actor)
    message_id = enqueue_message(session, endpoint_id, TEST, {"message": "It works."}, {})
    if not message_id:
        raise EndpointIsOff
    return message_id


def _iso(moment: Any) -> str:
    return moment.isoformat() if moment else ""


def list_messages(session: Session, actor: Actor, endpoint_id: str, page: int = 0) -> MessagePage:
    """What an endpoint was told, newest first, with every try, by two queries."""
    _demand(actor)
    page = min(max(page, 0), 1000)
    rows = list(session.exec(
        select(WebhookMessage).where(WebhookMessage.endpoint_id == endpoint_id)
        .order_by(col(WebhookMessage.created_at).desc(), col(WebhookMessage.id).desc())
        .offset(page * PAGE_SIZE).limit(PAGE_SIZE + 1)))
    tries: dict[str, list[AttemptView]] = {}
    for row in session.exec(select(WebhookAttempt).where(col(WebhookAttempt.message_id).in_([row.id for row in rows]))
                            .order_by(col(WebhookAttempt.at), col(WebhookAttempt.id))):
        tries.setdefault(row.message_id, []).append(AttemptView(
            at=_iso(row.at), status_code=row.status_code, error=row.error, milliseconds=row.milliseconds))
    views = [MessageView(
        id=row.id, kind=row.kind, status=row.status, attempts=row.attempts, last_error=row.last_error,
        created_at=_iso(row.created_at), delivered_at=_iso(row.delivered_at), body=row.body,
        next_attempt_at=_iso(row.next_attempt_at) if row.status == WAITING else "",
        can_replay=row.status != SENDING, tries=tries.get(row.id, [])) for row in rows[:PAGE_SIZE]]
    return MessagePage(messages=views, page=page, has_more=len(rows) > PAGE_SIZE)


def replay_message(session: Session, actor: Actor, message_id: str) -> None:
    """Sends a message once more, under the same id and with the same words; tries begin anew."""
    _demand(actor)
    row = session.exec(select(WebhookMessage).where(WebhookMessage.id == message_id).with_for_update()
                       .execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    if not session.get_one(WebhookEndpoint, row.endpoint_id).is_on:
        raise EndpointIsOff
    if row.status == SENDING:
        return
    row.status, row.attempts, row.next_attempt_at, row.last_error, row.delivered_at = WAITING, 0, now(), "", None
    session.add(row)
    session.flush()
    live.touch(session, TOPIC)
    audit.record(session, actor.kind, actor.id, "replay", "webhook_message", row.id)
    ring_once_after_commit(session, the_bell)


