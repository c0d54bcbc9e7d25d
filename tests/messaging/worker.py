"""What a worker process of a test does."""

import asyncio
from multiprocessing.connection import Connection

from portal_app.core.database import session_scope
from portal_app.messaging.delivery import deliver_due
from portal_app.messaging.models import OutboxMail
from portal_app.messaging.senders import ResendSender


def write(test: Connection) -> None:
    with session_scope() as session:
        mail = OutboxMail(to_address="lucia@example.com", subject="Hola", html="<p>Hola</p>", text="Hola")
        session.add(mail)
        mail_id = mail.id
    test.send(mail_id)
    test.recv()  # committed, and killed before it can send


def deliver(test: Connection, resend_url: str) -> None:
    test.send(asyncio.run(deliver_due(ResendSender("re_test", resend_url))))
