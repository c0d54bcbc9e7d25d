"""Choosing the file with customers."""

from __future__ import annotations

import reflex as rx

from ...ui.beside import beside


def _report(name: rx.Var[str], report: rx.Var[dict]) -> tuple[rx.Var[str], rx.Var[dict]]:
    return name, report


def _refused(name: rx.Var[str], text_id: rx.Var[str], values: rx.Var[dict]) -> tuple[rx.Var[str], rx.Var[str], rx.Var[dict]]:
    return name, text_id, values


class ImportFile(rx.Component):
    library = beside(__name__, __file__, "file_picker.jsx").importable_path
    tag = "ImportFile"

    address: rx.Var[str]
    label: rx.Var[str]
    again_label: rx.Var[str]
    import_label: rx.Var[str]
    busy_label: rx.Var[str]
    ready: rx.Var[bool]
    invites: rx.Var[bool]

    on_report: rx.EventHandler[_report]
    on_refused: rx.EventHandler[_refused]
