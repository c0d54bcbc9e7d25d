"""Logs for machines: one JSON object a line, without personal data, codes or query strings.

Addresses of people and secrets never belong in a message; what slips in through an exception's text is masked here.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime

from ..config import settings

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_QUERY = re.compile(r"\?[^\s\"']*")
_TOKEN = re.compile(r"(/access/|token=)[\w-]+")
_CODE = re.compile(r"\b\d{6}\b")


def scrubbed(text: str) -> str:
    """`text` without e-mail addresses, sign-in tokens, six-digit codes and query strings."""
    for pattern, replacement in ((_TOKEN, r"\1…"), (_EMAIL, "…@…"), (_QUERY, "?…"), (_CODE, "……")):
        text = pattern.sub(replacement, text)
    return text


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": scrubbed(record.getMessage()),
        }
        if record.exc_info and record.exc_info[1] is not None:
            # Where it happened, not what with: values in an exception's text may be personal.
            entry["exception"] = type(record.exc_info[1]).__name__
            entry["trace"] = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(record.exc_info[2])][-8:]
        return json.dumps(entry, ensure_ascii=False)


def configure() -> None:
    """Sends everything to standard error, a JSON line each."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level)
    for noisy in ("alembic", "httpx", "httpcore", "asyncio", "socketio", "engineio", "PIL"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
