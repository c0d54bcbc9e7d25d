"""/staff/settings/cases: what customers can write about, in which order, and how soon an answer is due."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....support import rules
from ....ui import components as c
from ....ui.i18n import said, t, tn
from ..arranged import arranged_page, language_lines
from .state import CaseTypesState

S: Any = CaseTypesState

PARTS = {"name": t("Name for customers"), "hint": t("A sentence that explains it"),
         "due_hours": t("Hours until our answer is due")}


def case_types() -> rx.Component:
    errors, entries = S.field_errors, S.draft
    return arranged_page(
        S, "type", t("Types of cases"), t("Customers choose one of these when they write to us, in this order."),
        t("New type"), PARTS,
        language_lines("name", PARTS["name"], entries, S.languages, rules.LONGEST_NAME, said(errors["name"])),
        language_lines("hint", PARTS["hint"], entries, S.languages, rules.LONGEST_HINT,
                       said(errors["hint"]), t("(optional)")),
        c.field(PARTS["due_hours"], c.text_input, id="due_hours", type="number", min="1",
                max=str(rules.MOST_HOURS), input_mode="numeric",
                default_value=entries["due_hours"], key=entries["due_hours"],
                error=said(errors["due_hours"]),
                hint=t("Counted day and night, anew whenever the case comes to us. Open cases keep their time.")),
        archived=t("Customers can no longer choose these; their cases stay."),
        about=lambda row: tn("Answer within {n} hour", "Answer within {n} hours", row.due_hours),
        count=lambda row: tn("{n} case", "{n} cases", row.count),
    )
