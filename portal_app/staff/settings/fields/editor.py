"""One dynamic field: its kind, its words in each language, its choices, what an answer has to keep to, where it is asked."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....core.texts import LANGUAGES
from ....flows.field_forms import GROUP_LENGTH, HELP_LENGTH, LABEL_LENGTH, OPTION_LENGTH, UNIT_LENGTH
from ....flows.fields import CHOICE_KINDS, FILE_TYPES, LIMITS_OF_KIND, FieldKind
from ....ui import components as c
from ....ui.drafting import draft_input, draft_keeper, draft_textarea, leave_guard
from ....ui.i18n import said, t, tn
from ....ui.languages import language_name
from ....ui.sortable import sort_handle, sort_item, sort_list, sort_menu_items, sortable
from ...meanwhile import meanwhile, named
from .state import FieldsState
from .words import KINDS, kind_title

S: Any = FieldsState

LIST = "/staff/settings/fields"


def _not_written(language: str) -> Any:
    return rx.cond(S.default_language == language, t("Every language needs this one: please write it"),
                   t("Not written yet: customers see {language}", language=language_name(S.default_language)))


def _errors(*names: str) -> Any:
    told: Any = said(S.field_errors[names[0]])
    for name in names[1:]:
        told = told + said(S.field_errors[name])
    return told


def _in_languages(part: str, error_id: str) -> Any:
    return c.error_text(_errors(part, *(f"{part}.{language}" for language in LANGUAGES)), error_id)


def _texts(part: str, legend: Any, values: Any, longest: int, multiline: bool = False, hint: Any = None,
           optional: bool = False, revision: Any = S.revision) -> rx.Component:
    make = draft_textarea if multiline else draft_input
    rows = [
        rx.cond(S.languages.contains(language), rx.el.div(
            rx.el.label(language, html_for=f"{part}-{language}"),
            make(values[language], revision, lambda text, language=language: S.write(f"{part}.{language}", text),
                 id=f"{part}-{language}", name=f"{part}.{language}", lang=language, max_length=longest,
                 placeholder=t("Nothing written") if optional else _not_written(language), read_only=~S.may_edit,
                 auto_complete="off", **c.told_at(f"{part}-error", _errors(part, f"{part}.{language}"))),
        )) for language in LANGUAGES
    ]
    word = [" ", rx.el.span(t("(optional)"), class_name="opt")] if optional else []
    return rx.el.fieldset(
        rx.el.legend(legend, *word, class_name="label"),
        rx.el.div(*rows, class_name="langs calm" if optional else "langs"),
        _in_languages(part, f"{part}-error"),
        *([rx.el.p(hint, class_name="hint")] if hint is not None else []),
        class_name="field",
    )


# Kind


def _kinds() -> rx.Component:
    cards = [
        c.segment("kind", kind.value, rx.fragment(c.icon(icon), rx.el.span(
            rx.el.b(kind_title(kind.value), class_name="block"), rx.el.span(summary, class_name="tiny muted"))),
            S.kind, S.choose_kind)
        for kind, (summary, icon) in KINDS.items()
    ]
    return c.card(
        c.card_head(t("What kind of answer")),
        rx.el.fieldset(rx.el.legend(t("Kind"), class_name="vh"), *cards, class_name="choices kinds"),
        c.error_text(said(S.field_errors["kind"]), "kind-error"),
        rx.el.p(t("The kind stays once the field is saved, because answers depend on it."),
                class_name="hint gap-top"),
    )


# Words


def _group() -> rx.Component:
    def control(id: str, **given: Any) -> rx.Component:
        return c.select_input(
            rx.el.option(t("Without a group"), value="none"),
            rx.foreach(S.group_choices, lambda choice: rx.el.option(choice.text, value=choice.value)),
            rx.el.option(t("A new group"), value="new"),
            id=id, name=id, class_name="input", value=S.group, on_change=S.choose_group, disabled=~S.may_edit, **given,
        )

    return rx.fragment(
        c.field(t("Group"), control, id="group", hint=t("Customers see fields of a group together, under its name.")),
        rx.cond(S.group == "new", _texts("group_name", t("Name of the group"), S.group_names, GROUP_LENGTH,
                                         revision=S.group_revision)),
    )


def _words() -> rx.Component:
    return c.card(
        rx.el.div(
            _texts("label", t("Question"), S.labels, LABEL_LENGTH),
            _texts("help", t("Explanation"), S.helps, HELP_LENGTH, multiline=True, optional=True,
                   hint=t("Stands under the question: where to find the answer, what you need it for.")),
            _group(),
            class_name="form",
        ),
    )


# Choices


def _option_text(row: Any, place: Any, language: str) -> rx.Component:
    return rx.cond(S.languages.contains(language), rx.el.div(
        rx.el.label(language, html_for=f"option-{row.key}-{language}"),
        draft_input(row.label[language], S.revision, lambda text: S.write_option(row.key, language, text),
                    id=f"option-{row.key}-{language}", lang=language, max_length=OPTION_LENGTH, auto_complete="off",
                    placeholder=_not_written(language), read_only=~S.may_edit,
                    **c.told_at(f"option-{row.key}-error", said(row.error))),
    ))


def _option(row: Any, place: Any) -> rx.Component:
    number = place.to(int) + 1
    name = rx.cond(row.label[S.default_language] != "", row.label[S.default_language], t("Answer {number}", number=number))
    up, down = sort_menu_items(t("Move up"), t("Move down"))
    retire = rx.cond(row.is_retired, c.menu_item(t("Offer it again"), "undo", on_click=S.retire_option(row.key, False)),
                     c.menu_item(t("No longer offer it"), "eye-off", on_click=S.retire_option(row.key, True)))
    return sort_item(
        "option", row.key, name,
        rx.cond(S.may_edit, sort_handle(t("Move {name}: arrow keys or drag", name=name))),
        rx.el.fieldset(
            rx.el.legend(t("Answer {number}", number=number),
                         rx.cond(row.is_retired, rx.el.span(" · ", t("no longer offered"))), class_name="tiny muted"),
            rx.el.div(*(_option_text(row, place, language) for language in LANGUAGES), class_name="langs"),
            c.error_text(said(row.error), f"option-{row.key}-error"),
            class_name="grow option-words",
        ),
        rx.cond(S.may_edit, c.menu(
            c.icon("ellipsis", "s"), up, down, rx.cond(row.is_new, rx.fragment(), retire),
            rx.cond(row.is_new, c.menu_item(t("Remove"), "trash", on_click=S.remove_option(row.key), bad=True)),
            label=t("More about {name}", name=name),
        )),
    )


def _options() -> rx.Component:
    return c.card(
        c.card_head(t("Answers to choose from")),
        rx.cond(
            S.options.length() > 0,
            sortable(
                sort_list("option", rx.foreach(S.options, _option), class_name="rows options"), on_move=S.move_option,
                said=t("{name} is now number {place} of {count}", name="{name}", place="{place}", count="{count}"),
            ),
            rx.el.p(t("Customers need at least two answers to choose from."), class_name="muted"),
        ),
        c.error_text(said(S.field_errors["options"]), "options-error"),
        rx.cond(S.may_edit, rx.el.div(c.button(
            c.icon("plus", "s"), t("Add an answer"), variant="soft", size="s", on_click=S.add_option,
            custom_attrs={"data-testid": "add-option"}), class_name="row gap-top")),
        custom_attrs={"data-testid": "options"},
    )


# Limits

_NUMBERS = {
    "min_length": t("Fewest characters"), "max_length": t("Most characters"), "minimum": t("Smallest"),
    "maximum": t("Largest"), "decimals": t("Decimals"), "min_count": t("At least this many"),
    "max_count": t("At most this many"), "max_file_mb": t("Largest file, in MB"),
}
_HINTS = {"max_file_mb": t("Empty: as large as the portal takes."), "decimals": t("Empty: as many as customers write.")}


def _country_hint() -> rx.Var[str]:
    hint: Any = rx.match(S.kind, (FieldKind.TAX_ID.value, t("Whose tax numbers count.")),
                         (FieldKind.ADDRESS.value, t("The address begins with this country.")),
                         t("Whose numbers count when there is no country code."))
    return hint.to(str)


def _limit(name: str) -> rx.Component:
    error = said(S.field_errors[f"limits.{name}"])
    value = S.limits[name]

    def control(id: str, **given: Any) -> rx.Component:
        kind = {"earliest": "date", "latest": "date", "unit": "text"}.get(name, "number")
        steps = {"step": "any"} if name in ("minimum", "maximum") else {"min": "0"} if kind == "number" else {}
        return draft_input(value, S.revision, lambda text: S.write(f"limit.{name}", text), id=id, name=id, type=kind,
                           class_name="input", read_only=~S.may_edit, **steps, **given)

    if name == "unit":
        return c.field(t("Unit"), control, id="limit-unit", error=error, max_length=UNIT_LENGTH,
                       hint=t("For example kWh or m²."))
    if name in ("earliest", "latest"):
        return c.field(t("Earliest day") if name == "earliest" else t("Latest day"), control, id=f"limit-{name}",
                       error=error)
    if name == "today":
        return c.field(t("Compared with today"), c.select, id="limit-today", options=[
            ("", t("Any day")), ("from", t("Today or later")), ("until", t("Today or earlier"))], value=value,
            disabled=~S.may_edit, error=error, on_change=lambda choice: S.write("limit.today", choice),
            hint=t("The day on which the customer answers."))
    if name == "country":
        return c.field(t("Country"), c.select, id="limit-country", options=S.countries, value=value,
                       placeholder=t("Any country"), disabled=~S.may_edit, error=error,
                       on_change=lambda code: S.write("limit.country", code),
                       hint=_country_hint())
    return c.field(_NUMBERS[name], control, id=f"limit-{name}", error=error, hint=_HINTS.get(name))


def _file_types() -> rx.Component:
    boxes = [
        rx.el.label(c.check_input(checked=S.file_types.contains(kind), disabled=~S.may_edit,
                                on_change=lambda ticked, kind=kind: S.choose_file_type(kind, ticked)),
                    rx.el.span(kind.upper()), class_name="check")
        for kind in FILE_TYPES
    ]
    return rx.el.fieldset(
        rx.el.legend(t("Kinds of files"), class_name="label"), rx.el.div(*boxes, class_name="checks"),
        rx.el.p(t("None ticked: all of them."), class_name="hint"),
        c.error_text(said(S.field_errors["limits.file_types"]), "file-types-error"), class_name="field",
    )


def _limits() -> rx.Component:
    known = {kind: names for kind, names in LIMITS_OF_KIND.items() if names}

    def form(names: tuple[str, ...]) -> rx.Component:
        return rx.el.div(
            *([_file_types()] if "file_types" in names else []),
            rx.el.div(*(_limit(name) for name in names if name != "file_types"), class_name="pair"), class_name="form")

    return rx.cond(S.limit_names.length() > 0, c.card(
        c.card_head(t("What an answer has to keep to")),
        rx.fragment(rx.match(S.kind, *((kind.value, form(names)) for kind, names in known.items()), rx.fragment())),
    ))


# Where it is asked


def _place(row: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            c.text_link(rx.el.b(row.substage_name), href=f"/staff/settings/flows?flow={row.flow_id}"),
            rx.el.span(row.flow_name, " · ", row.stage_name, class_name="tiny muted block"), class_name="grow"),
        rx.cond(row.is_required, c.pill(t("Required"), "us"), c.pill(t("Optional"))),
        rx.cond(row.is_read_only, c.pill(t("Read-only"), "neutral", "lock")),
    )


def _places() -> rx.Component:
    return c.card(
        c.card_head(t("Where it is asked")),
        rx.cond(S.places.length() > 0, rx.el.ul(rx.foreach(S.places, _place), class_name="rows places"),
                rx.el.p(t("Nowhere yet. Add it to a substage in Opportunity types and processes."), class_name="muted")),
        rx.cond(S.is_used, rx.el.p(c.icon("lock", "s"), t("Projects have answers to it: it can be archived, not deleted."),
                                   class_name="hint row gap-top")),
        custom_attrs={"data-testid": "places"},
    )


# The page


PARTS = {"label": t("Question"), "help": t("Explanation"), "group_name": t("Group"), "limit": t("Limits"),
         "options": t("Answers"), "kind": t("Kind")}


def editor() -> rx.Component:
    is_choice = rx.Var.create([kind.value for kind in sorted(CHOICE_KINDS)]).contains(S.kind)
    return rx.fragment(
        c.breadcrumb(t("Where you are"), [(t("Settings"), "/staff/settings"), (t("Dynamic fields"), LIST),
                                          (rx.cond(S.title != "", S.title, t("New field")), None)]),
        rx.el.div(
            rx.el.h1(rx.cond(S.title != "", S.title, t("New field"))),
            rx.cond(S.is_new, rx.fragment(), c.pill(kind_title(S.kind))),
            rx.cond(S.is_archived, c.pill(t("archived"))),
            rx.cond(S.may_edit, rx.fragment(), c.pill(t("Read only"), "neutral", "lock")),
            class_name="title-row",
        ),
        rx.el.div(
            meanwhile(S, PARTS),
            rx.cond(S.is_new, _kinds()),
            rx.cond(S.kind != "", rx.fragment(_words(), rx.cond(is_choice, _options()), _limits(),
                                              rx.cond(S.is_new, rx.fragment(), _places()))),
            class_name="stack l settings",
        ),
        c.unsaved_bar(
            S.change_count > 0,
            tn("{n} unsaved change", "{n} unsaved changes", S.change_count), named(S.changed_parts, PARTS),  # pyright: ignore[reportArgumentType]
            c.button(t("Discard"), variant="ghost", on_click=S.discard),
            c.button(t("Save"), variant="sun", on_click=S.save, busy=S.busy, custom_attrs={"data-testid": "save-field"}),
        ),
        draft_keeper(S.kept, S.mark, S.about, S.restore),
        leave_guard(S.change_count > 0),
    )
