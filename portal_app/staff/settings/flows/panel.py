"""The middle of the editor: the texts and the view of what is chosen in the tree."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....core.texts import LANGUAGES
from ....flows.draft import ACCEPTED, ASKED, BALL, DESCRIPTION, NAME, VIEW_KIND
from ....flows.rules import DESCRIPTION_LENGTH, NAME_LENGTH, Ball, ball_of
from ....flows.view_kinds import VIEWS
from ....ui import components as c
from ....ui.drafting import draft_input, draft_textarea, show_when_changed
from ....ui.i18n import said, t, t_marked
from ....ui.languages import language_name
from ...meanwhile import meanwhile, plain
from .asking_view import choosing_dialogs, conditions_panel, entry_in_words, fields_panel
from .state import FlowEditorState
from .step_actions import step_actions
from .words import ball_title, view_title

S: Any = FlowEditorState

PARTS = {NAME: t("Public name"), DESCRIPTION: t("Description"), BALL: t("Who acts here"), VIEW_KIND: t("View"),
         ASKED: t("Fields"), ACCEPTED: t("Conditions")}


def _not_written(language: Any) -> Any:
    return rx.cond(S.default_language == language, t("Every language needs this one: please write it"),
                   t("Not written yet: customers see {language}", language=language_name(S.default_language)))


def _name_row(language: str) -> rx.Component:
    return rx.cond(S.languages.contains(language), rx.el.div(
        rx.el.label(language, html_for=f"name-{language}"),
        draft_input(S.names[language], S.revision, lambda text: S.write_name(language, text),
                    id=f"name-{language}", name=f"public_name.{language}", lang=language,
                    placeholder=_not_written(language), max_length=NAME_LENGTH, read_only=~S.can_modify,
                    auto_complete="off", **c.told_at("name-error", said(S.field_errors["public_name"]),
                                                     said(S.field_errors[f"public_name.{language}"]))),
    ))


def _names() -> rx.Component:
    errors: Any = said(S.field_errors["public_name"])
    for language in LANGUAGES:
        errors = errors + said(S.field_errors[f"public_name.{language}"])
    return rx.el.fieldset(
        rx.el.legend(t("Public name"), class_name="label"),
        rx.el.div(*(_name_row(language) for language in LANGUAGES), class_name="langs"),
        c.error_text(errors, "name-error"),
        class_name="field",
    )


def _descriptions() -> rx.Component:
    label = rx.cond(S.kind == "stage", t("What this stage is about"), t("What happens here, what we expect"))
    return rx.el.div(
        rx.el.div(
            rx.el.label(label, html_for="description", class_name="label"),
            rx.el.fieldset(
                rx.el.legend(t("Language of the description"), class_name="vh"),
                *(
                    rx.cond(S.languages.contains(language), c.segment(
                        "description-language", language,
                        rx.fragment(language.upper(), rx.cond(S.missing_descriptions.contains(language), rx.el.span(
                            t("missing"), class_name="vh"))),
                        S.description_language, S.show_description,
                        missing=S.missing_descriptions.contains(language)))
                    for language in LANGUAGES
                ),
                class_name="seg",
            ),
            class_name="row between wrap",
        ),
        draft_textarea(S.descriptions[S.description_language], S.revision,
                       lambda text: S.write_description(S.description_language, text),
                       id="description", name="public_description", class_name="input", rows="4",
                       lang=S.description_language, max_length=DESCRIPTION_LENGTH, read_only=~S.can_modify,
                       placeholder=rx.cond(S.missing_descriptions.contains(S.description_language),
                                           _not_written(S.description_language), ""),
                       **c.told_at("description-error", said(S.field_errors["public_description"]))),
        c.error_text(said(S.field_errors["public_description"]), "description-error"),
        class_name="field",
    )


_TURNS = {
    Ball.CUSTOMER: ("sun", t("It is the customer's turn here."), t("They see a button with what to do."), "user"),
    Ball.COMPANY: ("info", t("Your company acts here."), t("Customers see that nothing is to do for them."), "building"),
    Ball.GRID_OPERATOR: ("info", t("The grid operator acts here."), t("Customers see that you both wait for it."),
                         "utility-pole"),
    Ball.AUTHORITY: ("info", t("An authority acts here."), t("Customers see that you both wait for it."), "landmark"),
}


def _turn(ball: Ball) -> rx.Component:
    kind, title, text, sign = _TURNS[ball]
    return c.note(kind, title, text, icon_name=sign)  # pyright: ignore[reportArgumentType]


def _who_acts() -> rx.Component:
    """Whom staff named, else as the view says: one with something to do is the customer's turn."""
    from_view = rx.match(
        S.view_kind, *((view.kind.value, _turn(ball_of(view.kind))) for view in VIEWS.values()), _turn(ball_of(None)))
    return rx.fragment(rx.match(S.ball, *((ball.value, _turn(ball)) for ball in Ball), from_view))


