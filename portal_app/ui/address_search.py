"""Where somebody types an address and chooses one of the places that it may mean."""

from __future__ import annotations

from typing import Any

import reflex as rx

from .beside import beside

_LIBRARY = beside(__name__, __file__, "address_search.jsx").importable_path


class AddressSearch(rx.Component):
    """`hits` have `key` and `label`; `status` says in words what was found.

    `search_as_you_type` must be off for public servers that forbid it (Nominatim): then only Enter searches.
    """

    library = _LIBRARY
    tag = "AddressSearch"

    label: rx.Var[str]
    hits: rx.Var[list[Any]]
    status: rx.Var[str]
    search_as_you_type: rx.Var[bool]

    on_search: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_choose: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_dismiss: rx.EventHandler[rx.event.no_args_event_spec]
