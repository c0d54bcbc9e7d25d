"""What every visitor may know of the company, on any page, without a state: name, logo, contact, languages.

The front writes the values into the page and serves `/company.js`, so they are there before the first paint.
"""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.vars import VarData
from reflex_base.utils.imports import ImportVar

from .i18n import LIBRARY

FIELDS = ("name", "logo", "phone", "email", "website")


def company(field: str) -> rx.Var[str]:
    """A public value of the company; empty when the company has not given it."""
    if field not in FIELDS:
        raise ValueError(f"{field!r} is not public")
    data = VarData(imports={LIBRARY: [ImportVar(tag="useCompany")]}, hooks={"const companyValue = useCompany();": None})
    return rx.Var(_js_expr=f'companyValue("{field}")', _var_type=str, _var_data=data).to(str)


def offers_language(language: str) -> rx.Var[bool]:
    """Whether the company offers the portal in this language."""
    data = VarData(imports={LIBRARY: [ImportVar(tag="useOfferedLanguages")]},
                   hooks={"const offeredLanguages = useOfferedLanguages();": None})
    return rx.Var(_js_expr=f'offeredLanguages.includes("{language}")', _var_type=bool, _var_data=data).to(bool)


class CompanyChanges(rx.Component):
    """Has an open page show these values as they are `now`, once they have changed."""

    library = LIBRARY
    tag = "CompanyChanges"

    now: rx.Var[dict[str, Any]]


def has_module(key: str) -> rx.Var[bool]:
    """Whether customers have this module (`access.modules`)."""
    data = VarData(imports={LIBRARY: [ImportVar(tag="useModulesOff")]}, hooks={"const modulesOff = useModulesOff();": None})
    return rx.Var(_js_expr=f'!modulesOff.includes("{key}")', _var_type=bool, _var_data=data).to(bool)


def sign_up_is() -> rx.Var[str]:
    """Whether anybody may sign up: `open` or `closed`; empty in the first paint, which is the same for every company."""
    data = VarData(imports={LIBRARY: [ImportVar(tag="useSignUp")]}, hooks={"const signUpIs = useSignUp();": None})
    return rx.Var(_js_expr="signUpIs", _var_type=str, _var_data=data).to(str)


def welcome_text() -> rx.Var[str]:
    """What the company says on the page where customers sign in, in the reader's language; maybe nothing."""
    data = VarData(imports={LIBRARY: [ImportVar(tag="useWelcome")]}, hooks={"const welcomeText = useWelcome();": None})
    return rx.Var(_js_expr="welcomeText", _var_type=str, _var_data=data).to(str)
