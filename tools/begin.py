"""Begins a portal: makes the company and its first administrator, and prints the link to choose the password.

Run again with the address of an administrator it prints a new link, for the day when nobody gets in any more:

    python tools/begin.py --company "Sol Norte" --name "Ana Pérez" --email ana@example.com --language es
    python tools/begin.py --email ana@example.com
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sqlmodel import Session, col, select  # noqa: E402

from portal_app import models  # noqa: E402
from portal_app.access.actors import Role  # noqa: E402
from portal_app.access.models import StaffMember  # noqa: E402
from portal_app.access.rules import address_key  # noqa: E402
from portal_app.access.staff import StaffForm  # noqa: E402
from portal_app.access.staff_sign_in import add_first_administrator, create_staff_token  # noqa: E402
from portal_app.automations.service import ensure_default_actions  # noqa: E402
from portal_app.company.models import Company  # noqa: E402
from portal_app.company.service import ensure_company  # noqa: E402
from portal_app.config import refuse_unsafe_values, settings  # noqa: E402
from portal_app.core.database import session_scope  # noqa: E402
from portal_app.core.errors import InvalidForm  # noqa: E402
from portal_app.core.forms import parse  # noqa: E402
from portal_app.core.texts import LANGUAGES  # noqa: E402
from portal_app.messaging.defaults import ensure_templates  # noqa: E402
from portal_app.support.types import ensure_case_types  # noqa: E402
from tools.migrate import migrate_to_head  # noqa: E402

assert models


class Refused(Exception):
    """Why nothing was done, for whoever sits at the terminal."""


def begin(session: Session, company: str, name: str, email: str, language: str) -> str:
    """A company with its templates, actions and types of cases, and its first administrator; the token of their link."""
    try:
        form = parse(StaffForm, {"name": name, "email": email, "role": Role.ADMINISTRATOR.value, "language": language})
    except InvalidForm as refused:
        raise Refused(f"please check: {', '.join(refused.errors)}") from None
    if not 0 < len(company.strip()) <= 120:
        raise Refused("the name of the company has 1 to 120 characters")
    ensure_company(session, company.strip(), default_language=language)
    ensure_templates(session, language)
    ensure_default_actions(session)
    ensure_case_types(session)
    member = add_first_administrator(session, form.email, form.name, form.language)
    return create_staff_token(session, member.id, "invitation")


def let_in_again(session: Session, email: str) -> str:
    """The token of a new link for an administrator; older ones end, sessions and password stay until it is used."""
    member = session.exec(select(StaffMember).where(
        StaffMember.email == address_key(email), StaffMember.role == Role.ADMINISTRATOR.value,
        col(StaffMember.is_active))).one_or_none()
    if member is None:
        raise Refused("there is a company already, and no administrator with this address")
    return create_staff_token(session, member.id, "reset")


def link_for(session: Session, given: argparse.Namespace) -> str:
    has_company = session.exec(select(Company.id)).first() is not None
    if has_company:
        token = let_in_again(session, given.email)
    else:
        token = begin(session, given.company, given.name, given.email, given.language)
    return f"{settings.url}/staff/password?token={token}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--company", default="", help="its name, as customers read it")
    parser.add_argument("--name", default="", help="the administrator's name")
    parser.add_argument("--email", required=True, help="the administrator's address")
    parser.add_argument("--language", default="en", choices=LANGUAGES, help="of the company and the administrator")
    given = parser.parse_args()
    refuse_unsafe_values()
    migrate_to_head()
    try:
        with session_scope() as session:
            link = link_for(session, given)
    except Refused as refused:
        sys.exit(f"Nothing was changed: {refused}.")
    print(f"Choose the password here, with the portal running. The link works once and ends by itself:\n{link}")


if __name__ == "__main__":
    main()
