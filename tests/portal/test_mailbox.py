"""The demonstration's mailbox in the browser."""

import pytest
from sqlmodel import Session

from portal_app.config import settings
from portal_app.core.clock import now
from portal_app.messaging.models import MailboxMessage
from portal_app.portal.mailbox.state import MailboxState
from portal_app.portal.mailbox.view import mailbox
from tests.handling import Tab
from tests.staff.settings.conftest import house

assert house


def put(session: Session, to: str, subject: str) -> str:
    message = MailboxMessage(to_address=to, sender="s", subject=subject, html="h", text="t", arrived_at=now())
    session.add(message)
    session.commit()
    return message.id


def test_the_page_can_be_built():
    assert "mail-list" in str(mailbox())


def test_what_came_is_shown_to_anybody_newest_first(house):
    first = put(house.session, "a@example.com", "one")
    put(house.session, "b@example.com", "two")
    tab = Tab(None, MailboxState)
    page = tab.send("load")
    assert [row.subject for row in page.rows] == ["two", "one"]
    assert page.shown.subject == "two"
    tab.send("open_mail", first)
    assert tab.page.shown.subject == "one"
    tab.send("filter_by", " B@example.com ")
    assert [row.subject for row in tab.page.rows] == ["two"]
    put(house.session, "b@example.com", "three")
    tab.send("look")
    assert [row.subject for row in tab.page.rows] == ["three", "two"]
    assert [each.value for each in tab.page.address_options] == ["a@example.com", "b@example.com"]


def test_the_address_may_choose_whose_mails(house):
    put(house.session, "a@example.com", "one")
    page = Tab(None, MailboxState, to="A@example.com").send("load")
    assert (page.address, len(page.rows)) == ("a@example.com", 1)
    assert Tab(None, MailboxState, to="c@example.com").send("load").rows == []


@pytest.mark.parametrize("message_id", ["x", "0" * 32, None])
def test_an_unknown_mail_is_told(house, message_id):
    tab = Tab(None, MailboxState)
    tab.send("open_mail", message_id)
    assert tab.was_told("This does not exist or is not open to you.")


def test_where_mail_goes_out_for_real_there_is_no_page(house, monkeypatch: pytest.MonkeyPatch):
    put(house.session, "a@example.com", "one")
    monkeypatch.setattr(settings, "mail_sender", "smtp")
    page = Tab(None, MailboxState).send("load")
    assert (page.is_missing, page.rows) == (True, [])
