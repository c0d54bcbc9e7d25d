"""The way as its customer reads it. Whatever the flow and the history: exactly one step is the current one."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal_app.flows.tree import FlowTree, StageNode, SubstageNode
from portal_app.opportunities import process
from portal_app.opportunities.process import Passage

START = datetime(2026, 3, 1, tzinfo=UTC)
KINDS = st.sampled_from([None, "drawing", "offer", "finalization-success", "finalization-failed"])


@st.composite
def flows(draw: st.DrawFn) -> FlowTree:
    shape = draw(st.lists(st.lists(KINDS, max_size=4), min_size=1, max_size=7).filter(lambda stages: any(stages)))
    return FlowTree(id="f", name="Internal", stages=[
        StageNode(id=f"s{n}", flow_id="f", position=n, public_name={"en": f"Stage {n}"}, substages=[
            SubstageNode(id=f"s{n}.{m}", stage_id=f"s{n}", position=m, public_name={"en": f"Step {m}"}, view_kind=kind)
            for m, kind in enumerate(kinds)])
        for n, kinds in enumerate(shape)])


@st.composite
def journeys(draw: st.DrawFn) -> tuple[FlowTree, str, list[Passage]]:
    """A flow, where somebody stands in it, and how they came there; some stages of the past are gone."""
    tree = draw(flows())
    ids = [substage.id for substage in tree.substages()]
    way = draw(st.lists(st.sampled_from(ids), min_size=1, max_size=8))
    history = [Passage(draw(st.sampled_from([None, one.split(".")[0]])) if one != way[-1] else one.split(".")[0],
                       START + timedelta(days=day)) for day, one in enumerate(way)]
    return tree, way[-1], history


@given(journeys())
def test_exactly_one_step_is_current(journey):
    tree, current_id, history = journey
    stages = process.stages_of(tree, current_id, history, "de", "en", "Europe/Madrid")
    statuses = [stage.status for stage in stages]
    assert statuses.count("current") == 1
    assert statuses == sorted(statuses, key=["done", "current", "next"].index), "done, then now, then to come"
    here = stages[statuses.index("current")]
    assert here.id == current_id.split(".")[0]
    assert here.entered_on
    assert not here.left_on
    assert all(not stage.entered_on and not stage.left_on for stage in stages if stage.status == "next")
    assert all(stage.name.startswith("Stage") for stage in stages), "the company's language where there is no other"


@given(journeys())
def test_exactly_one_substage_is_current(journey):
    tree, current_id, _ = journey
    stage = tree.stage(current_id.split(".")[0])
    assert stage is not None
    substages = process.substages_of(stage, current_id, "en", "en")
    assert [substage.id for substage in substages if substage.status == "current"] == [current_id]


@given(journeys())
def test_nobody_is_told_beforehand_that_it_may_fail(journey):
    tree, current_id, history = journey
    kinds = {substage.id: substage.view_kind for substage in tree.substages()}
    shown = process.shown_stages(tree, current_id, {passage.stage_id for passage in history if passage.stage_id})
    for stage in shown:
        visible = process.shown_substages(stage, current_id)
        assert visible
        assert all(kinds[substage.id] != "finalization-failed" or substage.id == current_id for substage in visible)


@given(st.lists(st.sampled_from(["a", "b", "c", None]), max_size=9))
def test_one_leaves_after_one_has_come(way):
    history = [Passage(stage, START + timedelta(days=day)) for day, stage in enumerate(way)]
    entered, left = process.days_in(history, "a")
    assert (entered is None) == ("a" not in way)
    if way and way[-1] == "a":
        assert left is None
    if left is not None:
        assert entered is not None
        assert entered < left


def test_days_are_on_the_companys_calendar():
    late = datetime(2026, 5, 1, 22, 30, tzinfo=UTC)
    assert process.day_text(late, "Europe/Madrid") == "2026-05-02"
    assert process.day_text(late, "America/Bogota") == "2026-05-01"
    assert process.day_text(None, "UTC") == ""


def test_first_names():
    assert process.first_name_of("  Lucía Gómez ") == "Lucía"
    assert process.first_name_of("  ") == ""


def test_outcomes():
    assert [process.outcome_of(kind) for kind in (None, "offer", "finalization-success", "finalization-failed")] == [
        "", "", "success", "failed"]
