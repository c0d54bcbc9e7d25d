"""Settings → Customer portal: a draft of all entries until it is saved."""

from __future__ import annotations

from typing import Any

import reflex as rx
from pydantic import BaseModel
from sqlmodel import Session

from ....access.actors import STAFF, Actor, Permission
from ....access.modules import MODULES, is_on, scope_of
from ....company.colours import parse_hex
from ....company.models import ONLY
from ....company.schemas import CompanyForm, CompanySnapshot
from ....company.service import get_company, snapshot_of, update_company
from ....company.theme import DEFAULT_SUN, THEMES, check_brand
from ....core.database import run_read, run_write
from ....core.drafts import ON, Draft, changed_fields, part_of
from ....core.errors import ChangedMeanwhile, InvalidForm, NotAllowed
from ....core.forms import parse
from ....core.texts import LANGUAGES, msg
from ....customers.profile import decisions_for, list_editable
from ....customers.rules import Channel
from ....ui.handlers import handler
from ....ui.i18n import Said
from ...meanwhile import MeanwhileState

EDIT = Permission.EDIT_COMPANY
PLAIN = ("name", "legal_name", "email", "phone", "address", "website", "brand_color", "default_language")
NUMBERS = ("link_minutes", "link_uses", "code_minutes", "session_idle_hours", "session_days")
TEXTS = ("welcome", "success_text", "failure_text", "consent_text")
EDITABLE = tuple(list_editable({}))
SWITCHED = tuple(key for key, module in MODULES.items() if module.can_be_off)
SCOPED = tuple(key for key, module in MODULES.items() if module.can_be_scoped)
CHOICES: dict[str, tuple[str, ...]] = {"languages": LANGUAGES, "consent_channels": tuple(Channel),
                                       "customer_edits": EDITABLE, "sign_up_is_open": ("open",),
                                       "modules": SWITCHED, **{f"scope-{key}": ("account",) for key in SCOPED},
                                       "reactivation_is_open": ("open",)}
FIELDS = frozenset({*PLAIN, *NUMBERS, *(f"{name}.{language}" for name in TEXTS for language in LANGUAGES)})
LONGEST_ENTRY = 4000


class Contrast(BaseModel):
    """A pair of colours as it was measured in both themes."""

    pair: str
    light: float
    dark: float
    light_passes: bool
    dark_passes: bool


def draft_of(company: CompanySnapshot) -> Draft:
    """The settings as the page edits them."""
    draft = {name: str(getattr(company, name)) for name in (*PLAIN, *NUMBERS)}
    chosen = {
        "languages": company.languages, "consent_channels": company.consent_channels,
        "customer_edits": [name for name, opened in list_editable(company.customer_edits).items() if opened],
        "sign_up_is_open": ["open"] if company.sign_up_is_open else [],
        "reactivation_is_open": ["open"] if company.reactivation_is_open else [],
        "modules": [key for key in SWITCHED if is_on(company.modules, key)],
        **{f"scope-{key}": [scope_of(company.modules, key)] for key in SCOPED}}
    draft |= {f"{field}.{key}": ON if key in chosen[field] else "" for field, keys in CHOICES.items() for key in keys}
    for name in TEXTS:
        draft |= {f"{name}.{language}": getattr(company, name).get(language, "") for language in LANGUAGES}
    return draft


def modules_of(draft: Draft) -> dict[str, dict[str, Any]]:
    """What is decided about the modules; of the others nothing is, they are as the registry says."""
    return {key: {"on": key not in SWITCHED or bool(draft[f"modules.{key}"]),
                  "scope": ("account" if draft[f"scope-{key}.account"] else "contact") if key in SCOPED else module.scope}
            for key, module in MODULES.items() if key in SWITCHED or key in SCOPED}


def entries_of(draft: Draft, version: int, sun_color: str) -> dict[str, Any]:
    entries: dict[str, Any] = {name: draft.get(name, "") for name in (*PLAIN, *NUMBERS)}
    for name in TEXTS:
        entries[name] = {language: draft.get(f"{name}.{language}", "") for language in LANGUAGES}
    chosen = {field: [key for key in keys if draft[f"{field}.{key}"]] for field, keys in CHOICES.items()}
    return entries | {
        "languages": chosen["languages"], "consent_channels": chosen["consent_channels"], "modules": modules_of(draft),
        "customer_edits": decisions_for(chosen["customer_edits"]),
        "reactivation_is_open": bool(chosen["reactivation_is_open"]), "sign_up_is_open": bool(chosen["sign_up_is_open"]),
        "version": version, "sun_color": sun_color}


