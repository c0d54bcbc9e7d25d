"""Settings: the places where staff configure the portal."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....access.actors import Permission
from ....ui import components as c
from ....ui.frames import staff_frame
from ....ui.i18n import t
from .state import SettingsState

S: Any = SettingsState


def settings_page() -> rx.Component:
    places = (
        (Permission.SEE_FLOWS, "workflow", t("Opportunity types and processes"),
         t("Stages and substages, and what customers see at each."), "/staff/settings/flows"),
        (Permission.SEE_FLOWS, "list-checks", t("Dynamic fields"),
         t("What you ask customers for, once for all substages."), "/staff/settings/fields"),
        (Permission.SEE_FLOWS, "scroll-text", t("Conditions management"),
         t("Terms that customers accept, with their versions."), "/staff/settings/conditions"),
        (Permission.EDIT_AUTOMATIONS, "zap", t("External source actions"),
         t("What happens when a customer does something."), "/staff/settings/actions"),
        (Permission.EDIT_COMPANY, "palette", t("Customer portal"),
         t("Logo, colour, contact, languages, times and texts."), "/staff/settings/portal"),
        (Permission.EDIT_COMPANY, "life-buoy", t("Types of cases"),
         t("What customers can write about, and how soon we answer."), "/staff/settings/cases"),
        (Permission.EDIT_COMPANY, "folder", t("Folders of attachments"),
         t("Where the files of a project are kept, and who sees new ones."), "/staff/settings/folders"),
        (Permission.EDIT_TEMPLATES, "mail", t("E-mail templates"),
         t("What the portal writes, in every language."), "/staff/settings/templates"),
        (Permission.MANAGE_WEBHOOKS, "link", t("Webhooks"),
         t("Other systems that are told what happens."), "/staff/settings/webhooks"),
        (Permission.MANAGE_API_KEYS, "key-round", t("API keys"),
         t("Other systems that may enter customers."), "/staff/settings/keys"),
        (Permission.MANAGE_STAFF, "users", t("Team"), t("Colleagues, their roles and invitations."), "/staff/settings/team"),
    )
    return staff_frame(
        rx.el.div(rx.el.h1(t("Settings")), class_name="title-row"),
        rx.cond(
            S.is_loaded,
            rx.cond(
                S.allowed.length() > 0,
                rx.el.div(*(rx.cond(S.allowed.contains(permission.value), c.tile(icon, title, text, href))
                            for permission, icon, title, text, href in places), class_name="settings-places"),
                c.empty_state("lock", t("Nothing to set here"), t("Ask your administrator if you need it.")),
            ),
            c.loading(t("Loading"), c.skeleton_card("96px"), c.skeleton_card("96px"), class_name="stack"),
        ),
        area="settings",
    )
