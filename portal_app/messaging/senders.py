"""The ways out: Resend's HTTP API, SMTP, or the mailbox of the demonstration.

Each gets the same mail under the same id, however often it is tried, and names its failures in words that staff can
read and that hold no personal data.
"""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, formataddr
from typing import Any, Protocol

import resend
from resend.exceptions import ResendError
from resend.http_client_requests import RequestsClient
from sqlmodel import Session

from ..config import Settings, settings
from ..core.clock import now
from ..core.database import insert_or_update, run_short_write
from ..core.texts import msg
from .models import MailboxMessage

SECONDS_PER_STEP = 10
IMPLICIT_TLS_PORT = 465

UNREACHABLE = msg("The mail service could not be reached.")
BUSY = msg("The mail service asked us to wait.")
NO_ACCESS = msg("The mail service does not accept our access. Please check its settings.")
BAD_RECIPIENT = msg("The mail service refused the address of the recipient.")
REFUSED = msg("The mail service refused the message.")
BROKEN = msg("The mail service answered with an error.")
TOO_LATE = msg("The mail could not be delivered in time and has ended.")
WITHOUT_CONSENT = msg("The customer has not agreed to news by e-mail.")
LOCKED_OUT = msg("The customer's access is blocked, and the mail has a link that would open nothing.")

# Everything that may stand in `OutboxMail.last_error`: pages translate it.
REASONS = (UNREACHABLE, BUSY, NO_ACCESS, BAD_RECIPIENT, REFUSED, BROKEN, TOO_LATE, WITHOUT_CONSENT, LOCKED_OUT)


class SendFailed(Exception):
    """A mail did not go out. A temporary failure is tried again, `wait_seconds` later if the service asked for it."""

    def __init__(self, text: str, *, is_temporary: bool, wait_seconds: float = 0.0) -> None:
        super().__init__(text)
        self.text, self.is_temporary, self.wait_seconds = text, is_temporary, wait_seconds


@dataclass(frozen=True, slots=True)
class Letter:
    """What a sender gets."""

    id: str
    to_address: str
    sender: str
    reply_to: str
    subject: str
    html: str
    text: str
    written_at: datetime


class Sender(Protocol):
    async def send(self, letter: Letter) -> str:
        """Gives the service's own id of the mail, or raises `SendFailed`."""
        ...


def sender_address(name: str, address: str = "") -> str:
    """`Name <address>`, on one line whatever the name holds."""
    return formataddr((" ".join(name.split()), address or settings.mail_from))


class MailboxSender:
    """Puts the mail where the demonstration shows it; the same id arrives once."""

    async def send(self, letter: Letter) -> str:
        await run_short_write(_put_into_mailbox, letter)
        return f"mailbox-{letter.id}"


def _put_into_mailbox(session: Session, letter: Letter) -> None:
    session.connection().execute(insert_or_update(session, MailboxMessage).on_conflict_do_nothing(), {
        "id": letter.id, "to_address": letter.to_address, "sender": letter.sender, "subject": letter.subject,
        "html": letter.html, "text": letter.text, "arrived_at": now()})


class ResendSender:
    """Resend, with the mail's id as idempotency key: what arrived there once is not sent again."""

    def __init__(self, api_key: str, url: str) -> None:
        resend.api_key, resend.api_url = api_key, url.rstrip("/")
        resend.default_http_client = RequestsClient(timeout=SECONDS_PER_STEP)

    async def send(self, letter: Letter) -> str:
        return await asyncio.to_thread(self._post, letter)

    def _post(self, letter: Letter) -> str:
        params: dict[str, Any] = {
            "from": letter.sender, "to": [letter.to_address], "subject": letter.subject, "html": letter.html,
            "text": letter.text, "headers": {"Auto-Submitted": "auto-generated", "X-Entity-Ref-ID": letter.id},
        }
        if letter.reply_to:
            params["reply_to"] = letter.reply_to
        try:
            answer = resend.Emails.send(params, {"idempotency_key": letter.id})  # pyright: ignore[reportArgumentType]
        except ResendError as error:
            raise _from_resend(error) from None
        return str(answer.get("id", ""))[:120]


def _number(value: object) -> float:
    try:
        return max(float(str(value)), 0.0)
    except ValueError:
        return 0.0


