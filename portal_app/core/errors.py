"""Errors say what happened. Their text is a catalogue text with placeholders; who shows them translates it."""

from __future__ import annotations

from collections.abc import Mapping

from .texts import msg

Values = Mapping[str, str | int | float]


class PortalError(Exception):
    """Something a person can be told. `field` names the form field it belongs to, if any."""

    text = msg("Something went wrong. Please try again.")

    def __init__(self, field: str = "", **values: str | int | float) -> None:
        super().__init__(self.text)
        self.field = field
        self.values: Values = values


class NotAllowed(PortalError):
    text = msg("You may not do this.")


class NothingChangesHere(PortalError):
    """Somebody only looks."""

    text = msg("You are looking at this portal as the customer sees it. Nothing can be changed here.")


class NotFound(PortalError):
    """Also what somebody gets who may not see the thing: unknown and forbidden look alike."""

    text = msg("This does not exist or is not open to you.")


class ChangedMeanwhile(PortalError):
    """Somebody else saved first."""

    text = msg("Somebody else changed this meanwhile. Your entries are still here.")


class TooManyRequests(PortalError):
    text = msg("That was a little too often. Please wait a moment and try again.")


class InvalidForm(PortalError):
    """Errors at fields: `errors[field] = (text, values)`."""

    text = msg("Please check the marked fields.")

    def __init__(self, errors: Mapping[str, tuple[str, Values]]) -> None:
        super().__init__()
        self.errors = dict(errors)
