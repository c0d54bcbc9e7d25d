"""What the portal itself must read again and a copy of the database must not give away, such as secrets of webhooks and
numbers of bank accounts: stored sealed under the deployment's secret.

`PORTAL_SECRET` can be changed without losing one: the values before stay in `PORTAL_SECRET_PREVIOUS` until `reseal_all`
has sealed everything anew, which the desk does at the start of each worker. What lives for minutes (login codes, waits
after wrong passwords, names of states) is hashed with the secret (`core.crypto`) and simply begins anew.
"""

from __future__ import annotations

import base64
import hmac
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, SQLModel, select, update

from ..config import settings
from .fields import NOT_PERSONAL, text_field

if TYPE_CHECKING:
    from cryptography.fernet import Fernet, MultiFernet

LENGTH = 255
_SEALED = {"sealed": True}


class SealBroken(Exception):
    """Sealed under a secret that the deployment does not have, or changed since."""


def sealed_field(tag: dict[str, Any] = NOT_PERSONAL, *, default: Any = ..., nullable: bool = False) -> Any:
    """A column of what `seal` gives; `reseal_all` finds it by its tag."""
    return text_field(LENGTH, tag | _SEALED, default=default, nullable=nullable)


def _box(secret: str) -> Fernet:
    from cryptography.fernet import Fernet  # here, since most processes never need it

    return Fernet(base64.urlsafe_b64encode(hmac.digest(secret.encode(), b"seal", "sha256")))


def _boxes() -> MultiFernet:
    from cryptography.fernet import MultiFernet

    return MultiFernet([_box(secret) for secret in settings.secrets])


def seal(text: str) -> str:
    return _box(settings.secret).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text, or `SealBroken`."""
    from cryptography.fernet import InvalidToken

    try:
        return _boxes().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SealBroken from None


def is_current(sealed: str) -> bool:
    """Whether it can be read with the present secret alone."""
    from cryptography.fernet import InvalidToken

    try:
        _box(settings.secret).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def reseal_all(session: Session) -> None:
    """Seals anew what was sealed under a secret before; what can't be read stays as it is.

    Any number of workers may do it at once: whoever comes second finds the value changed and leaves it.
    """
    if len(settings.secrets) == 1:
        return
    for table in SQLModel.metadata.sorted_tables:
        [key, *_] = table.primary_key
        for column in [column for column in table.columns if column.info.get("sealed")]:
            for row_id, sealed in session.execute(select(key, column).where(column != "")).all():
                if is_current(sealed):
                    continue
                with suppress(SealBroken):
                    session.execute(update(table).where(key == row_id, column == sealed)
                                    .values({column.name: seal(unseal(sealed))}))
