"""A database of a test in place of the process's own."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from portal_app.core import database


def serve_from(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the test ends, whatever the process reads and writes is in this database."""
    reading = engine.execution_options(**{database.READS_ONLY: True})
    impatient = engine.execution_options(**{database.IMPATIENT: True})
    monkeypatch.setattr(database, "engine", lambda: engine)
    monkeypatch.setattr(database, "_read_engine", lambda: reading)
    monkeypatch.setattr(database, "_impatient_engine", lambda: impatient)
