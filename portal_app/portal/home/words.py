"""What staff write anew about a flow, for all homes that show it, before each of them has read itself anew.

It is the same for all who stand at one step and read one language, so it is made once for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reflex.constants.state import FIELD_MARKER

from ...company.service import company_snapshot
from ...core.database import run_short_read
from ...core.live import Hub, step_topic, the_hub
from ...core.localized import in_language
from ...core.texts import LANGUAGES
from ...flows.service import get_flow_tree
from ...flows.tree import FlowTree, StageNode, SubstageNode
from ...opportunities.process import shown_stages
from .state import HomeState

Words = dict[str, dict[str, str]]  # of stages and the step, by id
FLOW = "flow:"


async def say_words(topic: str, hub: Hub = the_hub) -> list[tuple[str, dict[str, Any]]]:
    """The topics of the homes that follow a flow, each with what its followers read now."""
    if not topic.startswith(FLOW):
        return []
    tree = await run_short_read(get_flow_tree, topic.removeprefix(FLOW))
    return [(address, {HomeState.get_full_name(): {f"words{FIELD_MARKER}": words}})
            for address, words in _words_of(tree, company_snapshot().default_language) if hub.followers_of(address)]


def _words_of(tree: FlowTree, fallback: str) -> Iterator[tuple[str, Words]]:
    """What a customer at a step sees of the flow, in each language."""

    def in_words(part: StageNode | SubstageNode, language: str) -> dict[str, str]:
        return {"name": in_language(part.public_name, language, fallback),
                "description": in_language(part.public_description, language, fallback)}

    for step in tree.substages():
        parts = [*shown_stages(tree, step.id, set()), step]
        for language in LANGUAGES:
            yield step_topic(step.id, language), {part.id: in_words(part, language) for part in parts}
