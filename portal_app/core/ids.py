"""Identifiers of rows: UUID version 7 (RFC 9562), so that newer rows have greater ids and indexes stay compact."""

import secrets
import time
import uuid

ID_LENGTH = 32
TIME_DIGITS = 12  # what an id begins with: within a millisecond the order is by chance


def new_id() -> str:
    """32 hexadecimal digits: 48 bits of time, 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (2**48 - 1)) << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return uuid.UUID(int=value).hex
