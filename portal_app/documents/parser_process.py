"""The process in which files of strangers are parsed. A parser that crashes, hangs, swallows memory or is taken over has
this process and nothing else: no secrets, no files that are open, no network, little memory, an end when nothing comes.

It takes one order per line and answers with one line; what it may write is a folder that the order names.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from .errors import FileRefused, TooHardToRead
from .reading import PAGE_PX, read_file, render_page
from .rules import Kind

MEMORY_BYTES = 2 * 1024**3
FILE_BYTES = 256 * 1024**2
OPEN_FILES = 64
TASKS = 16  # one for the work, some for decoders that bring threads of their own
IDLE_SECONDS = 30

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES = 38


def _confine() -> None:
    os.closerange(3, 1 << 16)
    _go_nowhere()
    _leave_the_network()
    for what, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_FSIZE, FILE_BYTES), (resource.RLIMIT_CORE, 0),
                       (resource.RLIMIT_NOFILE, OPEN_FILES)):
        _limit(what, most)
    _limit_tasks()


def _go_nowhere() -> None:
    """Into a folder that is gone: what names no folder can be neither read nor written."""
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    os.rmdir(folder)


def _leave_the_network() -> None:
    """Where the kernel lets anybody do so: a network without addresses, and no way to more rights."""
    with suppress(OSError, AttributeError):
        kernel = ctypes.CDLL(None)
        kernel.unshare(_NEW_USER | _NEW_NETWORK)
        kernel.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def _limit(what: int, most: int) -> None:
    limit = _at_most(what, most)
    resource.setrlimit(what, (limit, limit))


def _at_most(what: int, most: int) -> int:
    _soft, hard = resource.getrlimit(what)
    return most if hard == resource.RLIM_INFINITY else min(most, hard)


def _limit_tasks() -> None:
    """Only where this process is counted alone, which is in a user namespace of its own: elsewhere the portal's own
    threads are counted with it, and decoders could not start theirs."""
    before, most = resource.getrlimit(resource.RLIMIT_NPROC), _at_most(resource.RLIMIT_NPROC, TASKS)
    resource.setrlimit(resource.RLIMIT_NPROC, (most, before[1]))
    try:
        probe = threading.Thread(target=int)
        probe.start()
        probe.join()
    except RuntimeError:
        resource.setrlimit(resource.RLIMIT_NPROC, before)
    else:
        _limit(resource.RLIMIT_NPROC, most)


def _work(order: dict[str, Any]) -> dict[str, Any]:
    try:
        if order["task"] == "page":
            render_page(Path(order["source"]), order["number"], PAGE_PX, Path(order["into"]) / "page")
            return {"done": {}}
        reading = read_file(Path(order["source"]), order["name"], tuple(map(Kind, order["wanted"])), Path(order["into"]))
        return {"done": reading.model_dump(mode="json")}
    except FileRefused as refused:
        return {"refused": type(refused).__name__, "values": dict(refused.values)}
    except MemoryError:
        return {"refused": TooHardToRead.__name__, "values": {}}


def main() -> None:
    _confine()
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints is no answer
    pending = b""
    while True:
        ready, _, _ = select.select([0], [], [], IDLE_SECONDS)
        received = os.read(0, 65536) if ready else b""
        if not received:
            return
        pending += received
        while b"\n" in pending:
            line, _, pending = pending.partition(b"\n")
            answers.write(json.dumps(_work(json.loads(line))) + "\n")


if __name__ == "__main__":
    sys.exit(main())
