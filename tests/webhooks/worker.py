"""A worker process for tests: `python -m webhooks.worker write|deliver <endpoint id>`; environment: database, networks."""

import asyncio
import sys

from portal_app import models
from portal_app.core.database import session_scope
from portal_app.webhooks.delivery import deliver_due
from portal_app.webhooks.service import enqueue_message

assert models  # every table

if __name__ == "__main__":
    what, endpoint_id = sys.argv[1:]
    if what == "write":
        with session_scope() as session:
            message_id = enqueue_message(session, endpoint_id, "step.entered", {"n": 1}, {})
        print(message_id, flush=True)
        sys.stdin.read()  # committed, and killed before it can call
    else:
        print(asyncio.run(deliver_due()), flush=True)
