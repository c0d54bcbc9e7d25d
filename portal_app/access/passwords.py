"""Passwords of staff. Hashing takes long on purpose: never inside a write session, never in the event loop."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from .errors import PasswordGuessable, PasswordTooLong, PasswordTooShort
from .rules import LONGEST_PASSWORD, SHORTEST_PASSWORD, is_password_guessable

_hasher = PasswordHasher()  # argon2id with the parameters of RFC 9106 for memory-constrained servers
# As much work as any other; made once, because making it at every start would take a sixth of a second.
_DUMMY = "$argon2id$v=19$m=65536,t=3,p=4$ehu7Fz79A2vkdUwUNUvhkA$ob1FM6Nu3WGvpSm14m0vyybaCrgxxNXvr75LKp7xBh4"
# Each hash takes 64 MiB and a core for a moment: a crowd at the door waits in line instead of filling the memory.
_turns = threading.BoundedSemaphore(2)


def hash_password(password: str) -> str:
    with _turns:
        return _hasher.hash(password)


def is_password(stored_hash: str, password: str) -> bool:
    """Whether it is the password. Without a stored hash as much work is done, and the answer is no."""
    with _turns:
        try:
            return _hasher.verify(stored_hash or _DUMMY, password[:LONGEST_PASSWORD + 1]) and bool(stored_hash)
        except (Argon2Error, InvalidHashError):
            return False


def demand_good_password(password: str, email: str, name: str, field: str = "password") -> None:
    """Raises with the reason when nobody should choose this."""
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooShort(field, least=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise PasswordTooLong(field, most=LONGEST_PASSWORD)
    if is_password_guessable(password, email, name):
        raise PasswordGuessable(field)
