"""What a documentation step asks for, as in look/customer-documents: fields, files, conditions, and sending."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....flows.rules import Ball
from ....ui import components as c
from ....ui.frames import portal_frame
from ....ui.i18n import moment, t
from ....ui.soon import soon
from ....ui.step_form import LIBRARY as STEP_FORM
from ....ui.upload import LIBRARY as UPLOAD
from ...step.form import missing_line, parts, progress, step_page_form, summary
from ...step.state import StepState


def documentation() -> rx.Component:
    state = StepState
    return portal_frame(
        soon(STEP_FORM, UPLOAD),
        c.text_link(t("Your project"), href=_home(), back=True),
        rx.cond(
            state.is_loaded,
            rx.cond(
                state.has_failed, _failed(),
                rx.cond(state.is_missing, _missing(), rx.cond(state.just_sent, _thanks(), rx.cond(
                    state.state == "", _nothing(),
                    rx.cond((state.state == "open") & (state.view_page != ""), _elsewhere(), _step()))))),
            _loading(),
        ),
        module="projects", on_language=StepState.load,
    )


def _step() -> rx.Component:
    state = StepState
    return step_page_form(
        rx.fragment(rx.match(state.state, ("open", _open_head()), ("asked_again", _again_head()), ("sent", _sent_head()),
                             _information_head())),
        summary(),
        rx.cond(state.asks, parts(), c.empty_state(
            "list-checks", t("There is nothing to fill in just now"),
            t("As soon as we need something from you, we write to you and your project shows it."),
            custom_attrs=_id("nothing-to-give"))),
        rx.cond(state.is_open, _foot()),
    )


def _home() -> Any:
    project = StepState.project_id
    return rx.cond(project != "", rx.Var.create(f"/home?project={project}"), "/home")


def _id(name: str) -> dict[str, str]:
    return {"data-testid": name}


def _head(title: Any, text: Any, *aside: rx.Component) -> rx.Component:
    return rx.el.div(
        rx.el.div(rx.el.h1(title), rx.cond(text != "", rx.el.p(text, class_name="prewrap"))), *aside,
        class_name="page-head")


def _open_head() -> rx.Component:
    return _head(StepState.title, StepState.description, progress())


def _again_head() -> rx.Component:
    return _head(t("We need something once more"),
                 t("Something could not be used as it is. You find the reason at its place."), progress())


def _sent_head() -> rx.Component:
    """Sent before: what was given can be read, not changed."""
    return rx.fragment(
        _head(StepState.title, t("We look at everything and write to you as soon as there is news."),
              c.pill(t("With us"), "us")),
        c.note("ok", t("Sent by {name}, {moment}.", name=StepState.sent_by, moment=moment(StepState.sent_at)),
               custom_attrs=_id("sent-before")))


def _information_head() -> rx.Component:
    return _head(StepState.title, StepState.description)


def _foot() -> rx.Component:
    state = StepState
    return c.submit_bar(
        missing_line(),
        c.link_button(t("Later"), href=_home(), size="big"),
        c.submit_button(t("Send"), busy=state.busy, blocked=state.missing_count > 0, custom_attrs=_id("send-step")),
        label=t("Send"))


def _thanks() -> rx.Component:
    """Just sent: whose turn it is now, and what comes."""
    step = StepState.next_step
    return c.finish(
        rx.cond(step.ball == Ball.COMPANY, t("Sent. Now it is our turn"), t("Thank you, all is here")),
        rx.el.p(rx.match(
            step.ball, (Ball.CUSTOMER, t("Your next step is open already: {step}.", step=step.name)),
            (Ball.COMPANY, t("We look at everything and write to you as soon as there is news.")),
            t("How it goes on: {step}.", step=step.name))),
        rx.el.div(
            c.link_button(t("Back to your project"), href=_home(), variant="solid", size="big"),
            class_name="acts"),
        testid="step-sent",
    )


def _elsewhere() -> rx.Component:
    """The present step has a page of its own."""
    address = rx.Var.create(f"{StepState.view_page}?project={StepState.project_id}")
    return c.empty_state(
        "arrow-right", StepState.title, t("Your next step has a page of its own."),
        c.link_button(t("Go there"), href=address, variant="solid"), heading="h1", custom_attrs=_id("elsewhere"))


def _nothing() -> rx.Component:
    return c.empty_state(
        "folder-open", t("No project yet"),
        t("As soon as we need something from you, we write to you and your project shows it."),
        c.link_button(t("Back to your project"), href="/home", variant="solid"), heading="h1")


def _missing() -> rx.Component:
    return c.empty_state(
        "search-x", t("There is no such project here"), t("The link may be old, or it belongs to another account."),
        c.link_button(t("To my projects"), href="/home", variant="solid"), heading="h1", custom_attrs=_id("missing"))


def _failed() -> rx.Component:
    return c.empty_state(
        "cloud-off", t("Nothing is lost. Try again"), t("We could not read this step just now."),
        c.button(t("Try again"), variant="solid", on_click=StepState.retry), kind="bad", heading="h1")


def _loading() -> rx.Component:
    return c.loading(
        t("Loading your step"), c.skeleton("70%", "36px", margin="8px 0 14px"), c.skeleton("520px", "16px"),
        rx.el.div(c.skeleton_card("380px"), c.skeleton_card("380px"), class_name="papers"))
