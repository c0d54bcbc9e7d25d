"""One condition: what is in effect, what was before and what comes, how it reads, where it is asked."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....core.texts import LANGUAGES
from ....ui import components as c
from ....ui.drafting import draft_keeper, leave_guard
from ....ui.i18n import date, t, tn
from .state import ConditionsState
from .writing import writing

S: Any = ConditionsState

LIST = "/staff/settings/conditions"


def _status(row: Any) -> rx.Component:
    return rx.fragment(rx.match(
        row.status,
        ("in_effect", c.pill(t("in effect"), "ok")),
        ("coming", c.pill(t("planned"), "you")),
        c.pill(t("replaced")),
    ))


def _when(row: Any) -> Any:
    return rx.cond(row.status == "coming", t("from {day}", day=date(row.effective_at)),
                   t("since {day}", day=date(row.effective_at)))


def _version(row: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.b(t("Version {number}", number=row.number)),
            rx.el.span(_when(row), " · ", tn("{n} acceptance", "{n} acceptances", row.acceptance_count),
                       rx.cond(row.created_by != "", rx.el.span(" · ", t("written by {name}", name=row.created_by))),
                       class_name="tiny muted"),
            class_name="grow",
        ),
        rx.cond(row.missing != "", rx.el.span(
            c.icon("languages", "s"), rx.el.span(t("Not written in {languages}", languages=row.missing), class_name="vh"),
            class_name="warn", title=t("Not written in {languages}", languages=row.missing))),
        _status(row),
        c.button(c.icon("eye", "s"), t("Read"), size="s", on_click=S.show_version(row.id),
                 aria_pressed=rx.cond(S.shown_id == row.id, "true", "false"),
                 aria_label=t("Read version {number}", number=row.number)),
        rx.cond(S.may_edit & (row.status == "coming"), c.menu(
            c.icon("ellipsis", "s"),
            c.menu_item(t("Change it"), "pencil", on_click=S.begin_changing(row.id)),
            c.menu_item(t("Delete"), "trash", on_click=S.ask_to_withdraw, bad=True),
            label=t("More about version {number}", number=row.number),
        )),
        custom_attrs={"data-testid": "version", "data-status": row.status},
    )


def _versions() -> rx.Component:
    new = c.button(c.icon("plus", "s"), t("New version"), variant="solid", size="s", on_click=S.begin_writing,
                   custom_attrs={"data-testid": "new-version"})
    return c.card(
        c.card_head(t("Versions"), rx.cond(S.may_edit & ~S.is_archived & ~S.is_writing & ~S.has_coming, new)),
        rx.cond(
            S.versions.length() > 0,
            rx.el.ul(rx.foreach(S.versions, _version), class_name="rows versions"),
            rx.el.p(t("Nothing is written yet, so customers are not asked."), class_name="muted"),
        ),
        rx.el.p(t("A version in effect is never changed: what was accepted must stay readable. A new one follows it."),
                class_name="hint gap-top"),
    )


def _place(row: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            c.text_link(rx.el.b(row.substage_name), href=f"/staff/settings/flows?flow={row.flow_id}"),
            rx.el.span(row.flow_name, " · ", row.stage_name, class_name="tiny muted block"), class_name="grow"),
        rx.cond(row.asks_again, c.pill(t("asks again"), "us", "rotate-cw"), c.pill(t("asks once"))),
    )


def _places() -> rx.Component:
    return c.card(
        c.card_head(t("Where it is asked")),
        rx.cond(S.places.length() > 0, rx.el.ul(rx.foreach(S.places, _place), class_name="rows places"),
                rx.el.p(t("Nowhere yet. Attach it to a substage in Opportunity types and processes."),
                        class_name="muted")),
        custom_attrs={"data-testid": "places"},
    )


def _preview() -> rx.Component:
    return rx.el.aside(
        rx.el.div(
            rx.el.h2(rx.cond(S.is_writing & S.shows_draft, t("Preview"), t("Version {number}", number=S.shown_number)),
                     class_name="grow"),
            rx.el.fieldset(
                rx.el.legend(t("Language of the preview"), class_name="vh"),
                *(rx.cond(S.languages.contains(language), c.segment(
                    "preview-language", language, language.upper(), S.language, S.show_language))
                  for language in LANGUAGES),
                class_name="seg",
            ),
            class_name="row wrap",
        ),
        c.card(
            rx.cond(S.preview_title != "", rx.el.h3(S.preview_title),
                    rx.el.p(t("No title yet"), class_name="muted")),
            rx.cond(S.preview_text != "", rx.el.p(S.preview_text, class_name="pre terms"),
                    rx.el.p(t("No text yet"), class_name="muted")),
            rx.cond(S.preview_title != "", rx.el.label(rx.el.input(type="checkbox", disabled=True), rx.el.span(
                t("I have read and accept: {title}", title=S.preview_title)), class_name="check")),
            lang=S.preview_language, custom_attrs={"data-testid": "condition-preview"}, class_name="stack",
        ),
        rx.cond(S.preview_language != S.language, rx.el.p(
            t("Not written in this language: customers read it in the company's."), class_name="hint")),
        class_name="template-preview", aria_label=t("Preview"),
    )


def _menu() -> rx.Component:
    return rx.cond(S.may_edit, c.menu(
        c.icon("ellipsis", "s"),
        c.menu_item(t("Rename"), "pencil", on_click=S.begin_renaming),
        rx.cond(S.is_archived, c.menu_item(t("Bring back"), "undo", on_click=S.bring_back),
                c.menu_item(t("Archive"), "eye-off", on_click=S.ask_to_archive)),
        rx.cond(S.is_used, rx.fragment(), c.menu_item(t("Delete"), "trash", on_click=S.ask_to_delete, bad=True)),
        label=t("More about {name}", name=S.name),
    ))


def one() -> rx.Component:
    in_effect = rx.cond(S.number > 0, c.pill(t("Version {number} in effect", number=S.number), "ok"),
                        c.pill(t("Nothing in effect"), "you"))
    return rx.fragment(
        c.breadcrumb(t("Where you are"), [(t("Settings"), "/staff/settings"), (t("Conditions management"), LIST),
                                          (rx.cond(S.is_new, t("New condition"), S.name), None)]),
        rx.el.div(
            rx.el.h1(rx.cond(S.is_new, t("New condition"), S.name)),
            rx.cond(S.is_new, rx.fragment(), in_effect),
            rx.cond(S.is_archived, c.pill(t("archived"))),
            rx.cond(S.may_edit, rx.fragment(), c.pill(t("Read only"), "neutral", "lock")),
            rx.el.span(class_name="grow"), rx.cond(S.is_new, rx.fragment(), _menu()),
            class_name="title-row",
        ),
        rx.el.div(
            rx.el.div(rx.cond(S.is_writing, writing()),
                      rx.cond(S.is_new, rx.fragment(), rx.fragment(_versions(), _places())), class_name="stack l"),
            rx.cond(S.is_writing | (S.shown_id != ""), _preview()),
            class_name="template-editor",
        ),
        c.unsaved_bar(
            S.is_changed,
            rx.cond(S.version_id == "", t("A new version is not saved yet."), t("The planned version has changes.")),
            t("Customers go on reading what is in effect."),
            c.button(t("Discard"), variant="ghost", on_click=S.discard),
            c.button(t("Save"), variant="sun", on_click=S.save, busy=S.busy, custom_attrs={"data-testid": "save-version"}),
        ),
        draft_keeper(S.kept, S.mark, S.about, S.restore),
        leave_guard(S.is_changed),
        _dialog("archive", t("Archive “{name}”?", name=S.name),
                t("No substage asks for it any more. What was accepted stays; you can bring it back at any time."),
                c.button(t("Archive"), variant="solid", on_click=S.archive)),
        _dialog("delete", t("Delete “{name}”?", name=S.name),
                t("Nobody has accepted it and no substage asks for it. Deleting can't be undone."),
                c.button(t("Delete"), variant="bad", on_click=S.delete)),
        _dialog("withdraw", t("Delete this planned version?"),
                t("It is not in effect yet, so nobody has read it. Deleting can't be undone."),
                c.button(t("Delete"), variant="bad", on_click=S.withdraw)),
    )


def _dialog(what: str, title: Any, text: Any, action: rx.Component) -> rx.Component:
    return c.dialog(
        S.asking == what, S.stop_asking, title, rx.el.p(text),
        c.dialog_actions(action, c.button(t("Cancel"), variant="ghost", on_click=S.stop_asking)),
        close_label=t("Cancel"), id=f"condition-{what}",
    )
