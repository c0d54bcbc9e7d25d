"""Which language a page is shown in, as the server knows it.

A socket's cookies are those of the moment when it connected. Whoever switches the language later tells it by an event,
which is remembered for as long as that socket may live; after a reconnect the cookie says it again. A socket stays with
its worker, so this needs no shared store.
"""

from __future__ import annotations

from collections import OrderedDict

from ..core.texts import LANGUAGES, language_cookie

MOST_SOCKETS = 20_000
_switched: OrderedDict[str, str] = OrderedDict()


def remember(socket_id: str, language: str) -> None:
    """The reader on this socket switched to `language`."""
    if socket_id and language in LANGUAGES:
        _switched[socket_id] = language
        _switched.move_to_end(socket_id)
        while len(_switched) > MOST_SOCKETS:
            _switched.popitem(last=False)


def of(socket_id: str, cookie_header: str) -> str:
    """The page's language; empty when the browser has none of its own, then the account's language is meant, as it is when
    the page itself is written (`access.languages`)."""
    return _switched.get(socket_id) or language_cookie(cookie_header)
