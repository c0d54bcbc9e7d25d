"""What a worker process of a test does."""

import asyncio
from multiprocessing.connection import Connection

from portal_app.core.database import session_scope
from portal_app.webhooks.delivery import deliver_due
from portal_app.webhooks.service import enqueue_message


def write(test: Connection, endpoint_id: str) -> None:
    with session_scope() as session:
        message_id = enqueue_message(session, endpoint_id, "step.entered", {"n": 1}, {})
    test.send(message_id)
    test.recv()  # committed, and killed before it can call


def deliver(test: Connection) -> None:
    test.send(asyncio.run(deliver_due()))
