"""A worker process for tests: `python -m messaging.worker write|deliver <resend url>`; environment: the database."""

import asyncio
import sys

from portal_app import models
from portal_app.core.database import session_scope
from portal_app.messaging.delivery import deliver_due
from portal_app.messaging.models import OutboxMail
from portal_app.messaging.senders import ResendSender

assert models  # every table


def write() -> str:
    with session_scope() as session:
        mail = OutboxMail(to_address="lucia@example.com", subject="Hola", html="<p>Hola</p>", text="Hola")
        session.add(mail)
        mail_id = mail.id
    return mail_id


if __name__ == "__main__":
    what, url = sys.argv[1:]
    if what == "write":
        print(write(), flush=True)
        sys.stdin.read()  # committed, and killed before it can send
    else:
        print(asyncio.run(deliver_due(ResendSender("re_test", url))), flush=True)
