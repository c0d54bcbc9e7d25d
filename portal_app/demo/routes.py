"""POST /demo/reset, for testers. It exists only where the deployment allows it (`PORTAL_DEMO_RESET`)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from ..config import settings
from .scenarios import SCENARIOS, reset

router = APIRouter()


class ResetForm(BaseModel):
    scenario: str = "full"


@router.post("/demo/reset")
def reset_demo(form: ResetForm) -> dict[str, Any]:
    if not (settings.is_demo and settings.demo_reset) or form.scenario not in SCENARIOS:
        raise HTTPException(404)
    return reset(form.scenario)
