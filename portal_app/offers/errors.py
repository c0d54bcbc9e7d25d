"""What can stand in the way of sharing, changing or answering an offer."""

from __future__ import annotations

from ..core.errors import PortalError
from ..core.texts import msg


class OfferExpired(PortalError):
    text = msg("This offer has ended. Ask us for a new one, your roof and your wishes are kept.")


class OfferWithdrawn(PortalError):
    text = msg("We have withdrawn this offer. Nothing was ordered.")


class OfferChanged(PortalError):
    """A newer version is shown now; the older one can't be accepted any more."""

    text = msg("This offer has changed meanwhile. Nothing was ordered. Please look at the new version.")


class OfferAlreadyDecided(PortalError):
    text = msg("This has already been decided. Nothing was changed.")


class OfferNotAtThisStep(PortalError):
    """The opportunity has left, or not yet reached, a substage that shows the offers."""

    text = msg("Your project is not at the step where an offer is chosen. Nothing was ordered.")


class OfferHasNoLines(PortalError):
    text = msg("Add at least one line before you share the offer.")


class OfferEndsTooEarly(PortalError):
    text = msg("The last day of this offer is over. Choose a later one before you share it.")


class OfferIsFinal(PortalError):
    """Staff want to change what the customer has answered, or what was withdrawn."""

    text = msg("This offer can no longer be changed. Duplicate it to make a new one.")
