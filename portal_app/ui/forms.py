"""Fields and controls. Every control stands in a `field`, which ties label, hint and error to it.

    field(label, control, id, hint=None, error=None, optional=None, **control_props)
        field(t("E-mail"), text_input, id="email", type="email", auto_complete="email", error=State.email_error)
        `error`: a text, or a Var that is empty while all is well; it takes the place of nothing and is read aloud.
        `optional`: the word "(optional)"; required fields carry no mark.
    text_input(id, **props)   textarea(id, rows=4, **props)   select(id, options, placeholder=None, **props)
        options: [(value, text)], or a Var of objects with `value` and `text`
    search_input(label, **props)                      with a magnifier, label for screen readers
    checkbox(*text, name, error=None, **props)        never ticked beforehand
    switch(label, name=None, checked=…, **props)      bare; switch_row(title, text, …) with its words
    segmented(legend, name, options, value, on_change, big=False)   radio group; options: (value, content) pairs
    choices(legend, name, options, value, on_change)  radio group as boxes; options: (value, icon name or None, text)
    code_input(label, id="code", error=None, **props) one input in six boxes (paste and autofill work)
    language_field(legend, name, values, missing, languages, multiline=False, on_change=None)
        one row per language, missing ones tinted with the text `missing` ("Not written yet: customers see English");
        rows are named "{name}.{language}"; with on_change: on_change(language, text)
    read_only(label, value, icon_name="lock", action=None)
    error_text(text, id=None)

Controls are uncontrolled by default (`default_value=`), and forms send them by name: typing costs no event. Boxes and lists
whose state the server decides (`checked=`, `value=` with `on_change=`) show a choice at once (`decided`).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import reflex as rx

from .decided import check_input, radio_input, select_input
from .icons import icon
from .words import Content, Event, Flag, Text, chosen, classes, is_given, yes_no

Options = Sequence[tuple[str, Text]] | rx.Var


def error_text(text: Text, id: Text = "") -> rx.Component:
    """What is wrong and how to mend it. Nothing is shown while the text is empty."""
    props: dict[str, Any] = {"id": id} if is_given(id) else {}
    shown = rx.el.p(icon("alert-circle", "s"), rx.el.span(text), class_name="errtext", role="alert", **props)
    return rx.cond(text != "", shown) if isinstance(text, rx.Var) else shown


def told_at(id: str, *errors: Any) -> dict[str, Any]:
    """Marks a control whose message stands elsewhere, with that `id`: wrong when one of `errors` (Vars) is told."""
    told = errors[0]
    for error in errors[1:]:
        told = told + error
    return {"aria_invalid": yes_no(told != ""), "aria_describedby": id}


def _invalid(error: Text | None) -> str | rx.Var[str]:
    if isinstance(error, rx.Var):
        return yes_no(error != "")
    return yes_no(bool(error))


def field(
    label: Text,
    control: Callable[..., rx.Component],
    *,
    id: str,
    hint: Text | None = None,
    error: Text | None = None,
    optional: Text | None = None,
    class_name: str = "",
    **control_props: Any,
) -> rx.Component:
    """Label above, control, error, hint below. `control` is `text_input`, `textarea`, `select` or alike."""
    described = [f"{id}-error"] if is_given(error) else []
    described += [f"{id}-hint"] if is_given(hint) else []
    if described:
        control_props["aria_describedby"] = " ".join(described)
    if is_given(error):
        control_props["aria_invalid"] = _invalid(error)
    word = [" ", rx.el.span(optional, class_name="opt")] if is_given(optional) else []
    parts: list[rx.Component] = [rx.el.label(label, *word, html_for=id), control(id=id, **control_props)]
    if error is not None and is_given(error):
        parts.append(error_text(error, f"{id}-error"))
    if is_given(hint):
        parts.append(rx.el.p(hint, class_name="hint", id=f"{id}-hint"))
    return rx.el.div(*parts, class_name=classes("field", class_name))


def text_input(id: str, class_name: str = "", **props: Any) -> rx.Component:
    props.setdefault("name", id)
    props.setdefault("type", "text")
    return rx.el.input(id=id, class_name=classes("input", class_name), **props)


def textarea(id: str, rows: int = 4, class_name: str = "", **props: Any) -> rx.Component:
    props.setdefault("name", id)
    return rx.el.textarea(id=id, rows=str(rows), class_name=classes("input", class_name), **props)


def select(
    id: str, options: Options, placeholder: Text | None = None, class_name: str = "", **props: Any
) -> rx.Component:
    props.setdefault("name", id)
    listed = (
        [rx.foreach(options, lambda entry: rx.el.option(entry.text, value=entry.value))]
        if isinstance(options, rx.Var)
        else [rx.el.option(text, value=value) for value, text in options]
    )
    first = [rx.el.option(placeholder, value="")] if is_given(placeholder) else []
    return select_input(*first, *listed, id=id, class_name=classes("input", class_name), **props)


def search_input(label: Text, id: str = "search", class_name: str = "", **props: Any) -> rx.Component:
    props.setdefault("placeholder", label)
    props.setdefault("name", id)
    return rx.el.label(
        rx.el.span(label, class_name="vh"),
        icon("search"),
        rx.el.input(id=id, type="search", class_name="input", **props),
        class_name=classes("inwrap", class_name),
    )


def checkbox(*text: Content, name: str, error: Text | None = None, **props: Any) -> rx.Component:
    if is_given(error):
        props |= {"aria_invalid": _invalid(error), "aria_describedby": f"{name}-error"}
    box = rx.el.label(check_input(name=name, **props), rx.el.span(*text), class_name="check")
    return rx.el.div(box, error_text(error, f"{name}-error")) if error is not None and is_given(error) else box


def switch(label: Text, **props: Any) -> rx.Component:
    return check_input(role="switch", aria_label=label, class_name="switch", **props)


def switch_row(title: Text, text: Text | None = None, **props: Any) -> rx.Component:
    more = [rx.el.span(text, class_name="tiny muted")] if is_given(text) else []
    return rx.el.label(
        rx.el.span(rx.el.b(title), *more, class_name="grow"), switch(title, **props), class_name="switch-row"
    )


def segmented(
    legend: Text,
    name: str,
    options: Iterable[tuple[str, Content]] | rx.Component,
    value: Text | None = None,
    on_change: Event = None,
    big: bool = False,
    class_name: str = "",
) -> rx.Component:
    """A few choices side by side, one of them on. `options` may also be a foreach of `segment(…)`."""
    parts = (
        [options]
        if isinstance(options, rx.Component)
        else [segment(name, given, content, value, on_change) for given, content in options]
    )
    return rx.el.fieldset(
        rx.el.legend(legend, class_name="vh"), *parts, class_name=classes("seg", "big" if big else "", class_name)
    )


def segment(
    name: str, given: Text, content: Content, value: Text | None, on_change: Event = None, missing: Flag = False
) -> rx.Component:
    """One choice of a `segmented`. `on_change` gets the chosen value."""
    props: dict[str, Any] = {}
    if value is not None:
        props["checked" if on_change is not None else "default_checked"] = value == given
    if on_change is not None:
        props["on_change"] = on_change
    return rx.el.label(
        radio_input(name=name, value=given, class_name="vh", **props),
        content,
        class_name=chosen(missing, "miss"),
    )


def choices(
    legend: Text,
    name: str,
    options: Iterable[tuple[str, Text]],
    error: Any,
) -> rx.Component:
    """Choices as boxes, of which one has to be on. Without one the group takes the focus."""
    return rx.fragment(
        rx.el.fieldset(rx.el.legend(legend, class_name="vh"), *(segment(name, given, text, None) for given, text in options),
                       class_name="choices", custom_attrs={"role": "radiogroup", "tabIndex": "-1"},
                       **told_at(f"{name}-error", error)),
        error_text(error, f"{name}-error"))


def code_input(
    label: Text, id: str = "code", error: Text | None = None, hint: Text | None = None, **props: Any
) -> rx.Component:
    """Six digits in one input: a screen reader meets one field, and paste and one-time-code autofill just work."""
    props.setdefault("name", id)

    def control(**given: Any) -> rx.Component:
        return rx.el.div(
            *(rx.el.span(class_name="code-box", aria_hidden="true") for _ in range(6)),
            rx.el.input(
                type="text",
                input_mode="numeric",
                auto_complete="one-time-code",
                pattern="[0-9]{6}",
                max_length=6,
                spell_check=False,
                **given,
            ),
            class_name="code",
            custom_attrs={"data-invalid": given.get("aria_invalid", "false")},
        )

    return field(label, control, id=id, error=error, hint=hint, **props)


def language_field(
    legend: Text,
    name: str,
    values: Any,
    missing: Text,
    languages: Sequence[str],
    multiline: bool = False,
    on_change: Callable[[str, Any], Any] | None = None,
    hint: Text | None = None,
    error: Text | None = None,
    optional: Text | None = None,
    max_length: int | None = None,
) -> rx.Component:
    """One row per language, so that no missing text can hide. `values` maps languages to texts (dict or Var)."""
    word = [" ", rx.el.span(optional, class_name="opt")] if is_given(optional) else []
    rows = []
    for language in languages:
        id = f"{name}-{language}".replace(".", "-")
        given = _in_row(values, language)
        props: dict[str, Any] = {"value": given} if on_change else {"default_value": given}
        if on_change:
            props["on_change"] = _changed(on_change, language)
        if is_given(error):
            props["aria_invalid"] = _invalid(error)
            props["aria_describedby"] = f"{name}-error".replace(".", "-")
        if max_length:
            props["max_length"] = max_length
        make = rx.el.textarea if multiline else rx.el.input
        rows.append(
            rx.el.div(
                rx.el.label(language, html_for=id),
                make(id=id, name=f"{name}.{language}", lang=language, placeholder=missing, **props),
            )
        )
    parts: list[rx.Component] = [
        rx.el.legend(legend, *word, class_name="label"),
        rx.el.div(*rows, class_name="langs"),
    ]
    if error is not None and is_given(error):
        parts.append(error_text(error, f"{name}-error".replace(".", "-")))
    if is_given(hint):
        parts.append(rx.el.p(hint, class_name="hint"))
    return rx.el.fieldset(*parts, class_name="field")


def _in_row(values: Any, language: str) -> Any:
    if isinstance(values, rx.Var):
        row: Any = values.to(dict[str, str])[language]
        return rx.cond(row, row, "")
    return values.get(language, "")


def _changed(on_change: Callable[[str, Any], Any], language: str) -> Callable[[rx.Var], Any]:
    return lambda text: on_change(language, text)


def read_only(label: Text, value: Content, icon_name: str = "lock", action: rx.Component | None = None) -> rx.Component:
    """A value that the reader cannot change here, with the way to get it when it is a file."""
    return rx.el.div(
        icon(icon_name, "s"),
        rx.el.div(rx.el.p(label, class_name="eyebrow"), rx.el.b(value), class_name="grow"),
        *([action] if action is not None else []),
        class_name="read-only",
    )
