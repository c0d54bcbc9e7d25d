"""The process in which files of strangers are parsed: little memory, no core, no environment, ends when nothing comes.

It takes one order per line and answers with one line; what it may write is a folder that the order names. A parser that
crashes, hangs or swallows memory takes this process with it and nothing else.
"""

from __future__ import annotations

import json
import os
import resource
import select
import sys
from pathlib import Path
from typing import Any

MEMORY_BYTES = 2 * 1024**3
FILE_BYTES = 512 * 1024**2
IDLE_SECONDS = 30


def _limit() -> None:
    for what, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_FSIZE, FILE_BYTES), (resource.RLIMIT_CORE, 0),
                       (resource.RLIMIT_NOFILE, 64)):
        _soft, hard = resource.getrlimit(what)
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (limit, limit))


def _work(order: dict[str, Any]) -> dict[str, Any]:
    from .errors import FileRefused, TooHardToRead
    from .reading import PAGE_PX, read_file, render_page
    from .rules import Kind

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
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints is no answer
    _limit()
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
