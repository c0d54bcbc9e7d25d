"""Importing customers: dry first, all or nothing, twice changes nothing, and mails come afterwards."""

from __future__ import annotations

import pytest
from sqlmodel import Session, select

from portal_app.access.actors import Role
from portal_app.access.requests import NotIssued
from portal_app.core import events
from portal_app.core.audit import AuditRow
from portal_app.core.errors import NotAllowed, TooManyRequests
from portal_app.core.texts import text_id
from portal_app.customers import importing, search
from portal_app.customers.announcements import announce_one
from portal_app.customers.csv_rules import TWICE_IN_FILE, ColumnMissing
from portal_app.customers.events import CustomerRegistered
from portal_app.customers.importing import MOST_ERRORS_TOLD, ErrorsLeft, import_customers
from portal_app.customers.models import Account, Announcement, Contact, ContactWord
from portal_app.customers.service import list_customers
from tests.factories import actor_of, make_company, make_contact, make_staff
from tests.handling import served

assert served
FILE = ("Name;E-mail;Telefon;Firma\nAna Núñez;ANA@example.com;+34 600 000 001;\nBo;bo@example.com;;Bo & Co\n").encode()


@pytest.fixture
def office(served: Session):
    make_company(served, default_language="de")
    actor = actor_of(make_staff(served, Role.BACK_OFFICE))
    served.commit()
    return actor


def addresses(session: Session) -> list[str]:
    session.rollback()
    return sorted(session.exec(select(Contact.email)))


def test_a_dry_run_enters_nothing(served, office):
    report = import_customers(office, FILE, is_dry=True)
    assert (report.is_done, report.new, report.known, report.error_count, report.separator) == (False, 2, 0, 0, ";")
    assert addresses(served) == []


def test_all_are_entered_found_and_belong_to_accounts(served, office):
    report = import_customers(office, FILE, is_dry=False)
    assert (report.is_done, report.new, report.known) == (True, 2, 0)
    assert addresses(served) == ["ana@example.com", "bo@example.com"]
    people = {row.email: row for row in served.exec(select(Contact))}
    assert {row.language for row in people.values()} == {"de"}
    assert all(row.is_active for row in people.values())
    assert served.get_one(Account, people["bo@example.com"].account_id).name == "Bo & Co"
    assert served.get_one(Account, people["ana@example.com"].account_id).name == "Ana Núñez"
    for query, email in (("nunez", "ana@example.com"), ("600 000 001", "ana@example.com"), ("bo", "bo@example.com")):
        assert [row.email for row in list_customers(served, office, query).rows] == [email]
    audit = served.exec(select(AuditRow).where(AuditRow.verb == "import")).one()
    assert audit.detail == {"new": 2, "known": 0, "invites": False}
    assert served.exec(select(Announcement)).all() == []


def test_twice_changes_nothing(served, office):
    import_customers(office, FILE, is_dry=False)
    served.exec(select(Contact).where(Contact.email == "bo@example.com")).one().phone = "123456"
    served.commit()
    assert import_customers(office, FILE, is_dry=True).known == 2
    report = import_customers(office, FILE, is_dry=False)
    assert (report.new, report.known) == (0, 2)
    assert addresses(served) == ["ana@example.com", "bo@example.com"]
    assert served.exec(select(Contact.phone).where(Contact.email == "bo@example.com")).one() == "123456"


def test_with_one_error_nothing_is_entered(served, office):
    file = FILE + b"Eva;eva@example.com;;\nEva;EVA@example.com;;\n;x;;\n"
    report = import_customers(office, file, is_dry=True)
    assert [(error.line, error.column) for error in report.errors] == [(5, "email"), (6, "name"), (6, "email")]
    assert (report.errors[0].text_id, report.errors[0].values) == (text_id(TWICE_IN_FILE), {"line": 4})
    assert report.new == 3
    with pytest.raises(ErrorsLeft):
        import_customers(office, file, is_dry=False)
    assert addresses(served) == []


def test_so_many_errors_are_counted_and_the_first_told(served, office):
    file = b"name,email\n" + b",\n" * 5 + b"A,wrong\n" * 1000
    report = import_customers(office, file, is_dry=True)
    assert (report.error_count, len(report.errors)) == (1000, MOST_ERRORS_TOLD)
    assert report.errors[0].line == 7


def test_who_is_known_stays(served, office):
    make_contact(served, email="ana@example.com", name="Ana as she is")
    served.commit()
    assert import_customers(office, FILE, is_dry=True).model_dump(include={"new", "known"}) == {"new": 1, "known": 1}
    import_customers(office, FILE, is_dry=False)
    served.rollback()
    assert served.exec(select(Contact.name).where(Contact.email == "ana@example.com")).one() == "Ana as she is"


