"""Texts on a page: `t("Good morning, {name}", name=State.name)` is a Var that the browser evaluates.

The English sentence is the key; the page carries only a short id, and loads its words in the reader's language. Texts
that are chosen at run time (titles from a registry, what a handler said) travel as ids: `say()` and `said()`.
"""

from __future__ import annotations

from typing import Any

import reflex as rx
from pydantic import BaseModel
from reflex.vars import VarData
from reflex_base.utils.imports import ImportVar

from ..core.errors import Values
from ..core.texts import LANGUAGES, PLACEHOLDER, text_id
from .beside import beside

LIBRARY = beside(__name__, __file__, "i18n.jsx").importable_path


class Words(rx.Component):
    """Around a page's content, which is shown when the page's words are there."""

    library = LIBRARY
    tag = "Words"

    page: rx.Var[str]


class TextOf(rx.Component):
    """A text without values, by its id (`plain_texts`)."""

    library = LIBRARY
    tag = "TextOf"

    name: rx.Var[str]


class Said(BaseModel):
    """A text as the browser takes it: it follows the reader's language, also after a switch."""

    id: str = ""
    values: dict[str, str | int | float] = {}


def say(text: str, **values: str | int | float) -> Said:
    """A text marked with `msg`, for a state var."""
    return Said(id=text_id(text), values=values) if text else Said()


def say_values(text: str, values: Values) -> Said:
    return Said(id=text_id(text), values=dict(values)) if text else Said()


def _hook(tag: str, name: str) -> VarData:
    return VarData(imports={LIBRARY: [ImportVar(tag=tag)]}, hooks={f"const {name} = {tag}();": None})


def _call(expression: str, data: VarData, *parts: rx.Var) -> rx.Var[str]:
    merged = VarData.merge(data, *(part._get_all_var_data() for part in parts))
    return rx.Var(_js_expr=expression, _var_type=str, _var_data=merged).to(str)


def _check(values: dict[str, Any], *texts: str) -> None:
    wanted = set().union(*(PLACEHOLDER.findall(text) for text in texts)) - {"n"}
    if wanted != set(values):
        raise ValueError(f"{texts[0]!r} needs {sorted(wanted)}, was given {sorted(values)}")


def t(msgid: str, **values: Any) -> rx.Var[str]:
    """The text in the reader's language. Raises when values and placeholders differ."""
    _check(values, msgid)
    given = rx.Var.create(values)
    arguments = f", {given}" if values else ""
    return _call(f'tr("{text_id(msgid)}"{arguments})', _hook("useTexts", "tr"), given)


def tn(singular: str, plural: str, n: rx.Var[int] | int, **values: Any) -> rx.Var[str]:
    """`t` with a plural form chosen by `n`; `{n}` stands for the number."""
    _check(values, singular, plural)
    given, count = rx.Var.create(values), rx.Var.create(n)
    return _call(f'tr("{text_id(singular, plural)}", {given}, {count})', _hook("useTexts", "tr"), given, count)


def t_marked(text: str) -> rx.Var[str]:
    """A text without placeholders that a registry has marked with `msg`."""
    return _call(f'tr("{text_id(text)}")', _hook("useTexts", "tr"))


def said(text: Any) -> rx.Var[str]:
    """What a handler said (`Said`), in the reader's language; empty without one."""
    text = rx.Var.create(text)
    expression = f'({text}?.["id"] ? tr({text}["id"], {text}["values"]) : "")'
    return _call(expression, _hook("useTexts", "tr"), text)


def said_with_numbers(text: Any) -> rx.Var[str]:
    """`said`, with the numbers among its values in the reader's form: 2.5 m² is 2,5 m² in Spanish."""
    text = rx.Var.create(text)
    expression = (
        '((s) => s?.["id"] ? tr(s["id"], Object.fromEntries(Object.entries(s["values"] ?? {}).map(([k, v]) => '
        '[k, typeof v === "number" ? fmt.number(v, Number.isInteger(v) ? 0 : 1) : v]))) : "")'
        f"({text})"
    )
    both = VarData.merge(_hook("useTexts", "tr"), _hook("useFormats", "fmt"))
    assert both is not None
    return _call(expression, both, text)


def _format(function: str, *parts: Any) -> rx.Var[str]:
    variables = [rx.Var.create(part) for part in parts]
    return _call(f"fmt.{function}({', '.join(map(str, variables))})", _hook("useFormats", "fmt"), *variables)


def money(cents: Any, currency: Any = "EUR") -> rx.Var[str]:
    """An amount given in cents; whole amounts are shown without cents."""
    return _format("money", cents, currency)


def number(value: Any, digits: int = 0) -> rx.Var[str]:
    return _format("number", value, digits)


def date(day: Any, style: str = "long") -> rx.Var[str]:
    """A day (ISO text) as `long` (5 December 2026), `short` (5 Dec), `day` (Sat 5 December) or `numeric`."""
    return _format("date", day, style)


def moment(at: Any, style: str = "moment") -> rx.Var[str]:
    """A moment (ISO text with zone) in the reader's time zone: `moment` (5 Dec 2026, 10:42), `day` or `time` of it."""
    return _format("moment", at, style)


# For components that write days and numbers by themselves.
formats = rx.Var(_js_expr="fmt", _var_data=_hook("useFormats", "fmt"))

current_language = _call("language", _hook("useLanguage", "language"))


def switch_language(language: str) -> rx.event.EventSpec:
    """An event that stays in the browser: no request, no reload."""
    if language not in LANGUAGES:
        raise ValueError(language)
    switch = rx.Var(
        _js_expr=f'(() => switchLanguage("{language}"))',
        _var_data=VarData(imports={LIBRARY: [ImportVar(tag="switchLanguage")]}),
    )
    return rx.call_function(switch)
