"""Keys of other systems that enter customers. A key is random, shown once, and stored as its hash only."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy import func
from sqlmodel import Session, col, select

from ..core import audit
from ..core.clock import now
from ..core.crypto import hash_of, new_token
from ..core.errors import NotAllowed, NotFound, PortalError
from ..core.forms import Form
from ..core.texts import msg
from .actors import Actor, Permission
from .models import ApiKey

MOST_KEYS = 20
PREFIX = "pk_"
SHOWN_LETTERS = 8
LONGEST_KEY = 100
USE_IS_NOTED_AFTER = timedelta(minutes=1)


class TooManyKeys(PortalError):
    text = msg("At most {most} keys fit. Please delete one that is no longer used.")


class ApiKeyForm(Form):
    name: Annotated[str, Field(min_length=1, max_length=60)]


class ApiKeyView(BaseModel):
    """A key as staff see it: how it begins, never the whole."""

    id: str
    name: str
    beginning: str
    created_at: str
    used_at: str = ""


def _demand(actor: Actor) -> None:
    if not actor.can(Permission.MANAGE_API_KEYS):
        raise NotAllowed


def list_keys(session: Session, actor: Actor) -> list[ApiKeyView]:
    _demand(actor)
    return [ApiKeyView(id=row.id, name=row.name, beginning=row.beginning, created_at=row.created_at.isoformat(),
                       used_at=row.used_at.isoformat() if row.used_at else "")
            for row in session.exec(select(ApiKey).order_by(col(ApiKey.id)))]


def create_key(session: Session, actor: Actor, form: ApiKeyForm) -> str:
    """The new key, which is never shown again. Raises `TooManyKeys`."""
    _demand(actor)
    if session.exec(select(func.count()).select_from(ApiKey)).one() >= MOST_KEYS:
        raise TooManyKeys(most=MOST_KEYS)
    key = PREFIX + new_token()
    row = ApiKey(name=form.name, beginning=key[:SHOWN_LETTERS], key_hash=hash_of(key))
    session.add(row)
    audit.record(session, actor.kind, actor.id, "create", "api_key", row.id, name=row.name)
    session.flush()
    return key


def delete_key(session: Session, actor: Actor, key_id: str) -> None:
    """From now on nobody gets in with it. Raises `NotFound`."""
    _demand(actor)
    row = session.get(ApiKey, key_id)
    if row is None:
        raise NotFound
    audit.record(session, actor.kind, actor.id, "delete", "api_key", row.id, name=row.name)
    session.delete(row)
    session.flush()


def actor_of_key(session: Session, key: str) -> Actor | None:
    """The system that holds this key; nobody when there is none such. Notes that it was used."""
    if not key.startswith(PREFIX) or len(key) > LONGEST_KEY:
        return None
    row = session.exec(select(ApiKey).where(ApiKey.key_hash == hash_of(key))).one_or_none()
    if row is None:
        return None
    at = now()
    if row.used_at is None or at - row.used_at > USE_IS_NOTED_AFTER:
        row.used_at = at
    return Actor(kind="key", id=row.id, name=row.name, language="en")
