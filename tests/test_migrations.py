"""One head; an empty and a filled database are brought to it on SQLite and PostgreSQL, and end as the models say."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, func, inspect, text
from sqlalchemy import table as sa_table
from sqlmodel import Session, SQLModel, select

from portal_app import models
from portal_app.automations.models import ActionTrouble
from portal_app.config import ROOT, settings
from portal_app.core.database import make_engine
from portal_app.core.sealed import unseal
from portal_app.customers.models import BankAccount
from portal_app.demo.company import build_everything
from portal_app.webhooks.models import WebhookEndpoint
from tests.factories import make_company, make_opportunity

assert models
FIRST = "initial_schema"
CONFIG = Config(str(ROOT / "alembic.ini"))


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_engine(request: pytest.FixtureRequest, tmp_path) -> Iterator[Engine]:
    """A database of its own without any table."""
    if request.param == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path / 'bare.db'}")
        yield engine
        engine.dispose()
        return
    server = make_engine(request.getfixturevalue("postgresql_url"))
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP DATABASE IF EXISTS bare"))
        connection.execute(text("CREATE DATABASE bare"))
    engine = make_engine(server.url.set(database="bare").render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    server.dispose()


def _upgrade(engine: Engine, revision: str = "head") -> None:
    with engine.connect() as connection:
        config = Config(str(ROOT / "alembic.ini"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


def _downgrade(engine: Engine, revision: str) -> None:
    with engine.connect() as connection:
        config = Config(str(ROOT / "alembic.ini"))
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()


def _row_counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {table: connection.execute(select(func.count()).select_from(sa_table(table))).scalar_one()
                for table in inspect(engine).get_table_names()}


def _words(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return sorted(connection.execute(text("SELECT word FROM opportunity_word")).scalars())


def _differences(engine: Engine) -> list:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, SQLModel.metadata)


def test_there_is_one_head():
    assert len(ScriptDirectory.from_config(CONFIG).get_heads()) == 1


def test_an_empty_database_ends_as_the_models_say(bare_engine):
    _upgrade(bare_engine)
    assert _differences(bare_engine) == []


def test_a_filled_database_keeps_what_it_holds_and_is_searched_as_before(bare_engine):
    """Filled as it is today, brought back to the first revision (so that it is an old one), and up again."""
    _upgrade(bare_engine)
    with Session(bare_engine) as session:
        build_everything(session)
        session.commit()
    words = _words(bare_engine)
    assert any(" " in word for word in words)
    _downgrade(bare_engine, FIRST)
    assert not any(" " in word for word in _words(bare_engine))
    before = _row_counts(bare_engine)
    assert min(before[table] for table in ("contact", "opportunity", "substage_change", "offer", "audit")) > 0
    _upgrade(bare_engine)
    assert {table: count for table, count in _row_counts(bare_engine).items() if table in before} == before | {
        table: _row_counts(bare_engine)[table] for table in ("contact_word", "opportunity_word")}
    assert _words(bare_engine) == words
    assert _differences(bare_engine) == []


def test_secrets_of_webhooks_outlive_the_way_they_are_kept(bare_engine):
    """Receivers go on with the secret that they were given when it was made of a nonce."""
    _upgrade(bare_engine, "bank_accounts_of_customers")
    with bare_engine.begin() as connection:
        for endpoint_id, old_nonce in (("a" * 32, ""), ("b" * 32, "before")):
            connection.execute(text(
                "INSERT INTO webhook_endpoint (id, name, url, is_on, tells_contact, nonce, old_nonce, switched_off_because,"
                " version, created_at, changed_at) VALUES (:id, 'CRM', 'https://x.example', true, false, 'now', :old, '', 1,"
                " '2026-11-21 12:00:00+00:00', '2026-11-21 12:00:00+00:00')"), {"id": endpoint_id, "old": old_nonce})
    _upgrade(bare_engine)
    with Session(bare_engine) as session:
        rows = {row.id[0]: row for row in session.exec(select(WebhookEndpoint))}
    key = hmac.digest(settings.secret.encode(), f"webhook\0{'a' * 32}\0now".encode(), "sha256")
    assert unseal(rows["a"].sealed_secret) == f"whsec_{base64.b64encode(key).decode()}"
    assert rows["a"].old_sealed_secret == ""
    assert len({unseal(rows["b"].sealed_secret), unseal(rows["b"].old_sealed_secret)}) == 2


def test_bank_accounts_are_sealed_and_lose_no_digit(bare_engine):
    _upgrade(bare_engine, "whose_turn_it_is")
    with bare_engine.begin() as connection:
        for statement in (
                "INSERT INTO account (id, name, created_at) VALUES ('a', 'Home', '2026-11-21 12:00:00+00:00')",
                "INSERT INTO contact (id, account_id, email, name, phone, address, language, is_active, created_at)"
                " VALUES ('c', 'a', 'ana@example.com', 'Ana', '', '', 'en', true, '2026-11-21 12:00:00+00:00')",
                "INSERT INTO bank_account (contact_id, holder, iban, changed_at)"
                " VALUES ('c', 'Ana Ruiz', 'ES9121000418450200051332', '2026-11-21 12:00:00+00:00')"):
            connection.execute(text(statement))
    _upgrade(bare_engine)
    with Session(bare_engine) as session:
        account = session.exec(select(BankAccount)).one()
    assert (account.holder, account.iban_end) == ("Ana Ruiz", "1332")
    assert unseal(account.sealed_iban) == "ES9121000418450200051332"
    _downgrade(bare_engine, "whose_turn_it_is")
    with bare_engine.connect() as connection:
        assert connection.execute(text("SELECT iban FROM bank_account")).scalar_one() == "ES9121000418450200051332"


def test_troubles_from_before_name_their_step_in_the_companys_language(bare_engine):
    _upgrade(bare_engine)
    with Session(bare_engine) as session:
        make_company(session, default_language="es")
        opportunity_id = make_opportunity(session).id
        for reason, detail in (("circle", {"step": "Tejado"}), ("notice", {})):
            session.add(ActionTrouble(opportunity_id=opportunity_id, reason=reason, detail=detail))
        session.commit()
    _downgrade(bare_engine, "links_may_work_more_than_once")
    _upgrade(bare_engine)
    with Session(bare_engine) as session:
        found = {row.reason: row.detail for row in session.exec(select(ActionTrouble))}
    assert found == {"circle": {"step": {"es": "Tejado"}}, "notice": {}}
