"""What goes wrong with customers."""

from __future__ import annotations

from ..core.errors import PortalError
from ..core.texts import msg


class CustomerKnown(PortalError):
    text = msg("A customer with this e-mail address is already here.")


class SameAddress(PortalError):
    text = msg("This is your address already.")

    def __init__(self) -> None:
        super().__init__("email")


class IbanUnreadable(PortalError):
    """Sealed under a secret that the deployment has lost."""

    text = msg("This number can't be read any more. Ask the customer to enter it again.")


class WordsChanged(PortalError):
    text = msg("The text has just been changed. Please read it again before you decide.")
