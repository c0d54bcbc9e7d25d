"""Two colleagues wrote at once: what the one who saves second is told, and the choice between what both wrote."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import reflex as rx
from pydantic import BaseModel

from ..access.staff import get_last_editor
from ..core.database import run_read
from ..core.drafts import Draft, merge, part_of
from ..core.texts import LANGUAGES, server_text, translate
from ..ui import components as c
from ..ui.drafting import read_next
from ..ui.i18n import t, tn
from ..ui.shell_state import PortalState

SOMEBODY = server_text("Somebody else")


class ConflictEntry(BaseModel):
    """A line of a list that two people changed; of an action also when it happens."""

    name: str
    flags: str = ""
    note: str = ""
    moment: str = ""
    hours: int = 0
    times: int = 0


class ConflictRow(BaseModel):
    """What two people wrote at once: both texts, and which of them the draft holds."""

    field: str
    part: str
    language: str = ""
    theirs: str = ""
    mine: str = ""
    side: str = "mine"
    their_entries: list[ConflictEntry] = []
    my_entries: list[ConflictEntry] = []


class MeanwhileState(PortalState, rx.State, mixin=True):
    """Mixed into the state of an editor with a draft."""

    conflict_with: str = ""
    taken_count: int = 0
    conflicts: list[ConflictRow] = []

    LISTS: ClassVar[tuple[str, ...]] = ()  # the fields of the draft that are lists

    _saved: Draft = {}  # what the draft was made of

    @rx.var
    def keeps_theirs(self) -> bool:
        """Whether no text of one's own stays where both wrote: then there may be nothing to save."""
        return all(row.side == "theirs" for row in self.conflicts)

    @abstractmethod
    def _draft(self) -> Draft:
        """What stands in the editor."""

    @abstractmethod
    def _put(self, draft: Draft) -> None:
        """Replaces it."""

    def _entries_in_words(self, field: str, text: str) -> list[ConflictEntry]:
        """What stands in the list `field`."""
        return []

    def _show_saved(self, saved: Draft | None = None) -> None:
        """Begins with what is saved; what was written is given up."""
        self._saved = self._saved if saved is None else saved
        self._forget_conflicts()
        self._put(self._saved)

    def _forget_conflicts(self) -> None:
        self.conflict_with, self.conflicts, self.taken_count, self.field_errors = "", [], 0, {}

    async def _last_editor(self, thing: str, thing_id: str) -> str:
        return await run_read(get_last_editor, self._actor, thing, thing_id)

    async def _meet(self, by: str, theirs: Draft) -> None:
        """Somebody else saved `theirs` first. Both people's changes stand in the draft; what both wrote is for this one to
        choose."""
        mine = self._draft()
        merged = merge(self._saved, mine, theirs, self.LISTS)
        mine |= {field: merged.draft[field] for field in self.LISTS}
        self._saved = theirs
        self.conflict_with, self.taken_count = by or translate(self._language, SOMEBODY), len(merged.taken)
        self.conflicts = [self._conflict(field, theirs.get(field, ""), mine.get(field, "")) for field in merged.conflicts]
        self._put(merged.draft)
        await self._forget_notices()  # that something changed is told here now

    def _conflict(self, field: str, theirs: str, mine: str, side: str = "mine") -> ConflictRow:
        detail = field.partition(".")[2]
        return ConflictRow(
            field=field, part=part_of(field), language=detail if detail in LANGUAGES else "", theirs=theirs, mine=mine,
            side=side, their_entries=self._entries_in_words(field, theirs), my_entries=self._entries_in_words(field, mine))

    def _choose_side(self, field: str, side: str) -> None:
        """Puts one of the two texts into the draft; the other stays beside it."""
        row = next((row for row in self.conflicts if row.field == field), None)
        if row is None or side not in ("mine", "theirs") or side == row.side:
            return
        draft = self._draft()
        mine = draft[field] if row.side == "mine" else row.mine
        chosen = self._conflict(field, row.theirs, mine, side)
        self.conflicts = [chosen if each.field == field else each for each in self.conflicts]
        self._put({**draft, field: row.theirs if side == "theirs" else mine})


def named(parts: Any, names: Mapping[str, Any]) -> Any:
    """Public name, description, fields: the parts of a draft that saving would change."""
    return rx.foreach(parts, lambda part, at: rx.fragment(rx.cond(at > 0, ", ", ""), rx.match(part, *names.items(), "")))


def _name(entry: Any) -> Any:
    return rx.el.span(entry.name, class_name="block")


def plain(row: Any, text: Any) -> Any:
    return rx.cond(text == "", t("(empty)"), text)


def meanwhile(
    state: Any, names: Mapping[str, Any], text: Callable[[Any, Any], Any] = plain,
    entry: Callable[[Any], rx.Component] = _name, class_name: str = "stack",
) -> rx.Component:  # fmt: skip
    """Somebody else saved first: what both wrote stands side by side until one is chosen and saved.

    `state` is a `MeanwhileState` with a handler `choose_side`. `names` are those of the draft's parts, `text` and
    `entry` say what stands there and in a list.
    """
    def side(row: Any, name: str, whose: Any, value: Any, entries: Any) -> rx.Component:
        words = rx.el.span(text(row, value), class_name="pre")
        return rx.el.button(
            rx.el.span(whose, class_name="tiny muted block"),
            rx.cond(entries.length() > 0, rx.fragment(rx.foreach(entries, entry)), words),
            type="button", class_name="side", aria_pressed=rx.cond(row.side == name, "true", "false"),
            on_click=state.choose_side(row.field, name),
        )

    def conflict(row: Any) -> rx.Component:
        return rx.el.li(
            rx.el.b(rx.match(row.part, *names.items(), ""),
                    rx.cond(row.language != "", rx.el.span(" ", row.language.upper()))),
            rx.el.div(side(row, "theirs", state.conflict_with, row.theirs, row.their_entries),
                      side(row, "mine", t("You"), row.mine, row.my_entries), class_name="sides"),
        )

    return rx.cond(state.conflict_with != "", rx.el.div(
        c.note(
            "sun", t("{name} saved this meanwhile.", name=state.conflict_with),
            rx.cond(state.conflicts.length() == 0,
                    t("Your changes are still here, together with theirs. Save again to keep both."),
                    rx.cond(state.keeps_theirs,
                            t("What they wrote stays. Your text is still here, should you choose it after all."),
                            t("You both wrote here. Choose which text stays, then save; until then nothing is lost."))),
            rx.cond(state.taken_count > 0, rx.el.span(" ", tn(
                "{n} change of theirs was taken over.", "{n} changes of theirs were taken over.", state.taken_count))),
            icon_name="users", role="status",
        ),
        rx.el.ul(rx.foreach(state.conflicts, conflict), class_name="conflicts"),
        read_next("b"),
        custom_attrs={"data-testid": "meanwhile"}, class_name=class_name,
    ))
