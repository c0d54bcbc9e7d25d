"""Home: greeting, the arc of the way, the current step with its one button, the whole way, quick access, adviser."""

from __future__ import annotations

from typing import Literal

import reflex as rx

from ...access.modules import MODULES
from ...flows.view_kinds import DOCUMENTATION, VIEWS
from ...opportunities.process import ProcessStage, ProjectLine
from ...ui import components as c
from ...ui.company import company, has_module
from ...ui.frames import portal_frame
from ...ui.i18n import date, t, t_marked
from ..views.finalization.view import failed, success
from .state import HomeState

PAGE = HomeState.page
# In the reader's own time zone. Only drawn once the project is there, so no prerendered page can differ.
_HOUR = rx.Var("(new Date().getHours())", _var_type=int).to(int)


def home() -> rx.Component:
    return portal_frame(
        c.sky(),
        rx.cond(
            HomeState.is_loaded,
            rx.cond(
                HomeState.has_failed, _failed(),
                rx.cond(HomeState.is_missing, _missing(), rx.cond(PAGE.is_empty, _first_project(), _project())),
            ),
            _loading(),
        ),
        module="projects", on_language=HomeState.load, over=True,
    )


def _greeting() -> rx.Component:
    name = HomeState.name
    return rx.el.h1(
        rx.cond(
            _HOUR < 12, t("Good morning, {name}", name=name),
            rx.cond(_HOUR < 19, t("Good afternoon, {name}", name=name), t("Good evening, {name}", name=name)),
        ),
        custom_attrs={"data-testid": "greeting"},
    )


def _project() -> rx.Component:
    process = PAGE.process
    place = t("Step {step} of {count}", step=process.step_number, count=process.step_count)
    arc_label = t("Step {step} of {count}: {name}", step=process.step_number, count=process.step_count,
                  name=process.current.name)
    return rx.fragment(
        rx.el.section(
            _greeting(),
            rx.el.div(rx.el.p(rx.cond(process.address != "", process.address, process.flow_name)),
                      _switcher(), class_name="where row wrap"),
            c.sun_arc(PAGE.arc, arc_label, memory=process.opportunity_id),
            c.step_tag(_stage_name(), place),
            class_name="hero",
        ),
        rx.el.div(
            rx.el.div(
                rx.match(process.outcome, ("success", success(PAGE.ending)),
                         ("failed", failed(PAGE.ending, _again())), _now()),
                _way(),
                class_name="home-main",
            ),
            rx.el.div(_quick(), _adviser(), class_name="home-side"),
            class_name="home",
        ),
    )


def _again() -> rx.Component:
    """Where the company lets customers start again after a process that came to nothing."""
    again = PAGE.reactivation
    return rx.cond(
        again.is_open,
        c.button(c.icon("rotate-cw"), t("Start again"), variant="solid", size="big", busy=HomeState.busy,
                 on_click=HomeState.start_again, custom_attrs={"data-testid": "start-again"}),
        rx.cond(again.asked_on != "", c.note("ok", t("You want to start again."), t(
            "We know since {day} and get in touch with you.", day=date(again.asked_on, "day")), role="status")),
    )


def _stage_name() -> str:
    process = PAGE.process
    return process.stages[process.step_number - 1].name


def _switcher() -> rx.Component:
    """Only for whoever has several projects."""

    def line(project: ProjectLine) -> rx.Component:
        is_shown = project.id == PAGE.process.opportunity_id
        return rx.el.a(
            rx.el.span(
                rx.el.b(rx.cond(project.address != "", project.address, project.flow_name), class_name="block"),
                rx.el.span(project.number, " · ", project.step_name, class_name="tiny muted block"),
                rx.cond(project.needs_customer, c.pill(t("Your turn"), "you")), class_name="grow"),
            href=rx.Var.create(f"/home?project={project.id}"), class_name="menu-item",
            aria_current=rx.cond(is_shown, "page", rx.Var("undefined")),
        )

    return rx.cond(
        PAGE.has_several,
        c.menu(rx.fragment(t("Your projects"), c.icon("chevron-down", "s")),
               rx.foreach(PAGE.projects, line),
               trigger_class="btn line sm", left=True, class_name="switcher"),
    )


