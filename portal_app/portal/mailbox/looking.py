"""Asks for new mail while the page is in front."""

from __future__ import annotations

import reflex as rx

from ...ui.beside import beside


class Looking(rx.Component):
    library = beside(__name__, __file__, "looking.jsx").importable_path
    tag = "Looking"

    on_look: rx.EventHandler[rx.event.no_args_event_spec]
