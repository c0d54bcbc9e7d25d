"""The form of a step: fields in groups, files, conditions, what is missing, and sending."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...ui import components as c
from ...ui.fields import field_answer, field_control
from ...ui.i18n import said, t, tn
from ...ui.step_form import draft_status, step_form
from ...ui.words import is_given
from .shown import Missing, ShownCondition, ShownGroup
from .state import StepState
from .uploads import file_field


def step_page_form(*children: rx.Component) -> rx.Component:
    """`children` inside the form of the step that sends itself."""
    return _form(*children, on_send=StepState.send)


def embedded_step(title: Any, text: Any) -> rx.Component:
    """What a step asks for, under a view that has a button of its own (an offer is ordered, a roof is sent)."""
    return rx.cond(
        StepState.asks_here,
        _form(
            rx.el.div(*([rx.el.h2(title), rx.el.p(text)] if is_given(title) else []), progress(), class_name="sec"),
            summary(),
            parts(),
        ),
    )


def _form(*children: rx.Component, **props: Any) -> rx.Component:
    return step_form(
        *children, about=StepState.about, shape=StepState.drawn_in,
        opened=StepState.opened, saved=StepState.saved,
        mark=StepState.mark, failures=StepState.failures, on_draft=StepState.keep, class_name="step-form",
        label=t("What we need from you"), custom_attrs={"data-testid": "step-form"}, **props)


def progress() -> rx.Component:
    """How much of what is required is there, and whether it is saved."""
    done, count = StepState.done_count, StepState.required_count
    bar = rx.el.div(
        c.progress_bar(StepState.done_percent, t("{done} of {count} done", done=done, count=count)),
        rx.el.span(t("{done} of {count}", done=done, count=count), custom_attrs={"data-testid": "done-count"}),
        class_name="progress")
    return rx.el.div(rx.cond(count > 0, bar), draft_status(), class_name="stack")


def summary() -> rx.Component:
    """What was wrong when it was sent; takes the focus."""
    def wrong(entry: Missing) -> rx.Component:
        return rx.el.li(c.plain_link(entry.label, href=entry.href), rx.el.span(said(entry.why), class_name="block"))

    return rx.cond(StepState.wrong, rx.el.div(
        c.note(
            "bad", tn("One thing is not right yet", "{n} things are not right yet",
                      rx.Var.create(StepState.wrong).to(list).length()),
            rx.el.ul(rx.foreach(StepState.wrong, wrong))),
        tab_index=-1, class_name="summary", role="alert", custom_attrs={"data-summary": "true", "data-testid": "summary"}))


def parts() -> rx.Component:
    """Fields at the left; files and conditions at the right of a wide screen.

    What is typed and ticked is made anew when the page is opened, which a connection that comes back does as well; files
    are not, for what is on its way or waits to be tried again stands in their place alone.
    """
    has_left = rx.Var.create(StepState.groups).to(list).length() > 0
    return rx.el.div(
        rx.cond(has_left, rx.el.div(_groups(), class_name="papers-col", key=StepState.opened)),
        rx.cond(StepState.has_right, rx.el.div(_files(), _conditions(), class_name="papers-col")),
        class_name=rx.cond(has_left & StepState.has_right, "papers", "papers single"))


def _groups() -> rx.Component:
    def group(entry: ShownGroup) -> rx.Component:
        return c.card(
            rx.el.h2(rx.cond(entry.name != "", entry.name, t("Your details"))),
            rx.foreach(entry.fields, _field), custom_attrs={"data-testid": "group"})

    return rx.foreach(StepState.groups, group)


def _field(field: Any) -> rx.Component:
    return rx.cond(
        field.is_locked, field_answer(field),
        field_control(field, _error(field.id), StepState.countries))


def _error(field_id: Any) -> Any:
    return said(StepState.field_errors[field_id])


def _files() -> rx.Component:
    return rx.cond(StepState.files, c.card(
        rx.el.h2(t("Files")),
        rx.foreach(StepState.files, lambda field: file_field(field, _error(field.id))),
        custom_attrs={"data-testid": "files"}))


def _conditions() -> rx.Component:
    return rx.cond(StepState.conditions, c.card(
        rx.el.h2(t("Conditions")), rx.foreach(StepState.conditions, _condition),
        key=StepState.opened, custom_attrs={"data-testid": "conditions"}))


def _condition(entry: ShownCondition) -> rx.Component:
    """The whole text can be read on the spot; no box is ticked beforehand."""
    error = _error(entry.version_id)
    box_id = rx.Var.create(f"condition-{entry.version_id}")
    version = rx.el.span(" ", t("(version {number})", number=entry.number), class_name="muted nowrap")
    box = rx.el.div(
        rx.el.label(
            rx.el.input(
                type="checkbox", id=box_id, aria_required="true", aria_invalid=rx.cond(error != "", "true", "false"),
                aria_describedby=rx.Var.create(f"condition-{entry.version_id}-error"),
                default_checked=entry.is_ticked, custom_attrs={"data-accept": entry.version_id}),
            rx.el.span(t("I have read and accept: {title}", title=entry.title), version), class_name="check"),
        rx.cond(entry.accepted_before > 0, rx.el.p(
            t("You accepted version {number}. The text has changed since.", number=entry.accepted_before),
            class_name="hint")),
        rx.el.div(rx.cond(error != "", c.error_text(error)), id=rx.Var.create(f"condition-{entry.version_id}-error")),
    )
    accepted = rx.el.p(c.icon("circle-check", "s"), rx.el.span(t("Accepted: {title}", title=entry.title), version),
                       class_name="row")
    return rx.el.div(
        rx.cond(entry.is_accepted, accepted, box),
        rx.el.details(
            rx.el.summary(c.icon("scroll-text", "s"), t("Read the text")),
            rx.el.div(entry.text, class_name="terms-text", tab_index=0, role="region", aria_label=entry.title)),
        class_name="terms", custom_attrs={"data-testid": "condition"})


def missing_line() -> rx.Component:
    """What is still to do, each a link to its place."""
    def link(entry: Missing, number: Any) -> rx.Component:
        return rx.fragment(rx.cond(number > 0, ", ", ""), c.plain_link(entry.label, href=entry.href))

    count, more = StepState.missing_count, StepState.missing_more
    return rx.cond(
        count == 0,
        rx.fragment(rx.el.b(t("All there. Thank you!")), " ",
                    rx.el.span(t("You can still change it until you send."), class_name="muted")),
        rx.fragment(
            rx.el.b(tn("Still missing:", "Still missing ({n}):", count)), " ",
            rx.foreach(StepState.missing, link),
            rx.cond(more > 0, rx.fragment(" ", tn("and one more", "and {n} more", more)))),
    )
