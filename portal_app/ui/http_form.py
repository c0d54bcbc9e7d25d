"""Forms that only plain HTTP can answer (cookies): sent as JSON to a route, with errors at their fields.

    http_form(*children, action="/api/…", done=None)   `done`: a JavaScript function (sent, answer), else `next` is followed
    http_entry(label, id, **props)                     a field with its message; `http_email` for an address of e-mail
    http_field_error(field, id)                        where the message of a field stands; `id` is the control's
    http_form_error()                                  where what belongs to no field stands
    while_open(*children) / when_done(*children)       parts of the form before and after it was taken
    query_value("why")                                 a value of the page's address, for the browser to read
"""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.vars import VarData
from reflex_base.utils.imports import ImportVar

from .beside import beside
from .forms import field, text_input
from .i18n import LIBRARY as TEXTS
from .i18n import t
from .icons import icon

LIBRARY = beside(__name__, __file__, "http_form.jsx").importable_path


class HttpForm(rx.Component):
    library = LIBRARY
    tag = "HttpForm"

    action: rx.Var[str]
    lost: rx.Var[str]
    say: rx.Var[Any]
    done: rx.Var[Any]


class HttpFormError(rx.Component):
    library = LIBRARY
    tag = "HttpFormError"

    field: rx.Var[str]


class HttpFormPart(rx.Component):
    library = LIBRARY
    tag = "HttpFormPart"

    when: rx.Var[str]


def hooked(expression: str, library: str, tag: str, hook: str) -> rx.Var:
    """A JavaScript expression that needs `const … = useSomething()` first."""
    return rx.Var(_js_expr=expression, _var_data=VarData(imports={library: [ImportVar(tag=tag)]}, hooks={hook: None}))


def http_form(*children: rx.Component, action: str, done: rx.Var | None = None, **props: Any) -> rx.Component:
    if done is not None:
        props["done"] = done
    return HttpForm.create(
        *children, action=action, say=hooked("tr", TEXTS, "useTexts", "const tr = useTexts();"),
        lost=t("The portal can't be reached right now. Nothing is lost, please try again."), **props)


def http_field_error(field: str, id: str = "") -> rx.Component:
    return HttpFormError.create(icon("alert-circle", "s"), field=field, id=f"{id or field}-error")


def http_entry(label: Any, id: str, **props: Any) -> rx.Component:
    return rx.el.div(field(label, text_input, id=id, **props), http_field_error(id), class_name="stack")


def http_email(label: Any, auto_complete: str, **props: Any) -> rx.Component:
    return http_entry(label, "email", type="email", auto_complete=auto_complete, input_mode="email",
                      auto_capitalize="off", spell_check=False, **props)


def http_form_error() -> rx.Component:
    return HttpFormError.create(icon("alert-circle", "s"), field="")


def while_open(*children: rx.Component) -> rx.Component:
    return HttpFormPart.create(*children, when="open")


def when_done(*children: rx.Component) -> rx.Component:
    return HttpFormPart.create(*children, when="done")


def query_value(name: str) -> rx.Var[str]:
    if not name.isidentifier():
        raise ValueError(name)
    return hooked(f"query_{name}", LIBRARY, "useQuery", f'const query_{name} = useQuery("{name}");').to(str)
