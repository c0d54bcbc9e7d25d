"""A text without values is one small element instead of a memoized component of its own, of which a page has dozens."""

from __future__ import annotations

import re
from typing import Any

from reflex_base.components.component import BaseComponent
from reflex_base.plugins.base import Plugin
from reflex_base.plugins.compiler import PageContext
from reflex_components_core.base.bare import Bare

PLAIN = re.compile(r'tr\("([\w-]+)"\)')


class PlainTexts(Plugin):
    """Replaces them while a page is compiled."""

    def enter_component(
        self, comp: BaseComponent, /, *, page_context: PageContext, compile_context: Any, in_prop_tree: bool = False
    ) -> BaseComponent | None:
        from .i18n import TextOf  # Reflex reads its configuration, which names this plugin, before it makes components

        found = PLAIN.fullmatch(str(comp.contents)) if isinstance(comp, Bare) and not in_prop_tree else None
        return TextOf.create(name=found[1]) if found else None
