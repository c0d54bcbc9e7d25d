"""The table of who may call what: generated from the code, kept in `authority.txt`, compared by a test.

`python tests/architecture/table.py` writes it anew; the difference is what a reviewer looks at.
"""

from __future__ import annotations

import sys
from pathlib import Path

FILE = Path(__file__).with_name("authority.txt")
sys.path.insert(0, str(FILE.parents[2]))

from portal_app.access.actors import PUBLIC, SERVER  # noqa: E402
from tests.architecture.people import KINDS, actor_for  # noqa: E402
from tests.architecture.routes import all_routes  # noqa: E402

HEADER = ("who may call it", "asks for", *KINDS)


def short_name(event_name: str) -> str:
    """`…portal___offers____offers_state.accept` as `offers_state.accept`."""
    path, _, handler = event_name.rpartition(".")
    return f"{path.rsplit('____', 1)[-1]}.{handler}"


def is_open(permission: str, kind: str) -> bool:
    actor = actor_for(kind)
    if permission == SERVER:
        return False
    return permission == PUBLIC or (actor is not None and actor.can(permission))


def handler_rows() -> list[tuple[str, ...]]:
    import portal_app.portal_app  # noqa: F401
    from portal_app.ui.gate import permissions_of_handlers

    return [(short_name(name), permission, *("yes" if is_open(permission, kind) else "-" for kind in KINDS))
            for name, permission in permissions_of_handlers().items()]


def route_rows() -> list[tuple[str, ...]]:
    """Routes decide for themselves; that each is known, and tried with everybody, is what the table is for."""
    return [(f"{method} {path}", "route", *("*" for _ in KINDS)) for method, path in all_routes()]


def written() -> str:
    rows = [HEADER, *sorted(handler_rows()), *sorted(route_rows())]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADER))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
                     for row in rows) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
