"""Projects with file fields, and documents in them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import Session

from portal_app.access.actors import Actor, Role
from portal_app.core.files import new_key
from portal_app.documents.models import Document
from portal_app.documents.purposes import Asked
from portal_app.documents.reading_result import Reading
from portal_app.documents.rules import Kind, Scan
from portal_app.documents.service import add_document
from portal_app.opportunities.models import Opportunity
from tests.factories import actor_of, make_company, make_contact, make_field, make_flow, make_opportunity, make_staff


def reading(name: str = "meter.jpg", size_bytes: int = 1000, kind: Kind = Kind.JPEG) -> Reading:
    return Reading(kind=kind, name=name, size_bytes=size_bytes, content_hash="0" * 64, content=Path("x"), page_count=1)


@dataclass
class Case:
    """A project that stands at a documentation step with a field for several files and one for a single file."""

    session: Session
    project: Opportunity
    customer: Actor
    stranger: Actor
    staff: Actor
    many: str
    single: str

    def give(self, actor: Actor | None = None, purpose: str = "project", ref_id: str = "", scan: Scan = Scan.CLEAN,
             folder: str = "", **values) -> Document:
        return add_document(self.session, actor or self.customer, Asked(purpose, self.project.id, ref_id, folder),
                            reading(**values), scan, new_key(), new_key())


@pytest.fixture
def case(session: Session) -> Case:
    make_company(session)
    _flow, (step, _end) = make_flow(session, ("Papers", [("Your papers", "initial-documentation"), ("Thanks", None)]))
    contact = make_contact(session)
    many = make_field(session, "files", substage=step, is_required=True, limits={"max_count": 3})
    single = make_field(session, "file", substage=step, limits={"file_types": ["pdf"], "max_file_mb": 2})
    return Case(session, make_opportunity(session, contact=contact, substage=step), actor_of(contact),
                actor_of(make_contact(session)), actor_of(make_staff(session, Role.BACK_OFFICE)), many.id, single.id)
