"""The store and the tables say the same: orphans go, what is missing is said, and nothing that is under way is touched."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from portal_app.company.models import Company
from portal_app.config import settings
from portal_app.core import clock, files
from portal_app.core.clock import now
from portal_app.core.errors import NotFound
from portal_app.core.files import PARTS, Stored
from portal_app.documents import sweep
from portal_app.documents.errors import QuotaReached
from portal_app.documents.models import Document
from portal_app.documents.rules import GONE, Scan
from portal_app.documents.service import file_view, get_readable
from tests.documents.conftest import Case
from tests.factories import make_company, make_contact, make_opportunity
from tests.serving import serve_from
from tests.stores import S3Like, store

assert store
DAY = timedelta(days=1)
LATER = sweep.LEFT_ALONE + DAY


def key_of(part: str, number: int) -> str:
    return f"{part}{number:038x}"


def test_each_part_has_its_turn_once_a_day(session: Session):
    at, claimed = now(), []
    for number in range(len(PARTS)):
        with clock.fixed(at + number * sweep.BETWEEN_PARTS):
            assert sweep.is_due(session)
            claimed.append(sweep.claim_part(session))
            assert not sweep.is_due(session)
            assert sweep.claim_part(session) is None
    assert claimed == list(PARTS)
    with clock.fixed(at + DAY):
        assert sweep.claim_part(session) == PARTS[0]


def test_of_many_workers_one_takes_the_part(empty_database: Engine):
    from tests.access.conftest import at_once

    def claim(_: int) -> str | None:
        with Session(empty_database) as session:
            part = sweep.claim_part(session)
            session.commit()
            return part

    assert sorted(at_once(8, claim), key=str) == [PARTS[0], *[None] * 7]


def test_whatever_a_row_names_is_no_orphan(case: Case):
    """Every table that keeps a file says so at its column."""
    given = case.give()
    company = case.session.exec(select(Company)).one()
    company.logo_key = key_of(given.content_key[:2], 1)
    case.session.add(company)
    case.session.flush()
    part, old = given.content_key[:2], now() - LATER
    assert sweep.known_keys(case.session, given.thumbnail_key[:2]) >= {given.thumbnail_key}
    assert sweep.known_keys(case.session, part) >= {given.content_key, company.logo_key}
    orphan, young = Stored(key_of(part, 2), old), Stored(key_of(part, 3), now())
    stored = [Stored(given.content_key, old), Stored(company.logo_key, old), orphan, young]
    assert sweep.compare(case.session, part, stored, now() - sweep.LEFT_ALONE) == ([orphan], [], [])


def test_what_is_gone_is_said_and_takes_no_room(case: Case, monkeypatch: pytest.MonkeyPatch):
    given = case.give(size_bytes=1000)
    part, before = given.content_key[:2], now() + DAY
    monkeypatch.setattr("portal_app.documents.service.MAX_BYTES_OF_PROJECT", 1500)
    with pytest.raises(QuotaReached):
        case.give(size_bytes=1000)
    assert sweep.compare(case.session, part, [], now() - sweep.LEFT_ALONE).lost == []  # it may still be under way
    assert sweep.compare(case.session, part, [], before).lost == [given.id]
    sweep.mark(case.session, [given.id], Scan.LOST)
    with pytest.raises(NotFound):
        get_readable(case.session, case.customer, given.id)
    assert file_view(case.session, case.customer, given).is_lost
    assert not file_view(case.session, case.customer, given).has_thumbnail
    case.give(size_bytes=1000)
    assert given.id not in sweep.compare(case.session, part, [], before).lost  # the new one may lie in the same part
    assert sweep.compare(case.session, part, [Stored(given.content_key, now())], before).back == [given.id]
    sweep.mark(case.session, [given.id], Scan.OFF)
    assert get_readable(case.session, case.customer, given.id) is given


def test_what_the_scanner_deleted_is_not_missing(case: Case):
    given = case.give(scan=Scan.INFECTED)
    assert sweep.compare(case.session, given.content_key[:2], [], now() + DAY).lost == []
    sweep.mark(case.session, [given.id], Scan.LOST)
    assert given.scan == Scan.INFECTED
    assert set(GONE) == {Scan.INFECTED, Scan.LOST}


# -- the whole way, through the store ----------------------------------------------------------------------------------


@pytest.fixture
def put(empty_database: Engine, monkeypatch: pytest.MonkeyPatch, store: S3Like | None, tmp_path: Path) -> Callable[..., str]:
    """Puts a file of two digits into the store, with a row or without."""
    serve_from(empty_database, monkeypatch)
    with Session(empty_database, expire_on_commit=False) as session:
        make_company(session)
        project = make_opportunity(session, contact=make_contact(session))
        session.commit()

    def put_one(key: str, *, has_row: bool = True, is_stored: bool = True) -> str:
        if is_stored:
            monkeypatch.setattr(files, "new_key", lambda: key)
            files.store(b"content")
            if store is None:
                long_ago = (now() - LATER).timestamp()
                os.utime(settings.files_folder / key[:2] / key, (long_ago, long_ago))
        if has_row:
            with Session(empty_database) as session:
                session.add(Document(
                    opportunity_id=project.id, account_id=project.account_id, contact_id=project.contact_id,
                    purpose="project", folder="client", is_public=True, name="a.jpg", kind="jpeg", size_bytes=1,
                    content_hash="0" * 64, content_key=key, scan=Scan.CLEAN, uploaded_by_kind="staff", uploaded_by_id="",
                    uploaded_by_name="", created_at=now() - LATER))
                session.commit()
        return key

    return put_one


def scans(engine: Engine) -> dict[str, str]:
    with Session(engine) as session:
        return dict(session.exec(select(Document.content_key, Document.scan)).all())


@pytest.mark.anyio
async def test_a_part_is_set_right(put, empty_database: Engine):
    kept, lost = put(key_of("ab", 1)), put(key_of("ab", 2), is_stored=False)
    orphans = {put(key_of("ab", number), has_row=False) for number in (3, 4)}
    elsewhere = put(key_of("cd", 5), has_row=False)
    with clock.fixed(now() + LATER):  # S3 says when it got them
        found = await sweep.look_through("ab")
    assert {each.name for each in found.orphans} == orphans
    assert scans(empty_database) == {kept: "clean", lost: "lost"}
    assert files.read(kept) == b"content"
    assert files.read(elsewhere) == b"content"
    for key in orphans:
        with pytest.raises(FileNotFoundError):
            files.read(key)
    put(lost, has_row=False)
    await sweep.look_through("ab")
    assert scans(empty_database) == {kept: "clean", lost: "off"}


@pytest.mark.anyio
async def test_an_empty_store_in_place_of_ours_condemns_nothing(put, empty_database: Engine, caplog):
    keys = [put(key_of("ab", number), is_stored=False) for number in range(3)]
    await sweep.look_through("ab")
    assert scans(empty_database) == dict.fromkeys(keys, "clean")
    assert "is it the right store?" in caplog.text


@pytest.mark.anyio
async def test_a_store_that_our_tables_do_not_know_is_left_alone(put, empty_database: Engine, caplog):
    others = [put(key_of("ab", number), has_row=False) for number in range(3)]
    with clock.fixed(now() + LATER):
        await sweep.look_through("ab")
    assert [files.read(key) for key in others] == [b"content"] * 3
    assert "is it the right store?" in caplog.text


@pytest.mark.anyio
async def test_nobody_looks_before_it_is_time(put, monkeypatch: pytest.MonkeyPatch):
    looked: list[str] = []

    async def look_through(part: str) -> None:
        looked.append(part)

    monkeypatch.setattr(sweep, "look_through", look_through)
    for _ in range(3):
        await sweep.sweep_due()
    assert looked == [PARTS[0]]
