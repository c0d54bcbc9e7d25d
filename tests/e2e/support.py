"""The running portal as a test sees it from outside: health, demo mailbox, reset of the demonstration."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import psutil


def wait_until(holds: Callable[[], bool], seconds: float = 30) -> bool:
    """Asks until it holds; False when it did not in time."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not holds():
        if time.monotonic() > deadline:
            return False
        pause.wait(0.1)
    return True


def stop_and_see_what_is_left(server: subprocess.Popen) -> list[int]:
    """Ctrl-C, as a terminal sends it to everything that was started there; gives what goes on all the same."""
    if server.poll() is not None:
        return []
    started = psutil.Process(server.pid).children(recursive=True)
    os.killpg(server.pid, signal.SIGINT)
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
    _, left = psutil.wait_procs(started, timeout=10)
    for process in left:
        process.kill()
    return [process.pid for process in left]


@dataclass(frozen=True)
class Mail:
    subject: str
    html: str
    text: str
    to: str

    @property
    def link(self) -> str:
        """The sign-in link of the mail."""
        found = re.search(r"https?://[^\s\"'<>]+/access/[\w-]+", unescape(self.html))
        assert found, f"no link in {self.subject!r}"
        return found[0]

    @property
    def code(self) -> str:
        found = re.search(r"\b\d{3}[\s\u202f\u00a0]?\d{3}\b", self.text)
        assert found, f"no code in {self.subject!r}"
        return re.sub(r"\D", "", found[0])


@dataclass
class Portal:
    url: str
    log: Path | None = None
    seen: dict[str, int] = field(default_factory=dict)

    def _open(self, path: str, data: dict | None = None) -> bytes:
        body = json.dumps(data).encode() if data is not None else None
        request = urllib.request.Request(f"{self.url}{path}", body, {"Origin": self.url, "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    @property
    def is_here(self) -> bool:
        """Whether it runs on this machine, where it can call back."""
        return self.log is not None

    def is_healthy(self) -> bool:
        try:
            return json.loads(self._open("/healthz"))["status"] == "ok"
        except (OSError, ValueError, KeyError):  # not there yet, or somebody else is
            return False

    def reset(self, scenario: str) -> dict:
        """Empties the demonstration and fills it with a scenario; gives the ids and addresses of what it made."""
        return {**json.loads(self._open("/demo/reset", {"scenario": scenario})), "url": self.url}

    def expire_links(self) -> None:
        """As if the time of every link that was mailed were over."""
        self._open("/demo/expire-links", {})

    def let_hours_pass(self, hours: int) -> None:
        """For what is planned it is later by so many hours."""
        self._open("/demo/let-hours-pass", {"hours": hours})

    def mails_to(self, address: str) -> list[Mail]:
        """Newest first."""
        found = json.loads(self._open(f"/mailbox/messages.json?to={urllib.parse.quote(address)}"))
        return [Mail(m["subject"], m["html"], m["text"], m["to"]) for m in found["messages"]]

    def wait_for_mail(self, address: str, subject: str = "", after: int = 0) -> Mail:
        """The newest mail to `address` whose subject contains `subject`, once there are more than `after` of them."""
        found: list[Mail] = []

        def came() -> bool:
            found[:] = [mail for mail in self.mails_to(address) if subject in mail.subject]
            return len(found) > after

        assert wait_until(came), f"no mail {subject!r} to {address}"
        return found[0]
