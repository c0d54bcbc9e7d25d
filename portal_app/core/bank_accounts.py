"""International bank account numbers: checked when they are typed, grouped to be read, masked where few may read them."""

from __future__ import annotations

from .forms import FieldError
from .texts import msg

WRONG_IBAN = msg("This is not a valid IBAN. Please check each digit.")


def checked_iban(text: str) -> str:
    """The number without spaces and in capitals, or `FieldError`: country, length and check digits must be right."""
    from stdnum import iban
    from stdnum.exceptions import ValidationError

    if not text.isascii():
        raise FieldError(WRONG_IBAN)
    try:
        return iban.validate(text)
    except ValidationError:
        raise FieldError(WRONG_IBAN) from None


def spaced_iban(iban: str) -> str:
    """In groups of four, as it stands on a card."""
    return " ".join(iban[at:at + 4] for at in range(0, len(iban), 4))


def masked_iban(iban: str) -> str:
    """Enough for its holder to know it again, too little for anybody to use it. The last four digits alone do as well."""
    return f"•••• {iban[-4:]}" if iban else ""
