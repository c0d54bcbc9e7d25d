"""Built pages on their way out: the reader's texts, the deployment's address, the page's own policy."""

from __future__ import annotations

import gzip
import hashlib
import html
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
TEXTS_VERSION = ROOT / "assets" / "texts" / "version"
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
def _texts_folder() -> str:
    return f"/texts/{TEXTS_VERSION.read_text()}" if TEXTS_VERSION.exists() else ""


def name_of_page(path: str) -> str:
    """The route that is shown at this path."""
    name = path.strip("/")
    return name if name and built_page(name) else "404"


def write_page(body: bytes, language: str, company: Mapping[str, object], name: str) -> Page:
    """The page in `language`: texts where the marks were, `lang`, and the scripts with the words that it says."""
    text = write_marked(language, body.decode(), html.escape, company)
    if folder := _texts_folder():
        door = "staff" if name.partition("/")[0] == "staff" else "portal"
        given = f'<html lang="{language}" data-texts="{folder}"'
        text = re.sub(r'<html lang="[^"]*"', given, text, count=1)
        files = (f"{folder}/{language}/frame/{door}.js", f"{folder}/{language}/page/{name}.js")
        text = text.replace('<script src="/texts/start.js"></script>',
                            "".join(f'<script src="{file}"></script>' for file in files), 1)
    page = text.encode()
    return Page(page, gzip.compress(page, 6), content_security_policy(text))


class PageCache:
    """Pages by content and language; there are few, so the oldest goes when there are too many."""

    def __init__(self) -> None:
        self.pages: dict[tuple[bytes, str, int, str], Page] = {}

    def get(self, body: bytes, language: str, path: str) -> Page:
        company = company_snapshot()
        name = name_of_page(path)
        key = (hashlib.sha256(body).digest(), language, company.version, name)
        if key not in self.pages:
            if len(self.pages) >= MOST_PAGES:
                self.pages.pop(next(iter(self.pages)))
            self.pages[key] = write_page(body, language, public_values(company), name)
        return self.pages[key]


def write_address(body: bytes) -> bytes:
    """The file that tells pages where the server is: the one thing in a build that depends on the address."""
    for scheme in ("ws", "http"):
        built, real = (url.replace("http", scheme, 1).encode() for url in (BUILD_URL, settings.url))
        body = body.replace(built, real)
    return body
