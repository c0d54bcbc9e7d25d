"""A production server of the portal with its own port and data, for as long as something is measured."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
START_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Nothing of the surroundings but what a program needs: the portal's own settings would change the figures."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "REFLEX_"))}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "", "PORTAL_DATA_FOLDER": str(folder), "PORTAL_LOG_LEVEL": "WARNING", **more}


def prepare(what: str, folder: Path, *arguments: str, **env: str) -> Any:
    """Runs `prepare.py` for a database of its own and gives what it made."""
    done = subprocess.run([sys.executable, HERE / "prepare.py", what, *arguments], env=environment(folder, **env), cwd=ROOT,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, timeout=400)
    if done.returncode:
        sys.exit(f"preparing {what} failed")
    return json.loads(done.stdout.splitlines()[-1])


class Server:
    """`with Server(folder) as server:` serves until the end of the block."""

    def __init__(self, folder: Path, command: list[str] | None = None, cwd: Path = ROOT, health: str = "/healthz",
                 start_seconds: float = START_SECONDS, **env: str) -> None:
        self.port = int(env.get("PORTAL_PORT") or free_port())
        self.url = f"http://localhost:{self.port}"
        self.command = command or [sys.executable, "tools/serve.py"]
        self.cwd, self.health, self.most_seconds = cwd, health, start_seconds
        self.log = folder / f"server-{self.port}.log"
        self.env = environment(folder, **{"PORTAL_PORT": str(self.port), **env})

    def __enter__(self) -> Server:
        began = time.monotonic()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(self.command, cwd=self.cwd, env=self.env, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT, start_new_session=True)
        pause = threading.Event()
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() - began > self.most_seconds:
                self.stop()
                sys.exit(f"the server did not start:\n{self.log.read_text()[-3000:]}")
            pause.wait(0.05)
        self.start_seconds = time.monotonic() - began
        return self

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}{self.health}", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)

    def memory_bytes(self) -> int:
        """Memory of all its processes; what they share is counted once."""
        return sum(_proportional_bytes(pid) for pid in processes_of(self.process.pid))

    def errors(self) -> list[str]:
        """Lines of the log that tell of something wrong."""
        text = self.log.read_text(errors="replace")
        return [line for line in text.splitlines() if "ERROR" in line or "Traceback" in line or '"level": "error"' in line]


def processes_of(leader: int) -> list[int]:
    """The processes of the session that this one leads."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.getsid(int(entry.name)) == leader:
                found.append(int(entry.name))
        except ProcessLookupError:
            continue
    return found


def _proportional_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def is_page_built(route: str) -> bool:
    return (ROOT / ".web" / "build" / "client" / route.strip("/") / "index.html").exists()


Made = Mapping[str, Any]