def _from_resend(error: ResendError) -> SendFailed:
    code = int(_number(error.code))
    if error.error_type == "HttpClientError":
        return SendFailed(UNREACHABLE, is_temporary=True)
    if code == 429:
        headers = {name.lower(): value for name, value in error.headers.items()}
        return SendFailed(BUSY, is_temporary=True, wait_seconds=_number(headers.get("retry-after", 0)))
    if code in (401, 403):  # a wrong key or an unverified domain: staff repair it and the mail still goes out
        return SendFailed(NO_ACCESS, is_temporary=True, wait_seconds=60)
    if code == 409 and error.error_type == "concurrent_idempotent_requests":
        return SendFailed(BUSY, is_temporary=True)
    if code >= 500:
        return SendFailed(BROKEN, is_temporary=True)
    is_address = "`to`" in error.message or " to field" in error.message
    return SendFailed(BAD_RECIPIENT if is_address else REFUSED, is_temporary=False)


class SmtpSender:
    """SMTP with a Message-ID made from the mail's id: tried again it is the same mail."""

    def __init__(self, host: str, port: int, user: str = "", password: str = "", *, starttls: bool = True,
                 domain: str = "") -> None:
        self.host, self.port, self.user, self.password, self.starttls = host, port, user, password, starttls
        self.domain = domain or "portal.invalid"

    def message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage(policy=SMTP_POLICY)
        message["From"] = letter.sender
        message["To"] = letter.to_address
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(letter.written_at)
        message["Message-ID"] = f"<{letter.id}@{self.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        if letter.reply_to:
            message["Reply-To"] = letter.reply_to
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        return message

    def _connect(self) -> smtplib.SMTP:
        if self.port == IMPLICIT_TLS_PORT:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS_PER_STEP,
                                    context=ssl.create_default_context())
        return smtplib.SMTP(self.host, self.port, timeout=SECONDS_PER_STEP)

    def _enter(self, connection: smtplib.SMTP) -> None:
        if self.starttls and self.port != IMPLICIT_TLS_PORT:
            connection.starttls(context=ssl.create_default_context())
        if self.user:
            connection.login(self.user, self.password)

    async def send(self, letter: Letter) -> str:
        return await asyncio.to_thread(self._post, letter)

    def _post(self, letter: Letter) -> str:
        message = self.message(letter)
        try:
            connection = self._connect()
            try:
                self._enter(connection)
                connection.send_message(message)
            finally:
                _say_goodbye(connection)
        except smtplib.SMTPRecipientsRefused as refused:
            code = next(iter(refused.recipients.values()), (550, b""))[0]
            raise _from_smtp(code, BAD_RECIPIENT) from None
        except smtplib.SMTPAuthenticationError:
            raise SendFailed(NO_ACCESS, is_temporary=True, wait_seconds=60) from None
        except smtplib.SMTPResponseException as error:
            raise _from_smtp(error.smtp_code, REFUSED) from None
        except smtplib.SMTPNotSupportedError:
            raise SendFailed(NO_ACCESS, is_temporary=True, wait_seconds=60) from None
        except (smtplib.SMTPException, OSError):
            raise SendFailed(UNREACHABLE, is_temporary=True) from None
        return str(message["Message-ID"])


def _say_goodbye(connection: smtplib.SMTP) -> None:
    """The mail is accepted or refused by now; how the connection ends changes nothing."""
    try:
        connection.quit()
    except (smtplib.SMTPException, OSError):
        connection.close()


def _from_smtp(code: int, refused: str) -> SendFailed:
    if 400 <= code < 500:
        return SendFailed(BUSY, is_temporary=True)
    return SendFailed(refused, is_temporary=False)


_MAKERS: Mapping[str, Callable[[Settings], Sender]] = {
    "mailbox": lambda _: MailboxSender(),
    "resend": lambda s: ResendSender(s.resend_api_key, s.resend_url),
    "smtp": lambda s: SmtpSender(s.smtp_host, s.smtp_port, s.smtp_user, s.smtp_password, starttls=s.smtp_starttls,
                                 domain=s.mail_from.rpartition("@")[2]),
}


def make_sender(chosen: Settings = settings) -> Sender:
    """The sender that the deployment chose."""
    return _MAKERS[chosen.mail_sender](chosen)
