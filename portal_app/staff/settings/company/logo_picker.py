"""Choosing the company's logo."""

from __future__ import annotations

import reflex as rx

from ....ui.beside import beside


def _refused(text_id: rx.Var[str], values: rx.Var[dict]) -> tuple[rx.Var[str], rx.Var[dict]]:
    return text_id, values


class LogoPicker(rx.Component):
    library = beside(__name__, __file__, "logo_picker.jsx").importable_path
    tag = "LogoPicker"

    address: rx.Var[str]
    label: rx.Var[str]
    remove_label: rx.Var[str]
    has_logo: rx.Var[bool]

    on_done: rx.EventHandler[rx.event.no_args_event_spec]
    on_refused: rx.EventHandler[_refused]
