"""Which PDF somebody may read, and keeping it. Rendering happens between the two, outside any transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlmodel import Session

from ..access.actors import Actor
from ..company.service import company_snapshot
from ..core import files
from ..core.errors import NotFound
from ..opportunities.service import get_visible
from .models import Offer, OfferFile
from .pdf import Look, render_pdf
from .rules import OfferStatus, VersionContent
from .versions import content_of, get_version, read_content

# What a customer may still read: everything that was shown and not taken back.
SHOWN = (OfferStatus.SHARED, OfferStatus.ACCEPTED, OfferStatus.DECLINED, OfferStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class Paper:
    """One version in one language; without `version_id` it is a draft, which only staff see and nobody keeps."""

    content: VersionContent
    language: str
    version_id: str = ""
    version_hash: str = ""
    file_key: str = ""

    @property
    def file_name(self) -> str:
        """Letters, digits and dashes only, whatever the number of the offer holds."""
        number = "".join(c if c.isascii() and c.isalnum() else "-" for c in self.content.number).strip("-")
        return f"offer-{number}-v{self.content.version}-{self.language}.pdf"


def find_paper(session: Session, actor: Actor, offer_id: str, language: str) -> Paper:
    """The newest version that was shown; for staff of an offer that never was, the draft."""
    offer = session.get(Offer, offer_id)
    if offer is None:
        raise NotFound
    get_visible(session, actor, offer.opportunity_id)
    if actor.is_customer and offer.status not in SHOWN:
        raise NotFound
    if offer.version == 0:
        return Paper(content_of(session, offer, 0), language)
    version = get_version(session, offer.id, offer.version)
    kept = session.get(OfferFile, (version.id, language))
    return Paper(read_content(version), language, version.id, version.content_hash, kept.file_key if kept else "")


def read_paper(paper: Paper) -> bytes | None:
    """The kept file, if there is one. A folder that was not restored with the database is no loss: the same bytes can
    be made again."""
    if not paper.file_key:
        return None
    try:
        return files.read(paper.file_key)
    except FileNotFoundError:
        return None


def render_paper(paper: Paper) -> bytes:
    """A new file. No database: call it between two sessions."""
    company = company_snapshot()
    look = Look(company.brand_color, company.sun_color, company.time_zone,
                files.read(company.logo_key) if company.logo_key else b"")
    return render_pdf(paper.content, paper.version_hash, paper.language, look)


def keep_paper(session: Session, paper: Paper, file_key: str, content: bytes) -> bool:
    """Remembers the file of a version; False when somebody else was quicker and it is not needed."""
    content_hash = hashlib.sha256(content).hexdigest()
    kept = session.get(OfferFile, (paper.version_id, paper.language), with_for_update=True)
    if kept is None:
        session.add(OfferFile(version_id=paper.version_id, language=paper.language, file_key=file_key,
                              content_hash=content_hash))
    elif kept.file_key == paper.file_key:
        kept.file_key, kept.content_hash = file_key, content_hash
        session.add(kept)
    else:
        return False
    session.flush()
    return True