def _turn_pill() -> rx.Component:
    """Who has the ball."""
    return rx.fragment(rx.match(
        PAGE.process.current.ball, ("customer", c.pill(t("Your turn"), "you")),
        ("grid_operator", c.pill(t("With the grid operator"))), ("authority", c.pill(t("With the authority"))),
        c.pill(t("With us"), "us")))


def _call(words: rx.Var, page: str, variant: Literal["solid", "line"] = "solid") -> rx.Component:
    return c.link_button(
        words, c.icon("arrow-right"), variant=variant, size="big", full=True,
        href=rx.Var.create(f"{page}?project={PAGE.process.opportunity_id}"), custom_attrs={"data-testid": "do-it"})


def _now() -> rx.Component:
    """The current step: who has the ball, what it is about, and one button when it is the customer's turn."""
    current = PAGE.process.current
    calls = [(view.kind.value, _call(t_marked(view.call), view.page)) for view in VIEWS.values() if view.needs_the_customer]
    own_pages = [call for call in calls if call[0] not in DOCUMENTATION]
    return c.card(
        rx.el.div(_turn_pill(), custom_attrs={"data-testid": "turn"}),
        rx.el.h2(current.name, id="now-title"),
        rx.cond(
            current.description != "", rx.el.p(current.description, class_name="prose"),
            rx.cond(current.needs_customer, rx.fragment(),
                    rx.el.p(t("Nothing to do for you now. We write to you as soon as there is news."))),
        ),
        rx.cond(
            current.is_asked_again,
            rx.fragment(c.note("sun", t("Something has to come once more."),
                               t("We looked at what you sent. One thing is missing or could not be read.")),
                        _call(t("See what is needed"), "/documentation"),
                        rx.cond(current.is_sent, rx.fragment(), rx.match(current.view_kind, *own_pages, rx.fragment()))),
            rx.cond(current.is_sent, _call(t("See what you sent"), "/documentation", "line"),
                    rx.match(current.view_kind, *calls, rx.fragment()))),
        rx.cond(PAGE.known, _known()),
        c.facts(
            ("hourglass", rx.fragment(
                rx.match(current.ball, ("customer", t("With you since")),
                         ("grid_operator", t("With the grid operator since")),
                         ("authority", t("With the authority since")), t("With us since")),
                " ", rx.el.b(_day(current.since)))),
            ("route", rx.fragment(t("On the way"), " ", rx.el.b(
                t("Step {step} of {count}", step=PAGE.process.step_number, count=PAGE.process.step_count),
                class_name="nowrap"))),
            ("file-text", rx.fragment(t("Your project number"), " ", rx.el.b(
                PAGE.process.number, class_name="nowrap"))),
        ),
        pad=False, class_name="now", aria_labelledby="now-title", custom_attrs={"data-testid": "current-step"},
    )


def _known() -> rx.Component:
    """What a step that only informs shows of the answers."""
    return rx.el.dl(
        rx.foreach(PAGE.known, lambda line: rx.el.div(
            rx.el.dt(line.label),
            rx.el.dd(rx.cond(line.text != "", line.text, rx.el.span(t("Not filled in"), class_name="muted"))))),
        class_name="kv", custom_attrs={"data-testid": "known"})


def _day(day: str) -> rx.Component:
    return rx.el.span(date(day, "day"), class_name="nowrap")


def _way() -> rx.Component:
    def step(stage: ProcessStage) -> rx.Component:
        turn = _turn_pill()
        done = rx.cond(stage.left_on != "", rx.el.span(t("Done on {day}", day=date(stage.left_on)),
                                                        class_name="tiny faint"))
        is_open = (stage.status == "current") & (PAGE.process.outcome == "")
        status = rx.cond(PAGE.process.outcome == "success", "done", stage.status)
        return c.way_step(
            stage.name, stage.description, status, t("done"),
            rx.cond(is_open, turn, rx.cond(stage.status == "done", done)),
        )

    return c.card(
        rx.el.h2(t("The whole way"), id="way-title"),
        c.way_list(rx.foreach(PAGE.process.stages, step)),
        class_name="way-card", aria_labelledby="way-title", custom_attrs={"data-testid": "way"},
    )


