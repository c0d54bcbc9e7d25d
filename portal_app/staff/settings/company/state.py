"""Settings → Customer portal: a draft of all entries until it is saved."""

from __future__ import annotations

from typing import Any

import reflex as rx
from pydantic import BaseModel
from sqlmodel import Session

from ....access.actors import STAFF, Actor, Permission
from ....access.modules import MODULES, is_on, scope_of
from ....company.colours import parse_hex
from ....company.schemas import CompanyForm, CompanySnapshot
from ....company.service import get_company, snapshot_of, update_company
from ....company.theme import DEFAULT_SUN, THEMES, check_brand
from ....core.database import run_read, run_write
from ....core.errors import ChangedMeanwhile, InvalidForm, NotAllowed
from ....core.forms import parse
from ....core.texts import LANGUAGES, msg
from ....customers.profile import decisions_for, list_editable
from ....customers.rules import Channel
from ....ui.handlers import handler
from ....ui.i18n import Said
from ....ui.shell_state import SAVE_AGAIN, PortalState

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


def draft_of(company: CompanySnapshot) -> dict[str, str]:
    """The settings as the page edits them: texts only."""
    draft = {name: str(getattr(company, name)) for name in (*PLAIN, *NUMBERS)}
    draft["languages"] = " ".join(company.languages)
    draft["consent_channels"] = " ".join(each for each in Channel if each in company.consent_channels)
    draft["customer_edits"] = " ".join(name for name, opened in list_editable(company.customer_edits).items() if opened)
    draft["sign_up_is_open"] = "open" if company.sign_up_is_open else ""
    draft["reactivation_is_open"] = "open" if company.reactivation_is_open else ""
    draft["modules"] = " ".join(key for key in SWITCHED if is_on(company.modules, key))
    draft |= {f"scope-{key}": "account" if scope_of(company.modules, key) == "account" else "" for key in SCOPED}
    for name in TEXTS:
        draft |= {f"{name}.{language}": getattr(company, name).get(language, "") for language in LANGUAGES}
    return draft


def modules_of(draft: dict[str, str]) -> dict[str, dict[str, Any]]:
    """What is decided about the modules; of the others nothing is, they are as the registry says."""
    on = draft.get("modules", "").split()
    return {key: {"on": key in on or key not in SWITCHED,
                  "scope": ("account" if draft.get(f"scope-{key}") else "contact") if key in SCOPED else module.scope}
            for key, module in MODULES.items() if key in SWITCHED or key in SCOPED}


def entries_of(draft: dict[str, str], version: int, sun_color: str) -> dict[str, Any]:
    entries: dict[str, Any] = {name: draft.get(name, "") for name in (*PLAIN, *NUMBERS)}
    for name in TEXTS:
        entries[name] = {language: draft.get(f"{name}.{language}", "") for language in LANGUAGES}
    return entries | {
        "languages": draft.get("languages", "").split(), "consent_channels": draft.get("consent_channels", "").split(),
        "modules": modules_of(draft),
        "customer_edits": decisions_for(draft.get("customer_edits", "").split()),
        "reactivation_is_open": draft.get("reactivation_is_open") == "open",
        "sign_up_is_open": draft.get("sign_up_is_open") == "open", "version": version, "sun_color": sun_color}


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


class CompanyState(PortalState, rx.State):
    draft: dict[str, str] = {}
    revision: int = 0
    changed: list[str] = []
    contrasts: list[Contrast] = []
    weak_count: int = 0
    offered: dict[str, bool] = {}
    chosen: dict[str, bool] = {}
    logo: str = ""
    logo_error: Said = Said()
    may_edit: bool = False

    _saved: dict[str, str] = {}
    _version: int = 0
    _sun: str = DEFAULT_SUN

    @handler(STAFF)
    async def load(self):
        self.may_edit = self._actor.can(EDIT)
        if self.may_edit and not self.changed:  # after a lost connection what was written stays
            self._show(await run_read(read_settings, self._actor))
        self.is_loaded = True

    def _show(self, company: CompanySnapshot) -> None:
        self._saved, self._version, self._sun = draft_of(company), company.version, company.sun_color
        self.logo = company.logo_path
        self._put(dict(self._saved))

    def _put(self, draft: dict[str, str]) -> None:
        self.draft = draft
        self.revision += 1
        self.field_errors = {}
        self._note_changes()
        self._measure()

    def _measure(self) -> None:
        self.contrasts = contrasts_of(self.draft["brand_color"], self._sun)
        self.weak_count = sum((not each.light_passes) + (not each.dark_passes) for each in self.contrasts)

    def _note_changes(self) -> None:
        names = [name.partition(".")[0] for name, text in self.draft.items() if text != self._saved.get(name, "")]
        self.changed = list(dict.fromkeys(names))
        offered = self.draft["languages"].split()
        self.offered = {language: language in offered for language in LANGUAGES}
        self.chosen = {f"{field}.{key}": key in self.draft[field].split() for field, keys in CHOICES.items() for key in keys}

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
        keys = CHOICES.get(field, ())
        if key in keys:
            kept = set(self.draft[field].split())
            kept = kept | {key} if is_on is True else kept - {key}
            self.draft = {**self.draft, field: " ".join(each for each in keys if each in kept)}
            self._note_changes()

    @handler(EDIT)
    def discard(self):
        self._put(dict(self._saved))

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
                await self._take_in()
        if self.field_errors:  # they may stand far up the page
            await self._notify(InvalidForm.text, "error")

    async def _take_in(self) -> None:
        """What somebody else saved, under what is written here."""
        mine = {field: text for field, text in self.draft.items() if text != self._saved.get(field, "")}
        self._show(await run_read(read_settings, self._actor))
        self._put({**self.draft, **mine})
        await self._notify(SAVE_AGAIN, "error")

    # The logo is put by plain HTTP and holds at once

    @handler(EDIT)
    async def logo_changed(self):
        company = await run_read(read_settings, self._actor)
        self.logo, self._version, self.logo_error = company.logo_path, company.version, Said()
        await self._notify(msg("The new logo is in place.") if company.logo_key else msg("The logo is removed."))

    @handler(EDIT)
    def logo_refused(self, text_id: str, values: dict[str, Any]):
        kept = {str(name)[:40]: value for name, value in values.items() if isinstance(value, str | int | float)}
        self.logo_error = Said(id=str(text_id)[:20], values=kept)
