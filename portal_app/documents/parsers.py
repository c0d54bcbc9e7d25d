"""Has files parsed elsewhere: in at most two processes at a time, each with limits of memory and time."""

from __future__ import annotations

import asyncio
import json
import os
import select
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ..config import ROOT
from . import errors
from .errors import FileRefused, TooHardToRead
from .reading_result import Reading
from .rules import Kind

AT_ONCE = 2
SECONDS = 40.0

_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="parse")
_own = threading.local()  # one process for each of these threads


class _Process:
    """A process that parses; started when it is needed and again when it has died."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
        return subprocess.Popen(
            [sys.executable, "-m", "portal_app.documents.parser_process"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, cwd=ROOT, env={**environment, "PYTHONPATH": str(ROOT)}, start_new_session=True)

    def ask(self, order: dict[str, Any], seconds: float) -> dict[str, Any]:
        line = json.dumps(order).encode() + b"\n"
        for attempt in (1, 2):  # the process may just have ended for want of work
            if self.process is None or self.process.poll() is not None:
                self.end()
                self.process = self._start()
            try:
                answer = self._exchange(self.process, line, seconds)
            except BrokenPipeError:
                answer = b""
            if answer.endswith(b"\n"):
                return json.loads(answer)
            self.end()
            if answer is _LATE or attempt == 2:
                break
        raise TooHardToRead

    def _exchange(self, process: subprocess.Popen[bytes], line: bytes, seconds: float) -> bytes:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(line)
        process.stdin.flush()
        deadline, answer = time.monotonic() + seconds, b""
        waiting = select.poll()  # not select.select, which fails once the portal has more than 1024 connections
        waiting.register(process.stdout, select.POLLIN | select.POLLHUP)
        while not answer.endswith(b"\n"):
            if not waiting.poll(max(0.0, deadline - time.monotonic()) * 1000):
                return _LATE
            part = os.read(process.stdout.fileno(), 65536)
            if not part:
                return b""
            answer += part
        return answer

    def end(self) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()


_LATE = b"late"


def _order(task: str, source: Path, into: Path, **more: Any) -> dict[str, Any]:
    """What a parser is told; it stands in no folder, so its paths are whole."""
    return {"task": task, "source": str(source.resolve()), "into": str(into.resolve()), **more}


def _ask(order: dict[str, Any], seconds: float) -> dict[str, Any]:
    if not hasattr(_own, "process"):
        _own.process = _Process()
    answer = _own.process.ask(order, seconds)
    if "refused" in answer:
        kind = getattr(errors, answer["refused"], FileRefused)
        raise kind(**answer["values"])
    return answer["done"]


async def parse_file(source: Path, name: str, wanted: tuple[Kind, ...], into: Path, seconds: float = SECONDS) -> Reading:
    """What `reading.read_file` makes of it, or its reason to refuse; `TooHardToRead` when the parser dies or takes long."""
    return await asyncio.get_running_loop().run_in_executor(_threads, parse_file_here, source, name, wanted, into, seconds)


def parse_file_here(source: Path, name: str, wanted: tuple[Kind, ...], into: Path, seconds: float = SECONDS) -> Reading:
    """`parse_file` for who has a thread of their own, such as the demonstration; still parsed in another process."""
    return Reading.model_validate(_ask(_order("read", source, into, name=name, wanted=list(wanted)), seconds))


async def draw_page(source: Path, number: int, into: Path) -> Path:
    """One page of a stored PDF as a WebP picture."""
    order = _order("page", source, into, number=number)
    await asyncio.get_running_loop().run_in_executor(_threads, _ask, order, SECONDS)
    return into / "page"
