"""Which page says which texts, read from the sources.

A page says the texts of its own modules and of all modules of the doors and of `ui` that these import. What a room below
has marked with `msg` is known only when it is said; a page begins with those of the rooms' modules that are imported where
marked texts are shown (`t_marked`, `say`). Whatever else a handler answers, the browser fetches.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_dir

SOURCE = Path(__file__).resolve().parents[1] / "portal_app"
BROWSER_KEYWORDS = {"t": None, "tn": (1, 2), "msg": None}
WITH_PAGES = {"portal", "staff", "ui"}
SHOWS_MARKED = re.compile(r"\b(?:t_marked|say)\(")  # not `say_values`: errors answer to what somebody did
TITLES = SOURCE / "pages.py"

Ids = tuple[str, ...]


def door_of(route: str) -> str:
    return "staff" if route.partition("/")[0] == "staff" else "portal"


@cache
def texts_of_files() -> dict[Path, frozenset[Ids]]:
    found: defaultdict[Path, set[Ids]] = defaultdict(set)
    for name, _line, message, _comments, _ in extract_from_dir(SOURCE, keywords=BROWSER_KEYWORDS,
                                                               method_map=[("**.py", "python")]):
        if message and (isinstance(message, str) or all(message)):
            found[SOURCE / name].add((message,) if isinstance(message, str) else tuple(message))
    return {path: frozenset(ids) for path, ids in found.items()}


def _module(parts: Iterable[str]) -> Path | None:
    path = SOURCE.joinpath(*parts)
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def _named_in(path: Path, statement: ast.ImportFrom) -> Iterator[tuple[str, Path]]:
    """The names of a relative import, with the modules that they are or come from."""
    package = path.relative_to(SOURCE).parent.parts
    base = [*package[:len(package) + 1 - statement.level], *(statement.module or "").split(".")]
    for alias in statement.names:
        module = _module([*filter(None, base), alias.name]) or _module(filter(None, base))
        if module:
            yield alias.asname or alias.name, module


def _imports(path: Path) -> dict[str, Path]:
    statements = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom))
    return {name: module for statement in statements if statement.level for name, module in _named_in(path, statement)}


@cache
def _reached_from(path: Path) -> tuple[frozenset[Path], frozenset[Path]]:
    """Modules with pages that are imported, and modules of rooms whose marked texts are shown."""
    modules = frozenset(_imports(path).values())
    pages = frozenset(module for module in modules if module.relative_to(SOURCE).parts[0] in WITH_PAGES)
    shows = SHOWS_MARKED.search(path.read_text("utf-8"))
    return pages, modules - pages if shows else frozenset()


def _said_from(starts: Iterable[Path]) -> set[Ids]:
    todo, seen, rooms = list(starts), set(), set()
    while todo:
        path = todo.pop()
        if path not in seen:
            seen.add(path)
            pages, of_rooms = _reached_from(path)
            todo += pages
            rooms |= of_rooms
    return {ids for path in seen | rooms for ids in texts_of_files().get(path, ())}


@cache
def texts_of_pages() -> dict[str, set[Ids]]:
    """What each page says, by its route, as `portal_app/pages.py` lists them."""
    imported, found = _imports(TITLES), {}
    for node in ast.walk(ast.parse(TITLES.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Page" and isinstance(node.args[0], ast.Constant):
            route = str(node.args[0].value)
            names = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
            title = {(text.value,) for text in ast.walk(node.args[2]) if isinstance(text, ast.Constant)}
            found[route] = title | _said_from(imported[name] for name in names if name in imported and name != "t")
    return found


def split_by_page() -> dict[str, set[Ids]]:
    """Texts by file: `frame/<door>` for what every page of a door says, `page/<route>` for what is a page's own."""
    pages, files = texts_of_pages(), {}
    for door in ("portal", "staff"):
        own = {route: ids for route, ids in pages.items() if door_of(route) == door}
        frame = files[f"frame/{door}"] = set.intersection(*own.values())
        files |= {f"page/{route}": ids - frame for route, ids in own.items()}
    return files
