"""Sessions that write commit once; sessions that read never do."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from factories import make_contact, make_opportunity
from sqlmodel import Session, select

from portal_app.core.database import read_scope
from portal_app.core.ids import ID_LENGTH, new_id
from portal_app.customers.models import Contact


def test_times_come_back_aware_and_in_utc(session: Session):
    at = datetime(2026, 3, 29, 3, 30, tzinfo=timezone(timedelta(hours=2)))
    contact = make_contact(session, created_at=at)
    session.expire_all()
    found = session.exec(select(Contact.created_at).where(Contact.id == contact.id)).one()
    assert found == at
    assert found.tzinfo == UTC


def test_an_opportunity_needs_its_customer(session: Session):
    opportunity = make_opportunity(session)
    assert len(opportunity.id) == ID_LENGTH


def test_ids_are_unique_and_grow():
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert ids[0][:8] <= ids[-1][:8]


def test_a_reading_session_that_is_written_to_is_an_error():
    with pytest.raises(RuntimeError, match="written"), read_scope() as session:
        session.add(Contact(account_id=new_id(), email="a@example.com", name="A"))
