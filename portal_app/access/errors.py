"""What goes wrong while getting in. None of these tells whether an address is known."""

from __future__ import annotations

from ..core.errors import PortalError
from ..core.texts import msg

NOT_A_CODE = msg("The code has six digits. Please copy it from the e-mail.")


class CodeWrong(PortalError):
    text = msg("That code does not match. Tries left: {tries}.")

    def __init__(self, tries_left: int) -> None:
        super().__init__("code", tries=tries_left)
        self.tries_left = tries_left


class CodeEnded(PortalError):
    text = msg("This code no longer works. Please ask for a new one.")

    def __init__(self) -> None:
        super().__init__("code")


class SignInWrong(PortalError):
    text = msg("This e-mail address and password do not go together.")

    def __init__(self) -> None:
        super().__init__("password")


class SignInTooSoon(PortalError):
    text = msg("Too many tries from here. Please wait {seconds} seconds, or choose a new password by e-mail.")

    def __init__(self, seconds: int) -> None:
        super().__init__("password", seconds=seconds)


class TokenEnded(PortalError):
    text = msg("This link has ended. Please ask for a new one.")


class PasswordTooShort(PortalError):
    text = msg("Please choose at least {least} characters. A short sentence is easy to remember.")


class PasswordTooLong(PortalError):
    text = msg("Please choose at most {most} characters.")


class PasswordGuessable(PortalError):
    text = msg("This is too easy to guess. Please choose something without your name or address.")


class EmailTaken(PortalError):
    text = msg("Somebody with this e-mail address is already here.")


class LastAdministrator(PortalError):
    text = msg("The last administrator stays. Please make somebody else administrator first.")
