"""POST /demo/reset, /demo/expire-links and /demo/let-hours-pass, for testers. They exist only where the deployment
allows them (`PORTAL_DEMO_RESET`)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from ..access.links import expire_all_links
from ..automations.planned import bring_forward
from ..config import settings
from ..core.database import session_scope
from .scenarios import SCENARIOS, reset

router = APIRouter()


def _is_allowed() -> bool:
    return settings.is_demo and settings.demo_reset


class ResetForm(BaseModel):
    scenario: str = "full"


@router.post("/demo/reset")
def reset_demo(form: ResetForm) -> dict[str, Any]:
    if not _is_allowed() or form.scenario not in SCENARIOS:
        raise HTTPException(404)
    return reset(form.scenario)


@router.post("/demo/expire-links")
def expire_links() -> dict[str, int]:
    """As if the time of every link that was mailed were over."""
    if not _is_allowed():
        raise HTTPException(404)
    with session_scope() as session:
        return {"expired": expire_all_links(session)}


class HoursForm(BaseModel):
    hours: Annotated[int, Field(ge=1, le=24 * 365)]


@router.post("/demo/let-hours-pass")
def let_hours_pass(form: HoursForm) -> dict[str, int]:
    """For what is planned it is later by so many hours; what is due then runs at once."""
    if not _is_allowed():
        raise HTTPException(404)
    with session_scope() as session:
        return {"planned": bring_forward(session, form.hours)}