def test_mails_come_afterwards_one_by_one_and_once(served, office, monkeypatch):
    told: list[str] = []
    monkeypatch.setattr(events, "_listeners", {CustomerRegistered: [lambda _s, event: told.append(event.contact_id)]})
    import_customers(office, FILE, is_dry=False, invites=True)
    assert told == []
    assert announce_one(served)
    served.rollback()  # stopped before the commit: nothing of it happened
    told.clear()
    while announce_one(served):
        served.commit()
    assert sorted(told) == sorted(served.exec(select(Contact.id)))
    assert len(told) == 2
    served.rollback()
    import_customers(office, FILE, is_dry=False, invites=True)
    assert not announce_one(served)


def test_who_could_not_be_told_waits_and_holds_nobody_up(served, office, monkeypatch):
    def failing(*_) -> None:
        raise OSError("no space left")

    import_customers(office, FILE, is_dry=False, invites=True)
    with monkeypatch.context() as broken:
        broken.setattr(events, "_listeners", {CustomerRegistered: [failing]})
        with pytest.raises(NotIssued) as failure:
            announce_one(served)
    served.rollback()
    assert [announce_one(served, [failure.value.key]) for _ in range(2)] == [True, False]
    assert [announce_one(served) for _ in range(2)] == [True, False]


def test_who_was_locked_out_meanwhile_gets_no_mail(served, office, monkeypatch):
    told: list[str] = []
    monkeypatch.setattr(events, "_listeners", {CustomerRegistered: [lambda _s, event: told.append(event.contact_id)]})
    import_customers(office, FILE, is_dry=False, invites=True)
    for person in served.exec(select(Contact)):
        person.is_active = False
    served.commit()
    while announce_one(served):
        served.commit()
    assert told == []


def test_words_that_a_stopped_import_left_out_are_written_after_the_restart(served, office, monkeypatch):
    def stopped(_after: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(importing, "_write_words", stopped)
        with pytest.raises(KeyboardInterrupt):
            import_customers(office, FILE, is_dry=False)
    assert addresses(served) == ["ana@example.com", "bo@example.com"]
    assert list_customers(served, office, "nunez").rows == []
    monkeypatch.setattr(importing, "_Looked", type("Looked", (), {"place": ""}))
    monkeypatch.setattr(search, "WRITTEN_AT_ONCE", 1)  # fewer than there are to write: it goes on behind the last written
    while importing.complete_words(served):
        served.commit()
    assert [row.email for row in list_customers(served, office, "nunez").rows] == ["ana@example.com"]
    assert [row.email for row in list_customers(served, office, "bo").rows] == ["bo@example.com"]
    assert not importing.complete_words(served)


def test_customers_are_entered_before_the_many_words_that_find_them(served, office, monkeypatch):
    """The one long transaction holds nothing that could wait: others who write wait for it."""
    transactions: list[set[str]] = [set()]
    insert_all, write = importing._insert, importing.write_missing_words
    monkeypatch.setattr(importing, "_insert", lambda session, table, rows: (
        transactions[-1].add(table.__tablename__), insert_all(session, table, rows)))
    monkeypatch.setattr(importing, "write_missing_words", lambda session, after: (
        transactions.append({"contact_word"}), write(session, after))[1])
    import_customers(office, FILE, is_dry=False)
    assert transactions == [{"account", "contact"}, {"contact_word"}, {"contact_word"}]


def test_only_who_may_imports(served, office):
    for role in (Role.SALES, Role.VIEWER, Role.INSTALLER):
        with pytest.raises(NotAllowed):
            import_customers(actor_of(make_staff(served, role)), FILE, is_dry=True)
    served.rollback()
    with pytest.raises(ColumnMissing):
        import_customers(office, b"name\nA\n", is_dry=True)
    for _ in range(29):
        import_customers(office, b"name,email\nA,a@example.com\n", is_dry=True)
    with pytest.raises(TooManyRequests):
        import_customers(office, FILE, is_dry=True)


def test_more_than_one_statement_takes_are_entered_in_one_go(served, office, monkeypatch):
    monkeypatch.setattr(importing.time, "sleep", lambda _seconds: None)  # nobody else wants the database
    for name in ("ROWS_AT_ONCE", "ADDRESSES_AT_ONCE"):
        monkeypatch.setattr(importing, name, 40)
    count = 2 * 40 + 1
    file = ("name,email,address\n" + "".join(f"Person {n},p{n}@example.com,Way {n}\n" for n in range(count))).encode()
    assert import_customers(office, file, is_dry=False).new == count
    assert import_customers(office, file, is_dry=True).model_dump(include={"new", "known"}) == {"new": 0, "known": count}
    served.rollback()
    assert [row.email for row in list_customers(served, office, f"p{count - 1}").rows] == [f"p{count - 1}@example.com"]
    assert len(served.exec(select(ContactWord.word).where(ContactWord.word == "person")).all()) == count
