"""/staff/customers/import: choose a file, read what would happen, import all or nothing."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...ui import components as c
from ...ui.frames import staff_frame
from ...ui.i18n import current_language, number, said, t, tn
from .file_picker import ImportFile
from .state import ImportState

S: Any = ImportState
ADDRESS = "/api/customers/import"


def customer_import() -> rx.Component:
    return staff_frame(
        c.breadcrumb(t("Where you are"), [(t("Customers"), "/staff/customers"), (t("Import customers"), None)]),
        rx.el.div(rx.el.div(rx.el.h1(t("Import customers")),
                            rx.el.p(t("From a table that you saved as CSV. First you see what would happen."))),
                  class_name="title-row"),
        rx.cond(
            S.is_loaded,
            rx.cond(S.may_import, _content(), c.empty_state(
                "lock", t("You may not import customers"), t("Ask your administrator if you need it."))),
            c.loading(t("Loading"), c.skeleton_card("320px")),
        ),
        area="customers",
    )


def _content() -> rx.Component:
    return rx.el.div(_how(), _file(), class_name="stack l settings")


def _how() -> rx.Component:
    return c.card(
        c.card_head(t("What the file looks like"), id="how"),
        rx.el.div(
            rx.el.p(t("The first line names the columns. Name and e-mail are needed; phone, address, language and household "
                      "or company may be there. Other columns are left out.")),
            rx.el.p(t("Commas, semicolons and tabs are all fine, and so is whatever alphabet your spreadsheet writes. Up to "
                      "50,000 customers at once.")),
            rx.el.div(c.link_button(
                c.icon("download", "s"), t("Download the template"), plain=True, size="s",
                href=rx.Var.create(f"{ADDRESS}/template.csv?lang={current_language}"),
                custom_attrs={"data-testid": "import-template", "download": "customers.csv"}), class_name="row"),
            class_name="stack prose"),
        aria_labelledby="how",
    )


def _file() -> rx.Component:
    is_ready = S.is_read & (S.report.error_count == 0) & (S.report.new > 0) & ~S.report.is_done
    return c.card(
        c.card_head(t("Your file"), id="file"),
        rx.el.div(
            rx.cond(S.file_name != "", rx.el.div(
                c.icon("file-text"), rx.el.b(S.file_name, class_name="clip"), class_name="row")),
            rx.cond(S.refused.id != "", c.note("bad", said(S.refused), t("Nothing was imported."), role="alert")),
            rx.cond(S.is_read, _result()),
            rx.cond(is_ready, c.checkbox(
                t("Send each new customer the mail of new customers, with the way into the portal"), name="invites",
                checked=S.invites, on_change=S.choose_invites, custom_attrs={"data-testid": "invites"})),
            ImportFile.create(
                address=ADDRESS, label=t("Choose a file"), again_label=t("Choose another file"),
                import_label=tn("Import {n} customer", "Import {n} customers", S.report.new),
                busy_label=t("Reading the file …"), ready=is_ready, invites=S.invites, on_report=S.show_report,
                on_refused=S.show_refusal),
            class_name="form"),
        aria_labelledby="file", custom_attrs={"data-testid": "import-card"},
    )


def _result() -> rx.Component:
    report = S.report
    done = c.note(
        "ok", tn("{n} customer is imported.", "{n} customers are imported.", report.new),
        rx.cond(report.known > 0, rx.fragment(tn("{n} was here already and stays as they are.",
                                                 "{n} were here already and stay as they are.", report.known), " ")),
        rx.cond(S.invites, rx.fragment(t("Their mails go out during the next minutes."))),
        " ", c.text_link(t("To the customers"), href="/staff/customers"), role="status")
    return rx.cond(report.is_done, done, rx.fragment(
        rx.cond(
            report.error_count > 0,
            c.note("bad", tn("{n} error. Nothing is imported while there are any.",
                             "{n} errors. Nothing is imported while there are any.", report.error_count),
                   t("Mend them in your table, save it and choose the file again."), role="alert"),
            rx.cond(
                report.new > 0,
                c.note("ok", t("No errors. This has not been imported yet."), role="status"),
                c.note("info", t("Everybody in this file is here already: there is nothing to import."), role="status")),
        ),
        _numbers(), rx.cond(S.errors, _errors()),
    ))


def _numbers() -> rx.Component:
    report = S.report
    separator = rx.match(report.separator, (",", t("comma")), (";", t("semicolon")), t("tab"))
    return rx.el.div(
        c.key_values([
            (t("New customers"), rx.el.span(number(report.new), custom_attrs={"data-testid": "import-new"})),
            (t("Here already, stay as they are"), rx.el.span(number(report.known),
                                                             custom_attrs={"data-testid": "import-known"})),
            (t("Read as"), rx.fragment(report.encoding, ", ", separator)),
        ]),
        rx.cond(report.ignored != "", rx.el.p(t("Columns left out: {columns}", columns=report.ignored),
                                              class_name="small muted")),
    )


def _errors() -> rx.Component:
    def row(error: Any) -> rx.Component:
        column = rx.match(
            error.column, ("name", t("Name")), ("email", t("E-mail")), ("phone", t("Phone")), ("address", t("Address")),
            ("language", t("Language")), ("account_name", t("Household or company")), "–")
        return c.table_row(
            c.cell(t("Line {line}", line=error.line)), c.cell(column, label=t("Column")),
            c.cell(said(error.said), label=t("What is wrong")), custom_attrs={"data-testid": "import-error"})

    return rx.el.div(
        c.table(t("Errors by line"), [t("Line"), t("Column"), t("What is wrong")], rx.foreach(S.errors, row)),
        rx.cond(S.report.more_errors > 0, rx.el.p(
            tn("… and {n} more", "… and {n} more", S.report.more_errors), class_name="small muted")),
    )
