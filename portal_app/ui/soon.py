"""Components that are loaded when they are first shown (`rx.NoSSRComponent`), on pages that always show them.

`soon(LIBRARY, …)` in a page lets them come with it, so that nothing moves when they appear.
"""

from __future__ import annotations

import reflex as rx
from reflex.vars import VarData
from reflex_base.utils.imports import ImportVar


def soon(*libraries: str) -> rx.Component:
    imports = {library: [ImportVar(tag=None)] for library in libraries}
    return rx.fragment(rx.Var(_js_expr="null", _var_data=VarData(imports=imports)))
