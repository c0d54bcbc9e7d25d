"""A field that takes files: what is asked first, then what was given, each with its state, and the way to give more."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...ui import components as c
from ...ui.i18n import t
from ...ui.upload import upload
from .state import StepState


def file_field(field: Any, error: Any) -> rx.Component:
    place = f"field-{field.id}"
    described = rx.cond(error != "", f"{place}-error ", "").to(str) + rx.cond(field.help != "", f"{place}-help", "").to(str)
    return rx.el.div(
        rx.el.b(field.label, rx.cond(field.is_required | field.is_locked, rx.fragment(), rx.el.span(
            " ", t("(optional)"), class_name="opt")), id=rx.Var.create(f"{place}-label")),
        rx.cond(field.help != "", rx.el.p(field.help, class_name="hint", id=rx.Var.create(f"{place}-help"))),
        upload(
            "field", field.files.to(list[dict[str, Any]]), StepState.file_changed, project=StepState.project_id,
            ref=field.id, labelledby=rx.Var.create(f"{place}-label"), describedby=described, accept=field.accept,
            kinds_text=field.kinds_text, max_bytes=field.max_bytes, most_files=field.most_files,
            is_closed=field.is_locked, is_invalid=error != "", test_id="upload"),
        rx.cond(field.is_locked & (field.answer == ""), rx.el.p(t("No file"), class_name="muted small")),
        rx.cond(error != "", c.error_text(error, rx.Var.create(f"{place}-error"))),
        id=rx.Var.create(f"{place}-place"), class_name="field file-field", custom_attrs={"data-testid": "file-field"})
