"""What the drawing page knows: the drawing with its history, what is wrong with it, the map, the address search."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import reflex as rx
from sqlmodel import Session

from ....access.actors import CUSTOMER, Actor
from ....core import live
from ....core.database import run_short_read, run_short_write, run_write
from ....core.errors import ChangedMeanwhile, NotFound, PortalError
from ....core.forms import parse, parse_id
from ....core.texts import msg
from ....opportunities.service import list_own_projects
from ....opportunities.step_schemas import StepIncomplete
from ....roofs import service
from ....roofs.errors import RoofNotAtThisStep, RoofProblem, RoofRefused
from ....roofs.rules import check_roof, read_drawing
from ....roofs.service import NOTHING_DRAWN, DrawingPage
from ....ui.handlers import handler
from ...step.state import StepState
from .forms import Change, EdgeForm, told
from .lines import (
    CANNOT_SEND,
    STEEPNESS,
    Drawing,
    PlaneLine,
    ProblemMark,
    changed,
    is_small,
    lines_of,
    marks_of,
    remembered,
    why_not_sent,
    without,
)
from .place import PlaceState

T = TypeVar("T")
MODES = ("draw", "edit")
KEPT_MINE = msg("Your drawing is kept. The other one is under Undo.")


def load_page(session: Session, actor: Actor, asked: str, language: str) -> DrawingPage:
    """The asked project; without one the first of the customer's own."""
    if not asked:
        projects = list_own_projects(session, actor, language)
        if not projects:
            raise NotFound
        return service.get_drawing_page(session, actor, projects[0].id)
    return service.get_drawing_page(session, actor, parse_id(asked))


async def _computed(function: Callable[..., T], drawing: object, *args: Any) -> T:
    """What a house needs is computed at once; a drawing that keeps others waiting, in a thread."""
    if is_small(drawing):
        return function(drawing, *args)
    return await asyncio.to_thread(function, drawing, *args)