def contrasts_of(brand: str, sun: str) -> list[Contrast]:
    """The pairs that must be readable, measured; empty while the colour is not written out yet."""
    try:
        results = check_brand(parse_hex(brand.strip().lower()), sun)
    except ValueError:
        return []
    light, dark = ({result.pair: result for result in results if result.theme == theme} for theme in THEMES)
    return [Contrast(pair=pair, light=light[pair].ratio, dark=dark[pair].ratio,
                     light_passes=light[pair].passes, dark_passes=dark[pair].passes) for pair in light]


def read_settings(session: Session, actor: Actor) -> CompanySnapshot:
    if not actor.can(EDIT):
        raise NotAllowed
    return snapshot_of(get_company(session))


class CompanyState(MeanwhileState, rx.State):
    draft: Draft = {}
    revision: int = 0
    changed: list[str] = []
    contrasts: list[Contrast] = []
    weak_count: int = 0
    logo: str = ""
    logo_error: Said = Said()
    may_edit: bool = False

    _version: int = 0
    _sun: str = DEFAULT_SUN

    @handler(STAFF)
    async def load(self):
        self.may_edit = self._actor.can(EDIT)
        if self.may_edit and not self.changed:  # after a lost connection what was written stays
            self._show(await run_read(read_settings, self._actor))
        self.is_loaded = True

    def _show(self, company: CompanySnapshot) -> None:
        self._know(company)
        self._show_saved(draft_of(company))

    def _know(self, company: CompanySnapshot) -> None:
        """What is not in the draft."""
        self._version, self._sun, self.logo = company.version, company.sun_color, company.logo_path

    def _draft(self) -> Draft:
        return dict(self.draft)

    def _put(self, draft: Draft) -> None:
        self.draft = draft
        self.revision += 1
        self._note_changes()
        self._measure()

    def _measure(self) -> None:
        self.contrasts = contrasts_of(self.draft["brand_color"], self._sun)
        self.weak_count = sum((not each.light_passes) + (not each.dark_passes) for each in self.contrasts)

    def _note_changes(self) -> None:
        self.changed = list(dict.fromkeys(part_of(field) for field in changed_fields(self._saved, self.draft)))

    def _write(self, field: str, text: str) -> None:
        self.draft = {**self.draft, field: str(text)[:LONGEST_ENTRY]}
        self._note_changes()
        if field == "brand_color":
            self._measure()

    @handler(EDIT)
    def write(self, field: str, text: str):
        if field in FIELDS:
            self._write(field, text)

    @handler(EDIT)
    def pick_color(self, color: str):
        """From the colour picker: the text beside it follows."""
        self._write("brand_color", color)
        self.revision += 1

    @handler(EDIT)
    def choose(self, field: str, key: str, is_on: bool):
        """Switches one of several choices on or off: a language, a channel, an attribute."""
        if key in CHOICES.get(field, ()):
            self._write(f"{field}.{key}", ON if is_on is True else "")

    @handler(EDIT)
    async def discard(self):
        await self._forget_notices()
        self._show_saved()

    @handler(EDIT)
    def choose_side(self, field: str, side: str):
        self._choose_side(field, side)

    @handler(EDIT)
    async def save(self):
        self.busy = True
        yield
        async with self._showing_errors():
            form = parse(CompanyForm, entries_of(self.draft, self._version, self._sun))
            try:
                self._show(snapshot_of(await run_write(update_company, self._actor, form)))
                await self._notify(msg("Saved. Customers see it from now on."))
            except ChangedMeanwhile:
                company = await run_read(read_settings, self._actor)
                self._know(company)
                await self._meet(await self._last_editor("company", ONLY), draft_of(company))
        if self.field_errors:  # they may stand far up the page
            await self._notify(InvalidForm.text, "error")

    # The logo is put by plain HTTP and holds at once

    @handler(EDIT)
    async def logo_changed(self):
        company = await run_read(read_settings, self._actor)
        self.logo, self.logo_error = company.logo_path, Said()
        if draft_of(company) == self._saved:  # else somebody saved meanwhile, which is met when this draft is saved
            self._version = company.version
        await self._notify(msg("The new logo is in place.") if company.logo_key else msg("The logo is removed."))

    @handler(EDIT)
    def logo_refused(self, text_id: str, values: dict[str, Any]):
        kept = {str(name)[:40]: value for name, value in values.items() if isinstance(value, str | int | float)}
        self.logo_error = Said(id=str(text_id)[:20], values=kept)
