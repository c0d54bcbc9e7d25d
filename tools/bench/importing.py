"""Fifty thousand customers from a file, while others go on writing."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from databases import postgresql_server
from report import Section, ms
from serving import HERE, environment

ROWS = 50_000
GOAL_SECONDS, GOAL_MEMORY_MB = 60.0, 500.0


def measure_import() -> Section:
    section = Section(
        "Import of customers", f"A CSV file of {ROWS:,} customers into a small database, in one process, while a thread of "
        "it writes a line now and then; for real includes the words that customers are found by, which follow in small "
        "transactions with rests.",
        ("database", "dry run (s)", "for real (s)", "once more (s)", "longest wait of others (ms)", "memory before (MB)",
         "most (MB)"))
    with tempfile.TemporaryDirectory(prefix="bench-") as name, postgresql_server(Path(name)) as url_of:
        for database, url in (("SQLite", f"sqlite:///{Path(name) / 'portal.db'}"), ("PostgreSQL", url_of("customers"))):
            found = _import(Path(name), url)
            section.add(database, *(f"{found[what]:.1f}" for what in ("dry", "real", "again")), ms(found["waited"]),
                        f"{found['before_mb']:.0f}", f"{found['most_mb']:.0f}")
            section.expect(f"{ROWS:,} customers on {database}: {found['real']:.1f} s, goal ≤ {GOAL_SECONDS:.0f} s",
                           found["real"] <= GOAL_SECONDS)
            more = found["most_mb"] - found["before_mb"]
            section.expect(f"memory for it on {database}: {more:.0f} MB, goal ≤ {GOAL_MEMORY_MB:.0f} MB",
                           more <= GOAL_MEMORY_MB)
    return section


def _import(folder: Path, url: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, HERE / "import_times.py", str(ROWS)], stdout=subprocess.PIPE, text=True,
                          check=True, env=environment(folder, PORTAL_DATABASE_URL=url), timeout=400)
    return json.loads(done.stdout.splitlines()[-1])
