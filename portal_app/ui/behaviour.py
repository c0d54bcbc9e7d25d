"""The pieces of `behaviour.jsx` as Reflex components; use them through `dialogs` and `surfaces`."""

import reflex as rx

from .beside import beside

_LIBRARY = beside(__name__, __file__, "behaviour.jsx").importable_path


class Dialog(rx.Component):
    library = _LIBRARY
    tag = "Dialog"
    alias = "UiDialog"

    open: rx.Var[bool]
    labelledby: rx.Var[str]

    on_dismiss: rx.EventHandler[rx.event.no_args_event_spec]


class Menu(rx.Component):
    library = _LIBRARY
    tag = "Menu"
    alias = "UiMenu"

    label: rx.Var[str]
    trigger: rx.Var[rx.Component]
    trigger_class: rx.Var[str]


class FromTheTop(rx.Component):
    library = _LIBRARY
    tag = "FromTheTop"
    alias = "UiFromTheTop"


class TabList(rx.Component):
    library = _LIBRARY
    tag = "TabList"
    alias = "UiTabList"

    label: rx.Var[str]
    role: rx.Var[str]
