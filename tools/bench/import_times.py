"""`import_times.py ROWS`: imports a file of customers into the database that the environment names, dry and for real, while
somebody else writes now and then; prints seconds and memory as JSON."""

from __future__ import annotations

import json
import resource
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sqlalchemy import text
from sqlmodel import select

from portal_app import rooms
from portal_app.access.actors import Actor, Role
from portal_app.access.models import StaffMember
from portal_app.core import audit
from portal_app.core.database import engine, session_scope
from portal_app.customers.importing import import_customers
from portal_app.demo.build import build_company
from tools.migrate import migrate_to_head

REST_SECONDS = 0.01


def _file(rows: int, prefix: str) -> bytes:
    lines = (f"{prefix} Núñez {n},{prefix}{n}@example.com,+34 600 {n:06d},\"Calle del Olivo {n}, 28223 Pozuelo, Madrid\"\n"
             for n in range(rows))
    return ("name,email,phone,address\n" + "".join(lines)).encode()


@contextmanager
def _others_writing() -> Iterator[list[float]]:
    """How long each of the small writes took that others did meanwhile."""
    times, done = [], threading.Event()

    def write() -> None:
        while not done.wait(REST_SECONDS):
            began = time.monotonic()
            with session_scope() as session:
                audit.record(session, "system", "", "look", "bench")
            times.append(time.monotonic() - began)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield times
    finally:
        done.set()
        thread.join()


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def main(rows: int) -> dict[str, float]:
    migrate_to_head()
    with session_scope() as session:
        build_company(session)
        member = session.exec(select(StaffMember).where(StaffMember.role == Role.ADMINISTRATOR)).one()
        actor = Actor(kind="staff", id=member.id, name=member.name, language=member.language, role=Role.ADMINISTRATOR)
    import_customers(actor, _file(30, "first"), is_dry=False)
    with engine().begin() as connection:
        connection.execute(text("ANALYZE"))  # the database has planned for a few customers, as a new company's has
    before, file, taken = _memory_mb(), _file(rows, "person"), {}
    for name, is_dry in (("dry", True), ("real", False), ("again", False)):
        with _others_writing() as others:
            began = time.monotonic()
            report = import_customers(actor, file, is_dry=is_dry)
            taken[name] = time.monotonic() - began
        assert report.new == (0 if name == "again" else rows)
        if name == "real":
            taken["waited"] = max(others)
    return {**taken, "before_mb": before, "most_mb": _memory_mb(), "file_mb": len(file) / 1e6}


if __name__ == "__main__":
    rooms.listen()
    print(json.dumps(main(int(sys.argv[1]))))
