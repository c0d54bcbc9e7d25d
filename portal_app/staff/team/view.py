"""/staff/settings/team."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...access.actors import Role
from ...core.texts import LANGUAGE_NAMES
from ...ui import components as c
from ...ui.frames import staff_frame
from ...ui.i18n import said, t
from .state import TeamState

ERRORS = TeamState.field_errors


def role_names() -> list[tuple[str, rx.Var[str]]]:
    return [
        (Role.ADMINISTRATOR, t("Administrator")), (Role.SALES, t("Sales")), (Role.BACK_OFFICE, t("Back office")),
        (Role.INSTALLER, t("Installer")), (Role.VIEWER, t("Viewer")),
    ]


def _status(row: Any) -> Any:
    return rx.match(
        row.status,
        ("active", c.pill(t("Active"), "ok")),
        ("invited", c.pill(t("Invited"), "you")),
        c.pill(t("Closed"), "neutral"),
    )


def _role(row: Any) -> rx.Component:
    return c.select_input(
        *(rx.el.option(name, value=role) for role, name in role_names()),
        value=row.role, on_change=lambda role: TeamState.change_role(row.id, role), class_name="input",
        aria_label=t("Role of {name}", name=row.name), custom_attrs={"data-testid": "role"},
        disabled=row.status == "inactive",
    )


def _actions(row: Any) -> rx.Component:
    return rx.el.div(
        rx.cond(
            row.status == "invited",
            c.button(t("Invite again"), size="s", on_click=TeamState.invite_again(row.id),
                     aria_label=t("Invite {name} again", name=row.name)),
        ),
        rx.cond(
            row.status == "inactive",
            c.button(t("Let in again"), size="s", on_click=TeamState.reactivate(row.id),
                     aria_label=t("Let {name} in again", name=row.name)),
            c.button(t("Close access"), size="s", on_click=TeamState.ask_to_deactivate(row.id),
                     aria_label=t("Close the access of {name}", name=row.name),
                     custom_attrs={"data-testid": "close-access"}),
        ),
        class_name="row wrap",
    )


def _row(row: Any) -> rx.Component:
    return c.table_row(
        c.cell(rx.el.b(row.name), rx.cond(row.is_self, rx.el.span(" ", t("(you)"), class_name="muted")),
               label=t("Name")),
        c.cell(row.email, label=t("E-mail"), class_name="mail"),
        c.cell(_role(row), label=t("Role")),
        c.cell(_status(row), label=t("State")),
        c.cell(_actions(row), right=True),
        custom_attrs={"data-testid": "member"},
    )


def _invitation() -> rx.Component:
    return c.dialog(
        TeamState.is_inviting, TeamState.close_dialogs, t("Invite to the team"),
        rx.el.form(
            c.field(t("Name"), c.text_input, id="name", auto_complete="off", error=said(ERRORS["name"])),
            c.field(t("E-mail address"), c.text_input, id="email", type="email", auto_complete="off",
                    error=said(ERRORS["email"])),
            c.field(t("Role"), c.select, id="role", options=role_names(), default_value=Role.SALES.value,
                    error=said(ERRORS["role"])),
            c.field(t("Language of the mail"), c.select, id="language", options=list(LANGUAGE_NAMES.items()),
                    default_value=TeamState.language),
            c.dialog_actions(
                c.button(t("Send invitation"), variant="solid", type="submit",
                         custom_attrs={"data-testid": "send-invitation"}),
                c.button(t("Cancel"), variant="ghost", on_click=TeamState.close_dialogs),
            ),
            on_submit=TeamState.invite, class_name="stack", no_validate=True,
        ),
        close_label=t("Close"), id="invitation",
        lead=t("They get a mail with a link that lasts seven days and choose their own password."),
    )


def _question() -> rx.Component:
    return c.dialog(
        TeamState.asked.id != "", TeamState.close_dialogs, t("Close the access of {name}?", name=TeamState.asked.name),
        c.dialog_actions(
            c.button(t("Close access"), variant="bad", on_click=TeamState.deactivate,
                     custom_attrs={"data-testid": "confirm-close-access"}),
            c.button(t("Keep"), variant="ghost", on_click=TeamState.close_dialogs),
        ),
        close_label=t("Close"), id="close-access",
        lead=t("Open sessions end at once. What was done stays, and you can let them in again."),
    )


def _members() -> rx.Component:
    heads = [t("Name"), t("E-mail"), t("Role"), t("State"), (rx.el.span(t("Actions"), class_name="vh"), "r")]
    return c.card(c.table(t("Members of the team"), heads, rx.foreach(TeamState.members, _row)), pad=False)


def team() -> rx.Component:
    return staff_frame(
        c.breadcrumb(t("Where you are"), [(t("Settings"), "/staff/settings"), (t("Team"), None)]),
        rx.el.div(
            rx.el.h1(t("Team"), class_name="grow"),
            rx.cond(TeamState.may_manage, c.button(
                c.icon("user-plus", "s"), t("Invite"), variant="solid", on_click=TeamState.open_invitation,
                custom_attrs={"data-testid": "invite"})),
            class_name="title-row",
        ),
        rx.cond(
            TeamState.is_loaded,
            rx.cond(TeamState.may_manage, _members(), c.empty_state(
                "lock", t("You may not change this"), t("Ask your administrator if you need it."))),
            c.loading(t("Loading the team"), c.skeleton_card("280px")),
        ),
        _invitation(),
        _question(),
        area="settings",
    )
