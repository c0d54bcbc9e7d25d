"""The bell between whoever commits a mail and the delivery of the same process."""

from __future__ import annotations

from sqlmodel import Session

from ..core.wake import Bell, ring_once_after_commit

__all__ = ["Bell", "ring_after_commit", "the_bell"]

the_bell = Bell()


def ring_after_commit(session: Session, bell: Bell = the_bell) -> None:
    """Once for each session, however many mails it writes."""
    ring_once_after_commit(session, bell)
