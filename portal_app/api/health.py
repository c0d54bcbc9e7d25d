"""/healthz: whether this installation can do its work."""

from __future__ import annotations

from typing import Any

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from fastapi import APIRouter
from fastapi.responses import JSONResponse

from ..config import ROOT
from ..core.clock import now
from ..core.database import read_connection, read_scope
from ..messaging.service import oldest_unsent_at

router = APIRouter()
LATE_SECONDS = 900


def _migrations() -> str:
    wanted = ScriptDirectory.from_config(Config(str(ROOT / "alembic.ini"))).get_current_head()
    with read_connection() as connection:
        return "ok" if MigrationContext.configure(connection).get_current_revision() == wanted else "pending"


def _mail() -> dict[str, Any]:
    with read_scope() as session:
        oldest = oldest_unsent_at(session)
    seconds = int((now() - oldest).total_seconds()) if oldest else 0
    return {"oldest_unsent_seconds": seconds, "status": "late" if seconds > LATE_SECONDS else "ok"}


@router.get("/healthz")
def health() -> JSONResponse:
    """200 when database, migrations and mail are as they should be, else 503 with what is not."""
    try:
        found: dict[str, Any] = {"database": "ok", "migrations": _migrations(), "mail": _mail()}
    except Exception as error:
        return JSONResponse({"status": "failing", "database": type(error).__name__}, 503)
    good = found["migrations"] == "ok" and found["mail"]["status"] == "ok"
    return JSONResponse({"status": "ok" if good else "failing", **found}, 200 if good else 503,
                        headers={"cache-control": "no-store"})
