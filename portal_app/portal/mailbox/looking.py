"""Asks for new mail while the page is in front."""

from __future__ import annotations

import reflex as rx


class Looking(rx.Component):
    library = rx.asset("looking.jsx", shared=True).importable_path
    tag = "Looking"

    on_look: rx.EventHandler[rx.event.no_args_event_spec]
