"""Rules of getting in. Time and secrets are arguments."""

from __future__ import annotations

import re
from datetime import timedelta

CODE_DIGITS = 6
CODE_TRIES = 5
REQUEST_PAUSE = timedelta(minutes=1)
INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=1)
SEEN_EVERY = timedelta(minutes=5)
VIEW_LASTS = timedelta(minutes=30)

FREE_ATTEMPTS = 5
LONGEST_DELAY_SECONDS = 300

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
LONGEST_PATH = 200

_CODE_NOISE = re.compile(r"[\s\-]+")


def address_key(email: str) -> str:
    """One spelling for an e-mail address, however it was typed."""
    return email.strip().lower()


def code_key(code: str) -> str:
    """The digits of a code, which people copy with spaces; empty when it can't be one."""
    digits = _CODE_NOISE.sub("", code)
    return digits if len(digits) == CODE_DIGITS and digits.isascii() and digits.isdigit() else ""


def is_own_path(path: str) -> bool:
    """Whether a link may lead there: a page of the portal, never another site."""
    return (
        path.startswith("/")
        and not path.startswith("//")
        and len(path) <= LONGEST_PATH
        and not any(char in "\\" or ord(char) <= 32 or ord(char) == 127 for char in path)
    )


def delay_seconds(attempts: int) -> int:
    """How long a client address waits after so many failures for one account: first not at all, then twice as long
    each time, at most five minutes, so that nobody is kept out for long."""
    if attempts < FREE_ATTEMPTS:
        return 0
    return min(LONGEST_DELAY_SECONDS, 5 * 2 ** min(attempts - FREE_ATTEMPTS, 10))


# Ends where `delay_seconds` no longer grows.
GROWING_ATTEMPTS = next(n for n in range(100) if delay_seconds(n) == LONGEST_DELAY_SECONDS)


def is_password_guessable(password: str, email: str, name: str) -> bool:
    """Whether it is little more than the person's own address or name, or few letters over and over."""
    plain = _letters(password)
    own = {_letters(text) for text in (email, email.split("@")[0], name, *name.split())} - {""}
    rest = plain
    for text in sorted((text for text in own if len(text) >= 3), key=len, reverse=True):
        rest = rest.replace(text, "")
    return plain in own or len(rest) < SHORTEST_PASSWORD // 2 or len(set(password)) < 5


def _letters(text: str) -> str:
    return "".join(char for char in text.lower() if not char.isspace() and char not in "-_.@+")


_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"), ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """What a person recognises their device by, such as "Firefox · Android"; empty when the browser does not say."""
    browser = next((name for part, name in _BROWSERS if part in user_agent), "")
    system = next((name for part, name in _SYSTEMS if part in user_agent), "")
    return " · ".join(part for part in (browser, system) if part)
