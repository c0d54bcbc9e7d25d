"""Built pages on their way out: the reader's texts, the deployment's address, the page's own policy."""

from __future__ import annotations

import gzip
import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..company.schemas import public_values
from ..company.service import company_snapshot
from ..config import BUILD_URL, ROOT, settings
from ..core.texts import write_marked
from .policy import content_security_policy

BUILT = ROOT / ".web" / "build" / "client"
TEXT_FILES = ROOT / "assets" / "texts" / "files.json"
ADDRESS_FILE = re.compile(r"/assets/reflex-env-[\w-]+\.js")
MOST_PAGES = 400


@dataclass(frozen=True, slots=True)
class Page:
    plain: bytes
    packed: bytes
    policy: str


def built_page(path: str) -> Path | None:
    """The file of a page that was built for `path`, without following anything out of the build."""
    file = (BUILT / path.strip("/") / "index.html").resolve()
    return file if file.is_relative_to(BUILT) and file.is_file() else None


@cache
def _text_files() -> dict[str, list[str]]:
    return json.loads(TEXT_FILES.read_text()) if TEXT_FILES.exists() else {}


def is_staff_path(path: str) -> bool:
    return path.rstrip("/") == "/staff" or path.startswith("/staff/")


def write_page(body: bytes, language: str, company: Mapping[str, object], *, for_staff: bool = False) -> Page:
    """The page in `language`: texts where the marks were, `lang`, and the scripts with the language's texts.

    Staff have a second script, which customers need not load.
    """
    text = write_marked(language, body.decode(), html.escape, company)
    files = _text_files().get(language, [])[:2 if for_staff else 1]
    if files:
        text = re.sub(r'<html lang="[^"]*"', f'<html lang="{language}" data-language="{language}"', text, count=1)
        start = '<script src="/texts/start.js"></script>'
        text = text.replace(start, start + "".join(f'<script src="{file}"></script>' for file in files), 1)
    page = text.encode()
    return Page(page, gzip.compress(page, 6), content_security_policy(text))


class PageCache:
    """Pages by content and language; there are few, so the oldest goes when there are too many."""

    def __init__(self) -> None:
        self.pages: dict[tuple[bytes, str, int, bool], Page] = {}

    def get(self, body: bytes, language: str, path: str) -> Page:
        company = company_snapshot()
        for_staff = is_staff_path(path)
        key = (hashlib.sha256(body).digest(), language, company.version, for_staff)
        if key not in self.pages:
            if len(self.pages) >= MOST_PAGES:
                self.pages.pop(next(iter(self.pages)))
            self.pages[key] = write_page(body, language, public_values(company), for_staff=for_staff)
        return self.pages[key]


def write_address(body: bytes) -> bytes:
    """The file that tells pages where the server is: the one thing in a build that depends on the address."""
    for scheme in ("ws", "http"):
        built, real = (url.replace("http", scheme, 1).encode() for url in (BUILD_URL, settings.api_url))
        body = body.replace(built, real)
    return body
