"""What goes wrong with customers."""

from __future__ import annotations

from ..core.errors import PortalError
from ..core.texts import msg


class CustomerKnown(PortalError):
    text = msg("A customer with this e-mail address is already here.")
