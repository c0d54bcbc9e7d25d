"""How long `make run` takes until the portal answers."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from report import Section
from serving import ROOT, Server, free_port

LATER_GOAL, FIRST_GOAL = 5.0, 180.0
LATER_STARTS = 3


def _make_run(folder: Path, cwd: Path) -> float:
    port = free_port()
    command = ["make", "-s", "run", f"PORT={port}"]
    with Server(folder, command, cwd=cwd, start_seconds=2 * FIRST_GOAL, PORTAL_PORT=str(port)) as server:
        return server.start_seconds


def measure_later_start() -> Section:
    section = Section("Start", "Seconds from `make run` until the portal answers.", ("start", "seconds"))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        fresh = _make_run(Path(folder), ROOT)
        later = [_make_run(Path(folder), ROOT) for _ in range(LATER_STARTS)]
    section.add("with an empty database", f"{fresh:.1f}")
    section.add(f"later, nothing changed (slowest of {LATER_STARTS})", f"{max(later):.1f}")
    section.expect(f"later start {max(later):.1f} s, goal < {LATER_GOAL:.0f} s", max(later) < LATER_GOAL)
    return section


def measure_first_start() -> Section:
    """In a copy of what is committed: virtual environment, npm packages, build, database, demonstration."""
    section = Section("First start", "Seconds from `make run` in a fresh copy until the portal answers.",
                      ("start", "seconds"))
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        tree = Path(name) / "tree"
        files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.split(b"\0")
        for file in filter(None, map(bytes.decode, files)):
            (tree / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / file, tree / file)
        data = Path(name) / "data"
        data.mkdir()
        began = time.monotonic()
        _make_run(data, tree)
        took = time.monotonic() - began
    section.add("first, fresh copy", f"{took:.0f}")
    section.expect(f"first start {took:.0f} s, goal < {FIRST_GOAL:.0f} s", took < FIRST_GOAL)
    return section
