"""Fills an empty database with the demonstration company."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from ..access.models import LoginLink
from ..automations.forms import StepActionsForm
from ..automations.step_lists import save_step_actions
from ..company.service import get_company
from ..core import clock
from ..core.database import session_scope
from ..core.forms import parse
from .build import Demo, build_company, build_customer, build_flow, build_offers, build_opportunity, read
from .cases import build_cases


def fill() -> None:
    with session_scope() as session:
        build_everything(session)
        freshen_links(session)


def freshen_links(session: Session) -> None:
    """The links in mails of stories that lie days back open the portal all the same: whoever tries them comes now."""
    session.execute(update(LoginLink).where(col(LoginLink.uses_left) > 0).values(
        expires_at=clock.now() + timedelta(minutes=get_company(session).link_minutes)))


def build_everything(session: Session) -> Demo:
    demo = build_company(session)
    build_flow(demo)
    for person in reversed(read("customers")):
        _build_household(demo, person)
    build_cases(demo)
    build_what_comes_by_itself(demo)
    return demo


def build_what_comes_by_itself(demo: Demo) -> None:
    """Reminders and such. Set once everybody stands where they are, they count from now: nobody is mailed at once."""
    for key, actions in read("by_itself").items():
        save_step_actions(demo.session, demo.administrator, parse(StepActionsForm, {
            "substage_id": demo.substages[key], "actions": actions}))


def _build_household(demo: Demo, person: dict[str, Any]) -> None:
    """A customer who came some days ago and whose way is spread over these days."""
    with clock.fixed(clock.now() - timedelta(days=person["days"])):
        contact = build_customer(demo, person)
    opportunity = build_opportunity(demo, contact, person["at"], days=person["days"], draws=True,
                                    accepts=person.get("accepted", False))
    if person.get("offers"):
        build_offers(demo, opportunity)
