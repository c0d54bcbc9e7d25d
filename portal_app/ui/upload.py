"""Uploading files, and looking at them.

    upload(purpose, files, on_changed, project="", ref="", label=…, kinds=…, max_bytes=…, most_files=…)
        `files` is a Var of `list[documents.service.FileView]`; `on_changed(file_id)` runs after a file has arrived or has
        been taken away: read `files` again there. With `files=None` the page shows elsewhere what has arrived. What is on
        its way, refused or lost stands in the browser only.
        `is_closed` shows the files and takes none; `label` or `labelledby` names the group (a field's label), and
        `describedby` leads to its help or error; `is_invalid` marks it. `folder_from` is the id of the control whose value,
        when files are chosen, says into which folder of the project they go.
    file_thumb(file)         a thumbnail that opens the file in a dialog: pictures, and PDFs page by page
    file_name(file)          its name, as a link to its download where it can be had
    file_pill(file)          why it cannot be had; nothing where it can

They are loaded when the first of them is shown, or with the page where `soon(LIBRARY)` says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx
from reflex.vars import VarData
from reflex_base.utils.imports import ImportVar

from ..core.texts import msg, text_id
from ..documents.errors import FileTooLarge, TooManyFiles
from ..documents.rules import ENDINGS, KIND_NAMES, MAX_FILE_BYTES, MEDIA_TYPES, Kind
from .beside import beside
from .buttons import plain_link
from .i18n import LIBRARY as TEXTS
from .i18n import t
from .icon_paths import PATHS
from .surfaces import pill
from .words import Event, Flag, Text

LIBRARY = beside(__name__, __file__, "upload.jsx").importable_path
ADDRESS = "/api/files"

WORDS: dict[str, str] = {name: text_id(text) for name, text in {
    "accepted": msg("Accepted"),
    "arrived": msg("{name} has arrived."),
    "cancel": msg("Stop sending {name}"),
    "checking": msg("Being checked for viruses"),
    "chooseMany": msg("Choose files"),
    "chooseOne": msg("Choose a file"),
    "close": msg("Close"),
    "download": msg("Download"),
    "drop": msg("Or drop files here."),
    "dropOne": msg("Or drop the file here."),
    "gone": msg("No longer there"),
    "limits": msg("{kinds}, up to {megabytes} MB each."),
    "limitsOne": msg("{kinds}, up to {megabytes} MB."),
    "look": msg("Look at {name}"),
    "lost": msg("The connection was lost. Nothing else is lost: please try again."),
    "page": msg("Page {number} of {count}"),
    "pages": msg("Pages"),
    "photo": msg("Take a photo"),
    "progress": msg("Sending {name}"),
    "reading": msg("is being checked"),
    "rejected": msg("Please send this again:"),
    "rejectedBy": msg("{name}, {date}"),
    "remove": msg("Remove {name}"),
    "removed": msg("{name} has been removed."),
    "retry": msg("Try again"),
    "sending": msg("on its way"),
    "stored": msg("has arrived"),
    "tooLarge": FileTooLarge.text,
    "tooMany": TooManyFiles.text,
    "waiting": msg("waits for its turn"),
}.items()}
ICONS = {name: PATHS[path] for name, path in {
    "alert": "alert-circle", "bad": "file-x", "camera": "camera", "download": "download", "file": "file-text",
    "image": "image", "trash": "trash", "upload": "upload", "x": "x"}.items()}


def _hooked(name: str, hook: str) -> rx.Var:
    return rx.Var(_js_expr=name, _var_data=VarData(
        imports={TEXTS: [ImportVar(tag=hook)]}, hooks={f"const {name} = {hook}();": None}))


def _file_id(document_id: rx.Var[str]) -> tuple[rx.Var[str]]:
    return (document_id,)


class Upload(rx.NoSSRComponent):
    library = LIBRARY
    tag = "Upload"

    address: rx.Var[str]
    purpose: rx.Var[str]
    project: rx.Var[str]
    target: rx.Var[str]
    folder_from: rx.Var[str]
    files: rx.Var[Any]
    accept: rx.Var[str]
    max_bytes: rx.Var[int]
    most_files: rx.Var[int]
    has_camera: rx.Var[bool]
    is_closed: rx.Var[bool]
    is_invalid: rx.Var[bool]
    label: rx.Var[str]
    labelledby: rx.Var[str]
    describedby: rx.Var[str]
    test_id: rx.Var[str]
    words: rx.Var[dict[str, str]]
    icons: rx.Var[dict[str, str]]
    say: rx.Var[Any]
    fmt: rx.Var[Any]

    on_changed: rx.EventHandler[_file_id]


class FileThumb(rx.NoSSRComponent):
    library = LIBRARY
    tag = "FileThumb"

    file: rx.Var[Any]
    address: rx.Var[str]
    words: rx.Var[dict[str, str]]
    icons: rx.Var[dict[str, str]]
    say: rx.Var[Any]


def accepted_by(kinds: Sequence[Kind]) -> str:
    """What the browser's file dialog offers."""
    return ",".join(dict.fromkeys(each for kind in kinds for each in (
        MEDIA_TYPES[kind], *(f".{ending}" for ending in ENDINGS[kind][:2]))))


def upload(
    purpose: str,
    files: Any,
    on_changed: Event,
    *,
    project: Text = "",
    ref: Text = "",
    folder_from: str = "",
    label: Text = "",
    labelledby: str | rx.Var[str] = "",
    describedby: str | rx.Var[str] = "",
    kinds: Sequence[Kind] = tuple(Kind),
    accept: str | rx.Var[str] | None = None,
    kinds_text: Text | None = None,
    max_bytes: int | rx.Var[int] = MAX_FILE_BYTES,
    most_files: int | rx.Var[int] = 20,
    has_camera: Flag = True,
    is_closed: Flag = False,
    is_invalid: Flag = False,
    test_id: Text = "upload",
) -> rx.Component:
    """See the head of this file. `accept` and `kinds_text` are for kinds that are known only in the browser."""
    names = kinds_text if kinds_text is not None else ", ".join(KIND_NAMES[kind] for kind in kinds)
    shown = {} if files is None else {"files": files}
    return Upload.create(
        address=ADDRESS, purpose=purpose, project=project, target=ref, folder_from=folder_from, **shown,
        accept=accept if accept is not None else accepted_by(kinds), max_bytes=max_bytes, most_files=most_files,
        has_camera=has_camera, is_closed=is_closed, is_invalid=is_invalid, label=label, labelledby=labelledby,
        describedby=describedby, test_id=test_id, words={**WORDS, "kinds": names}, icons=ICONS,
        say=_hooked("tr", "useTexts"), fmt=_hooked("fmt", "useFormats"), on_changed=on_changed)


def file_thumb(file: Any) -> rx.Component:
    return FileThumb.create(file=file, address=ADDRESS, words=WORDS, icons=ICONS, say=_hooked("tr", "useTexts"))


def file_name(file: Any) -> rx.Component:
    return rx.cond(file.is_checking | file.is_lost, rx.el.b(file.name), plain_link(
        file.name, href=rx.Var.create(f"{ADDRESS}/{file.id}"), class_name="strong", custom_attrs={"download": ""}))


def file_pill(file: Any) -> rx.Component:
    return rx.cond(file.is_checking, pill(t("Being checked for viruses"), "other", "shield-check"),
                   rx.cond(file.is_lost, pill(t("No longer there"), "bad", "file-x")))