def _ball() -> rx.Component:
    from_view = rx.match(
        S.view_kind, *((view.kind.value, ball_title(ball_of(view.kind).value)) for view in VIEWS.values()),
        ball_title(ball_of(None).value))
    return rx.el.div(
        rx.el.label(t("Who acts here"), html_for="ball"),
        c.select_input(
            rx.el.option(t("As the view says: {who}", who=from_view), value=""),
            *(rx.el.option(ball_title(ball.value), value=ball.value) for ball in Ball),
            id="ball", value=S.ball, on_change=S.choose_ball, disabled=~S.can_modify, class_name="input",
            aria_describedby="ball-error",
        ),
        c.error_text(said(S.field_errors["ball"]), "ball-error"),
        _who_acts(),
        class_name="field",
    )


def _view_card(kind: str, icon_name: str, title: Any, summary: Any) -> rx.Component:
    words = rx.el.span(rx.el.b(title, class_name="block"), rx.el.span(summary, class_name="tiny muted"))
    return c.segment("view", kind, rx.fragment(c.icon(icon_name), words), S.view_kind, S.choose_view)


def _view_chooser() -> rx.Component:
    return rx.fragment(
        rx.el.p(t("The view is the screen of this substage. Without one, customers see the way and your text."),
                class_name="hint"),
        rx.el.fieldset(
            rx.el.legend(t("View"), class_name="vh"),
            _view_card("", "info", t("None, information only"), t("Customers read your text and have nothing to do.")),
            *(_view_card(view.kind.value, view.icon, t_marked(view.title), t_marked(view.summary))
              for view in VIEWS.values()),
            class_name="choices", disabled=~S.can_modify,
        ),
        c.error_text(said(S.field_errors["view_kind"]), "view-error"),
        _who_acts(),
    )


def _text(row: Any, value: Any) -> Any:
    return rx.match(row.part, (VIEW_KIND, view_title(value)), (BALL, ball_title(value)), plain(row, value))


def panel() -> rx.Component:
    information = c.tab_panel("information", _names(), _descriptions(),
                              rx.cond(S.kind == "substage", _ball()), id="part", class_name="panel-body")
    view = c.tab_panel("view", _view_chooser(), id="part", class_name="panel-body")
    actions = c.tab_panel("actions", step_actions(S.selected_id), id="part", class_name="panel-body")
    asked = c.tab_panel(ASKED, fields_panel(), id="part", class_name="panel-body")
    accepted = c.tab_panel(ACCEPTED, conditions_panel(), id="part", class_name="panel-body")
    heads = [("information", t("Information"), None), ("view", t("View"), None),
             (ASKED, t("Fields"), S.asked.length()), (ACCEPTED, t("Conditions"), S.accepted.length()),
             ("actions", t("Actions"), None)]
    return c.card(
        rx.el.div(rx.cond(S.stage_title != "", rx.el.p(S.stage_title, class_name="eyebrow")),
                  rx.el.h2(S.title, id="panel-title", tab_index=-1), class_name="panel-head"),
        meanwhile(S, PARTS, _text, entry_in_words, "panel-body meanwhile"),
        rx.cond(
            S.kind == "substage",
            rx.fragment(
                c.tabs(t("Substage"), heads, S.tab, S.show_tab, id="part"),
                rx.fragment(rx.match(S.tab, ("view", view), (ASKED, asked), (ACCEPTED, accepted), ("actions", actions),
                                     information)),
                choosing_dialogs(),
            ),
            rx.el.div(_names(), _descriptions(), class_name="panel-body"),
        ),
        show_when_changed(S.selected_id, S.sought),
        pad=False, class_name="panel", aria_labelledby="panel-title",
    )
