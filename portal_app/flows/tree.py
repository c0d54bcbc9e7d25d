"""A flow as a tree, in the order that customers go through it. Schemas only, so that pages may hold them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pydantic import BaseModel

from ..core.localized import Localized, in_language


class SubstageNode(BaseModel):
    id: str
    stage_id: str
    position: int
    public_name: Localized
    public_description: Localized = {}
    view_kind: str | None = None
    ball: str = ""
    version: int = 1
    changed_at: datetime | None = None
    changed_by: str = ""


class StageNode(BaseModel):
    id: str
    flow_id: str
    position: int
    public_name: Localized
    public_description: Localized = {}
    version: int = 1
    changed_at: datetime | None = None
    changed_by: str = ""
    substages: list[SubstageNode] = []


class FlowTree(BaseModel):
    id: str
    name: str
    public_name: Localized = {}
    position: int = 0
    version: int = 1
    stages: list[StageNode] = []

    def title(self, language: str, fallback: str) -> str:
        """As customers know it."""
        return in_language(self.public_name, language, fallback) or self.name

    def substages(self) -> Iterator[SubstageNode]:
        for stage in self.stages:
            yield from stage.substages

    def stage(self, stage_id: str) -> StageNode | None:
        return next((stage for stage in self.stages if stage.id == stage_id), None)

    def substage(self, substage_id: str) -> SubstageNode | None:
        return next((substage for substage in self.substages() if substage.id == substage_id), None)
