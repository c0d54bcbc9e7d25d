"""What a worker process of a test does."""

import asyncio
from multiprocessing.connection import Connection

from portal_app.automations import listeners
from portal_app.automations.planned import run_due, run_next
from portal_app.core.database import session_scope

assert listeners


def hold(test: Connection) -> None:
    with session_scope() as session:
        test.send(run_next(session))
        test.recv()  # it has run, and is killed before it can commit


def run(test: Connection) -> None:
    test.send(asyncio.run(run_due()))
