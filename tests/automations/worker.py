"""A worker process for tests: `python -m automations.worker hold|run`; environment: the database."""

import asyncio
import sys

from portal_app import models
from portal_app.automations import listeners
from portal_app.automations.planned import run_due, run_next
from portal_app.core.database import session_scope

assert models, listeners

if __name__ == "__main__":
    if sys.argv[1] == "hold":
        with session_scope() as session:
            print(run_next(session), flush=True)
            sys.stdin.read()  # it has run, and is killed before it can commit
    else:
        print(asyncio.run(run_due()), flush=True)
