"""Logs hold no personal data, codes or query strings."""

import json
import logging
import sys

from portal_app.core.logs import JsonLines


def _logged(message: str, *, error: Exception | None = None) -> str:
    exc_info = None
    if error:
        try:
            raise error
        except type(error):
            exc_info = sys.exc_info()
    return JsonLines().format(logging.LogRecord("portal", logging.INFO, "x.py", 1, message, None, exc_info))


def test_addresses_codes_tokens_and_queries_are_masked():
    line = _logged("mail to lucia@example.com with 123456 for /access/abcDEF-_9 and /home?project=secret")
    for private in ("lucia", "123456", "abcDEF", "secret"):
        assert private not in line


def test_an_exceptions_text_is_left_out():
    line = _logged("failed", error=ValueError("lucia@example.com wrote"))
    assert "lucia" not in line
    assert json.loads(line)["exception"] == "ValueError"
