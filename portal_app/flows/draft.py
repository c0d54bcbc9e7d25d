"""A stage or substage as a draft (see `core.drafts`). Pure.

What a substage asks for are lists of ids, each with its flags.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..core.drafts import Draft
from ..core.texts import LANGUAGES
from .tree import StageNode, SubstageNode

NAME, DESCRIPTION, VIEW_KIND, BALL = "public_name", "public_description", "view_kind", "ball"
ASKED, ACCEPTED = "fields", "conditions"
FIELDS = (*(f"{NAME}.{language}" for language in LANGUAGES), *(f"{DESCRIPTION}.{language}" for language in LANGUAGES),
          VIEW_KIND, BALL)
LISTS = (ASKED, ACCEPTED)
# Flags of an entry: a field's answer is required, is only shown; a condition is asked again for a new version.
REQUIRED_FLAG, READ_ONLY_FLAG, AGAIN_FLAG = "r", "o", "a"


def draft_of(node: StageNode | SubstageNode, asked: str = "", accepted: str = "") -> Draft:
    """What is saved, as a draft. A stage has no view and asks for nothing; those stay empty."""
    texts = {f"{NAME}.{language}": node.public_name.get(language, "") for language in LANGUAGES}
    texts |= {f"{DESCRIPTION}.{language}": node.public_description.get(language, "") for language in LANGUAGES}
    is_substage = isinstance(node, SubstageNode)
    return {**texts, VIEW_KIND: (node.view_kind or "") if is_substage else "", BALL: node.ball if is_substage else "",
            ASKED: asked, ACCEPTED: accepted}


def entries_of(draft: Mapping[str, str], *, with_view: bool) -> dict[str, object]:
    """What `StageForm` or `SubstageForm` parses."""
    def texts(part: str) -> dict[str, str]:
        return {language: draft.get(f"{part}.{language}", "") for language in LANGUAGES}

    entries: dict[str, object] = {NAME: texts(NAME), DESCRIPTION: texts(DESCRIPTION)}
    return {**entries, VIEW_KIND: draft.get(VIEW_KIND, ""), BALL: draft.get(BALL, "")} if with_view else entries
