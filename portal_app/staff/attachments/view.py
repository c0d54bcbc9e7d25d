"""The tab *Attachments* of a project."""

from __future__ import annotations

import reflex as rx

from ...ui import components as c
from ...ui.i18n import moment, said, t, tn
from .state import Attachment, AttachmentsState, FolderView

S = AttachmentsState


def project_tabs(overview: rx.Component) -> rx.Component:
    """The project's overview and its attachments, one at a time."""
    count = rx.cond(S.to_review > 0, S.to_review, S.count)
    return rx.fragment(
        c.tabs(t("Parts of the project"), [("overview", t("Overview"), None), ("attachments", t("Attachments"), count)],
               S.tab, S.open_tab, id="part"),
        rx.cond(S.tab == "attachments", c.tab_panel("attachments", attachments(), id="part", class_name="part"),
                c.tab_panel("overview", overview, id="part", class_name="part")),
    )


def attachments() -> rx.Component:
    return rx.el.div(
        rx.cond(S.can_review, _upload()),
        rx.foreach(S.folders, _folder),
        _reject_dialog(),
        class_name="stack", custom_attrs={"data-testid": "attachments"},
    )


def _upload() -> rx.Component:
    return c.card(
        c.card_head(t("Add files")),
        c.field(t("Folder"), c.select, id="folder", options=S.choices, value=S.upload_folder, on_change=S.choose_folder,
                hint=rx.cond(S.is_upload_public, t("The customer sees what you add here at once."),
                             t("Customers see a file only once you switch it to visible."))),
        c.upload("project", None, S.refresh, project=S.project_id, folder_from="folder", label=t("Add files"),
                 has_camera=False, most_files=40, test_id="staff-upload"),
        class_name="form",
    )


def _folder(folder: FolderView) -> rx.Component:
    return c.card(
        c.card_head(folder.name, rx.el.span(
            tn("{n} file", "{n} files", folder.count), class_name="small muted")),
        rx.cond(folder.count > 0, rx.el.ul(rx.foreach(folder.files, _row), class_name="rows"),
                rx.el.p(t("The customer has not sent a file yet."), class_name="small muted")),
        custom_attrs={"data-testid": "folder", "data-folder": folder.key},
    )


def _row(entry: Attachment) -> rx.Component:
    file = entry.file
    return rx.el.li(
        rx.el.div(
            c.file_thumb(file),
            rx.el.div(
                c.file_name(file),
                rx.cond(entry.about != "", rx.el.span(entry.about, class_name="small block")),
                rx.el.span(file.uploaded_by, ", ", moment(file.created_at), class_name="tiny muted block"),
                rx.el.div(_pills(entry), class_name="row wrap"),
                rx.cond(file.review == "rejected", rx.el.p(
                    file.reason, rx.el.span(t("{name}, {date}", name=file.reviewed_by, date=moment(file.reviewed_at)),
                                            class_name="tiny muted block"), class_name="quote prose")),
                class_name="grow",
            ),
            rx.cond(S.can_review, _menu(entry)),
            class_name="file-row",
        ),
        rx.cond(S.can_review, _decisions(entry)),
        class_name="attachment", custom_attrs={"data-testid": "attachment"},
    )


def _pills(entry: Attachment) -> rx.Component:
    file = entry.file
    return rx.fragment(
        c.file_pill(file),
        rx.match(file.review, ("accepted", c.pill(t("Accepted"), "ok", "check")),
                 ("rejected", c.pill(t("Sent back"), "bad", "undo")),
                 rx.cond(entry.is_to_review, c.pill(t("To look at"), "you"))),
        rx.cond(~file.is_public, c.pill(t("Only staff"), "neutral", "eye-off")),
    )


def _decisions(entry: Attachment) -> rx.Component:
    """Who sees it, and for what a customer sent: good or not. One click each, but sending back asks why."""
    file = entry.file
    return rx.el.div(
        rx.el.label(
            c.switch(t("The customer sees {name}", name=file.name), checked=file.is_public,
                     on_change=lambda on: S.show_to_customer(file.id, on), custom_attrs={"data-testid": "public"}),
            rx.el.span(rx.cond(file.is_public, t("Visible to the customer"), t("Only staff see it")), class_name="small"),
            class_name="row"),
        rx.el.span(class_name="grow"),
        rx.cond(entry.is_to_review, rx.fragment(
            c.button(c.icon("check", "s"), t("Accept"), size="s", on_click=S.accept(file.id),
                     aria_label=t("Accept {name}", name=file.name), custom_attrs={"data-testid": "accept"}))),
        rx.cond(file.by_customer & (file.review != "rejected"), c.button(
            c.icon("undo", "s"), t("Send back"), size="s", variant="ghost", on_click=S.ask_reason(file.id),
            aria_label=t("Send back {name}", name=file.name), custom_attrs={"data-testid": "send-back"})),
        class_name="row wrap file-decisions",
    )


def _menu(entry: Attachment) -> rx.Component:
    file = entry.file
    return c.menu(
        c.icon("ellipsis"),
        rx.el.p(t("Move to folder"), class_name="eyebrow menu-head"),
        rx.foreach(S.choices, lambda choice: rx.cond(file.folder != choice.value, c.menu_item(
            choice.text, "folder", on_click=S.move_file(file.id, choice.value)))),
        rx.cond(file.can_remove, c.menu_item(t("Remove"), "trash", on_click=S.remove(file.id), bad=True)),
        label=t("More about {name}", name=file.name),
    )


def _reject_dialog() -> rx.Component:
    return c.dialog(
        S.is_rejecting, S.stop_rejecting, t("Send “{name}” back?", name=S.rejected.name),
        rx.el.form(
            rx.el.p(t("The customer gets a mail with your words, and is asked for this file again. Everything else stays."),
                    class_name="muted"),
            c.field(t("What is wrong with it"), c.textarea, id="reason", rows=3, max_length=500,
                    hint=t("Say what to do: “Page 2 is missing. Send all pages.”"), error=said(S.field_errors["reason"])),
            c.dialog_actions(
                c.submit_button(t("Send back"), size="m", custom_attrs={"data-testid": "confirm-send-back"}),
                c.button(t("Cancel"), variant="ghost", on_click=S.stop_rejecting)),
            on_submit=S.reject, class_name="form", no_validate=True,
        ),
        close_label=t("Close"), id="send-back",
    )