def _quick() -> rx.Component:
    """A tile for each module that the company shows here."""
    tiles = [
        rx.cond(
            has_module(module.key),
            c.tile(module.icon, t_marked(module.title), t_marked(module.about) if module.about else None,
                   href=rx.Var.create(f"{module.page}?project={PAGE.process.opportunity_id}"),
                   custom_attrs={"data-testid": f"tile-{module.key}"}),
        )
        for module in MODULES.values() if module.on_dashboard
    ]
    return rx.el.section(rx.el.h2(t("Quick access"), class_name="vh"), *tiles, class_name="quick")


def _adviser() -> rx.Component:
    """Who answers: the project's adviser, else the company."""
    adviser = PAGE.adviser
    phone = rx.cond(adviser.phone != "", adviser.phone, company("phone"))
    email = rx.cond(adviser.email != "", adviser.email, company("email"))
    name = rx.cond(adviser.name != "", adviser.name, company("name"))
    return c.card(
        rx.el.div(
            rx.cond(PAGE.adviser_initials != "", c.avatar(PAGE.adviser_initials, large=True),
                    rx.el.span(c.icon("life-buoy"), class_name="ico")),
            rx.el.div(
                rx.el.h2(rx.cond(PAGE.adviser_initials != "", t("Your adviser"), t("Here to help")),
                         class_name="eyebrow"),
                rx.el.b(name), class_name="grow",
            ),
            class_name="adviser-in",
        ),
        rx.el.div(
            rx.cond(phone != "", c.link_button(c.icon("phone"), t("Call"), href=rx.Var.create(f"tel:{phone}"))),
            rx.cond(email != "", c.link_button(c.icon("mail"), t("Write"), href=rx.Var.create(f"mailto:{email}"))),
            class_name="row",
        ),
        class_name="adviser", custom_attrs={"data-testid": "adviser"},
    )


def _loading() -> rx.Component:
    return c.loading(
        t("Loading your project"),
        rx.el.section(c.skeleton("230px", "34px", margin="10px 0 12px"), c.skeleton("180px", "18px"),
                      c.skeleton("100%", "96px", "22px", margin="22px 0"), class_name="hero"),
        rx.el.div(
            rx.el.div(
                rx.el.div(c.skeleton("92px", "26px", "99px"), c.skeleton("82%", "28px", margin="18px 0 14px"),
                          c.skeleton(), c.skeleton("70%", margin="10px 0 0"),
                          c.skeleton("280px", "52px", "14px", margin="24px 0 0"), class_name="card now"),
                class_name="home-main"),
            rx.el.div(rx.el.div(*(c.skeleton("100%", "76px", "16px") for _ in range(2)), class_name="quick"),
                      class_name="home-side"),
            class_name="home",
        ),
    )


def _failed() -> rx.Component:
    return rx.fragment(
        rx.el.section(_greeting(), class_name="hero"),
        c.empty_state(
            "cloud-off", t("We can't show your project just now"), t("Nothing is lost. Try again in a moment."),
            c.button(c.icon("rotate-cw"), t("Try again"), variant="solid", on_click=HomeState.retry),
            rx.cond(company("phone") != "", c.link_button(
                c.icon("phone"), t("Call us"), href=rx.Var.create(f"tel:{company('phone')}"))),
            kind="bad", role="alert",
        ),
    )


def _missing() -> rx.Component:
    return rx.fragment(
        rx.el.section(_greeting(), class_name="hero"),
        c.empty_state(
            "search-x", t("There is no such project here"),
            t("The link may be old, or it belongs to another account."),
            c.link_button(t("To my projects"), href="/home", variant="solid"),
        ),
    )


def _first_project() -> rx.Component:
    return rx.fragment(
        rx.el.section(rx.el.h1(t("Welcome, {name}", name=HomeState.name)),
                      rx.el.p(t("Your account is ready."), class_name="where"), class_name="hero"),
        c.empty_state(
            "house", t("No project yet"),
            t("Tell us about your home. As soon as we have set up your project, you see every step here."),
            rx.cond(company("phone") != "", c.link_button(
                c.icon("phone"), t("Call us"), href=rx.Var.create(f"tel:{company('phone')}"))),
            rx.cond(company("email") != "", c.link_button(
                c.icon("mail"), t("Write"), href=rx.Var.create(f"mailto:{company('email')}"))),
            picture=c.first_house(),
        ),
    )