class DrawingState(PlaceState, rx.State):
    """`stage`: draw, sent (a roof is there and it is shown), waiting (nothing to draw, nothing sent)."""

    project: str = ""
    sent_at: str = ""
    may_change: bool = False

    features: dict[str, Any] = NOTHING_DRAWN
    revision: int = 0
    planes: list[PlaneLine] = []
    problems: list[ProblemMark] = []
    statuses: dict[str, dict[str, str]] = {}
    total_m2: float = 0
    true_total_m2: float | None = None
    sound: int = 0
    faulty: int = 0
    selected: str = ""
    selected_plane: PlaneLine = PlaneLine()
    mode: str = "edit"
    corners: int = 0
    can_undo: bool = False
    can_redo: bool = False
    saved: str = ""  # saved | failed
    is_conflict: bool = False

    is_guide_open: bool = False
    is_help_open: bool = False
    is_asking_more: bool = False  # what else the step asks for stands in a dialog

    _draft_revision: int = 0
    _undo: tuple[Drawing, ...] = ()
    _redo: tuple[Drawing, ...] = ()

    # --- opening -------------------------------------------------------------------------------------------------------

    @handler(CUSTOMER)
    async def load(self):
        self.is_missing = False
        try:
            page = await run_short_read(load_page, self._actor, self._query("project"), self._language)
        except NotFound:
            self.is_missing = self.is_loaded = True
            return
        if page.opportunity_id != self._opportunity_id:
            self.is_loaded = False
            yield
        await self._open(page)
        self.is_loaded = True

    @handler(CUSTOMER)
    async def refresh(self):
        """Something of the project changed elsewhere. Who is drawing is told, when it concerns the drawing at all."""
        if self.stage != "draw":
            return DrawingState.load
        page = await run_short_read(load_page, self._actor, self.project, self._language)
        if not page.is_at_this_step or page.was_sent_for_this_step or page.draft.revision > self._draft_revision:
            await self._say_changed()
        return None

    async def _open(self, page: DrawingPage) -> None:
        self._opportunity_id = self.project = page.opportunity_id
        self._follow(live.opportunity_topic(page.opportunity_id), by="refresh")
        self._place = page.place_wgs84
        self._show_address(page.address)
        self.sent_at = page.roof.submitted_at.isoformat() if page.roof else ""
        self.may_change = page.is_at_this_step
        self.is_conflict = self.is_searching = self.has_no_picture = False
        self.saved, self._undo, self._redo = "", (), ()
        self._run("")  # what the map was asked last is not asked again when it is built anew
        if page.is_at_this_step and not page.was_sent_for_this_step:
            await self._begin_drawing(page)
        elif page.roof:
            self.stage, self.mode, self.is_guide_open, self.selected = "sent", "edit", False, ""
            self._held = (page.roof.as_features(),)
        else:
            self.stage = "waiting"
            return
        await self._check()
        self._give_map_the_drawing()
        await self._go_to_the_house(page.address)

    async def _begin_drawing(self, page: DrawingPage) -> None:
        self.stage = "draw"
        self._held, self._draft_revision = (page.draft.drawing,), page.draft.revision
        self.saved = "saved" if page.draft.revision else ""
        self.mode = "edit" if self._drawing["features"] else "draw"
        self.is_guide_open = page.draft.revision == 0
        self._select("")

    # --- the drawing ---------------------------------------------------------------------------------------------------

    async def _check(self) -> None:
        """Everything that is shown about the drawing."""
        check = await _computed(check_roof, self._drawing, self._place)
        self.planes = lines_of(self._drawing, check)
        self.problems = marks_of(check)
        self.statuses = {line.id: {"state": "error" if line.is_faulty else "ok"} for line in self.planes}
        self.total_m2 = round(check.plan_area_m2, 2)
        true_areas = [plane.true_area_m2 for plane in check.planes]
        known = [area for area in true_areas if area is not None]
        self.true_total_m2 = round(sum(known), 2) if known and len(known) == len(true_areas) else None
        self.faulty = sum(line.is_faulty for line in self.planes)
        self.sound = len(self.planes) - self.faulty
        self.can_undo, self.can_redo = bool(self._undo), bool(self._redo)
        self._select(self.selected)

    def _select(self, plane_id: str) -> None:
        found = next((line for line in self.planes if line.id == plane_id), PlaneLine())
        self.selected, self.selected_plane = found.id, found

    def _give_map_the_drawing(self) -> None:
        self.features = self._drawing
        self.revision += 1

    async def _take(self, drawing: Drawing, *, from_map: bool) -> None:
        """The drawing is another one now: into the history, onto the page, into the database."""
        self._undo, self._redo = remembered((*self._undo, self._drawing)), ()
        await self._put(drawing, from_map=from_map)

    async def _put(self, drawing: Drawing, *, from_map: bool) -> None:
        await self._forget_notices()
        self._held = (drawing,)
        if not drawing["features"]:
            self.mode = "draw"  # there is no corner to move
        await self._check()
        if not from_map:
            self._give_map_the_drawing()
        await self._save()

    async def _save(self) -> None:
        if self.is_conflict:
            return
        try:
            self._draft_revision = await run_short_write(
                service.save_draft, self._actor, self._opportunity_id, self._drawing, self._draft_revision)
            self.saved = "saved"
        except ChangedMeanwhile:
            self.is_conflict, self.saved = True, "failed"
        except RoofNotAtThisStep as error:
            await self._notify(error.text, "info")
            await self._open(await run_short_read(load_page, self._actor, self._opportunity_id, self._language))
        except PortalError as error:
            self.saved = "failed"
            await self._notify(error.text, "error")

    async def _tell_problem(self, problem: RoofProblem) -> None:
        await self._notify(problem.title, "error", **problem.values)

    @handler(CUSTOMER)
    async def change(self, features: dict, about: dict):
        """The map's drawing after a plane was closed or a corner moved."""
        change = told(Change, about)
        if not self._is_drawing or change is None or change.revision != self.revision:
            return
        try:
            drawing = await _computed(read_drawing, features)
        except RoofRefused as refused:
            await self._tell_problem(refused.problems[0])
            self._give_map_the_drawing()
            return
        if change.reason == "draw":
            self.mode, self.corners, self.selected = "edit", 0, change.feature_id
        await self._take(drawing, from_map=True)
        if change.reason == "draw" or self.faulty:
            self._select(change.feature_id)

    @handler(CUSTOMER)
    async def select(self, plane_id: str):
        self._select(str(plane_id))

    @handler(CUSTOMER)
    async def rename(self, plane_id: str, name: str):
        if not self._is_drawing or not isinstance(name, str):
            return
        line = next((line for line in self.planes if line.id == plane_id), None)
        if line is None or line.name == name.strip():
            return
        try:
            drawing = read_drawing(changed(self._drawing, line.id, name=name.strip()))
        except RoofRefused as refused:
            await self._tell_problem(refused.problems[0])
            return
        await self._take(drawing, from_map=False)

    @handler(CUSTOMER)
    async def set_steepness(self, word: str):
        if self._is_drawing and self.selected and word in tuple(STEEPNESS) and word != self.selected_plane.steepness:
            await self._take(changed(self._drawing, self.selected, tilt_deg=STEEPNESS[word][0]), from_map=False)

    @handler(CUSTOMER)
    async def undo(self):
        await self._step_back()

    @handler(CUSTOMER)
    async def redo(self):
        await self._step_forward()

    @handler(CUSTOMER)
    async def delete(self):
        await self._remove()

    @handler(CUSTOMER)
    async def request(self, wish: str):
        """What somebody asked for by keyboard while on the map."""
        if wish == "undo":
            await self._step_back()
        elif wish == "redo":
            await self._step_forward()
        elif wish == "delete":
            await self._remove()

    async def _step_back(self) -> None:
        if self.corners:
            self._run("undo_corner")
        elif self._is_drawing and self._undo:
            self._redo = (*self._redo, self._drawing)
            drawing, self._undo = self._undo[-1], self._undo[:-1]
            await self._put(drawing, from_map=False)

    async def _step_forward(self) -> None:
        if self._is_drawing and self._redo:
            self._undo = (*self._undo, self._drawing)
            drawing, self._redo = self._redo[-1], self._redo[:-1]
            await self._put(drawing, from_map=False)

    async def _remove(self) -> None:
        """What is being drawn, else the plane that is selected."""
        if self.corners:
            self._run("cancel")
        elif self._is_drawing and self.selected:
            await self._take(without(self._drawing, self.selected), from_map=False)

    # --- tools ---------------------------------------------------------------------------------------------------------

    @handler(CUSTOMER)
    async def set_mode(self, mode: str):
        if self._is_drawing and mode in MODES:
            self.mode = mode
            if mode == "draw":
                self._select("")

    @handler(CUSTOMER)
    async def count_corners(self, count: int):
        if isinstance(count, int):
            self.corners = max(0, min(count, 1_000))

    @handler(CUSTOMER)
    async def close_plane(self):
        self._run("finish")

    @handler(CUSTOMER)
    async def add_edge(self, form_data: dict):
        async with self._showing_errors():
            edge = parse(EdgeForm, form_data)
            if self._is_drawing:
                self.mode = "draw"
                self._run("edge", length_m=edge.length_m, angle_deg=edge.angle_deg)

    @handler(CUSTOMER)
    async def open_help(self):
        self.is_help_open = True

    @handler(CUSTOMER)
    async def close_help(self):
        self.is_help_open = False

    @handler(CUSTOMER)
    async def close_guide(self):
        self.is_guide_open = False

    @handler(CUSTOMER)
    async def ask_no_more(self):
        self.is_asking_more = False

    # --- two tabs, sending -------------------------------------------------------------------------------------------------

    @handler(CUSTOMER)
    async def keep_mine(self):
        """This tab's drawing is saved over the other one, which stays in the history."""
        await self._end_conflict(keeps_mine=True)

    @handler(CUSTOMER)
    async def take_other(self):
        """The other drawing is shown; this tab's own stays in the history."""
        await self._end_conflict(keeps_mine=False)

    async def _end_conflict(self, *, keeps_mine: bool) -> None:
        if not self._is_drawing or not self.is_conflict:
            return
        async with self._showing_errors():
            other = await run_short_read(service.get_draft, self._actor, self._opportunity_id)
            self._draft_revision, self.is_conflict = other.revision, False
            mine = self._drawing
            self._undo, self._redo = (*self._undo, other.drawing if keeps_mine else mine), ()
            await self._put(mine if keeps_mine else other.drawing, from_map=False)
            if keeps_mine:
                await self._notify(KEPT_MINE, "info")

    @handler(CUSTOMER)
    async def send(self):
        if not self._is_drawing or self.is_conflict:
            return
        if reason := why_not_sent(self.planes, self.corners):
            await self._notify(reason, "error")
            return
        step = await self.get_state(StepState)
        if step.asks_here and not self.is_asking_more:
            self.is_asking_more = True
            return
        self.busy = True
        yield
        async with self._showing_errors():
            if not await step._is_ready():
                return
            try:
                await run_write(service.submit_roof, self._actor, self._opportunity_id, self._drawing, None,
                                step._accepted, self.router.session.client_ip, self._language)
            except RoofRefused:
                self.is_asking_more = False
                await self._check()
                await self._notify(CANNOT_SEND, "error")
                return
            except StepIncomplete as incomplete:
                await step._show_incomplete(incomplete.errors)
                return
            self.is_asking_more = False
            await self._open(await run_short_read(load_page, self._actor, self._opportunity_id, self._language))

    @handler(CUSTOMER)
    async def change_again(self):
        """What was sent may be drawn anew as long as the project waits at this step."""
        page = await run_short_read(load_page, self._actor, self._opportunity_id, self._language)
        if page.is_at_this_step:
            await self._begin_drawing(page)
            await self._check()
            self._give_map_the_drawing()
