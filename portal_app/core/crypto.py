"""Secrets that people carry: random tokens stored as hashes, short codes stored as keyed hashes."""

import hashlib
import hmac
import secrets

from ..config import settings


def new_token() -> str:
    """256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is stored of a token. It needs no salt: the token itself is random."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_hash(purpose: str, *parts: str) -> str:
    """What is stored of something short or guessable; without the deployment's secret it can't be tried out."""
    message = "\0".join((purpose, *parts)).encode()
    return hmac.digest(settings.secret.encode(), message, "sha256").hex()


def new_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
