"""What the checker finds, and that it keeps quiet where all is well."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal_app.core.texts import PLACEHOLDER
from portal_app.rehearsal import checker
from portal_app.rehearsal.checker import (
    CheckedCondition,
    CheckedField,
    CheckedFlow,
    CheckedMove,
    CheckedStage,
    CheckedStep,
    FindingKind,
    Severity,
)

LANGUAGES = ("en", "es")
BOTH = {"en": "Words", "es": "Palabras"}


def step(id: str, view: str | None = None, **values) -> CheckedStep:
    return CheckedStep(id=id, stage_id="stage", name=id, names=BOTH, view_kind=view, **values)


def flow(*steps: CheckedStep, **values) -> CheckedFlow:
    stage = CheckedStage(id="stage", name="Stage", names=BOTH)
    return CheckedFlow(**{"languages": LANGUAGES, "stages": (stage,), "steps": steps, **values})


def asked(id: str, **values) -> CheckedField:
    return CheckedField(id=id, name=id, texts=(BOTH,), **values)


def found(checked: CheckedFlow) -> set[tuple[str, str]]:
    return {(finding.kind.value, finding.id) for finding in checker.check(checked)}


END = step("end", "finalization-success")


def test_a_good_flow_has_no_findings():
    good = flow(
        step("request"), step("draw", "drawing"),
        step("papers", "initial-documentation", fields=(asked("iban", is_required=True),)),
        step("contract", "contracts-documentation", fields=(asked("iban", is_read_only=True, is_required=True),),
             conditions=(CheckedCondition("Terms", texts=(BOTH, BOTH)),)),
        END, step("failed", "finalization-failed"),
        act_moves={"drawing-submitted": ("papers",), "initial-documentation-submitted": ("contract",),
                   "contracts-documentation-submitted": ("end",)})
    assert checker.check(good) == []


def test_a_required_read_only_field_that_may_have_been_left_empty():
    shown = step("contract", "contracts-documentation", fields=(asked("iban", is_read_only=True, is_required=True),))

    def kinds(is_required: bool, sets: frozenset[str] = frozenset()) -> set[tuple[str, str]]:
        papers = step("papers", "initial-documentation", fields=(asked("iban", is_required=is_required),))
        return found(flow(papers, replace(shown, sets_fields=sets), END, act_moves={
            "initial-documentation-submitted": ("contract",), "contracts-documentation-submitted": ("end",)}))

    stuck = ("optional-read-only", "contract")
    assert stuck in kinds(is_required=False)
    assert stuck not in kinds(is_required=True)
    assert stuck not in kinds(is_required=False, sets=frozenset({"iban"}))


def test_a_last_step_that_is_no_end_is_a_dead_end():
    assert found(flow(step("request"), END, step("after"))) == {("unreachable", "after"), ("dead-end", "after")}
    assert found(flow(step("request"), step("last"))) == {("dead-end", "last"), ("no-good-end", "")}


def test_a_step_that_no_way_leads_to_is_named_and_a_failed_end_is_not():
    jumps = flow(step("draw", "drawing"), step("skipped"), END, step("failed", "finalization-failed"),
                 act_moves={"drawing-submitted": ("end",)})
    assert found(jumps) == {("unreachable", "skipped")}


def test_who_moves_on_at_once_never_leads_to_the_next_step():
    at_once = flow(step("a", moves=(CheckedMove("end"),)), step("b"), END)
    assert found(at_once) == {("unreachable", "b")}
    later = flow(step("a", moves=(CheckedMove("end", is_at_once=False),)), step("b"), END)
    assert found(later) == set()


def test_what_nobody_is_moved_by_waits_for_staff():
    assert found(flow(step("draw", "drawing"), END)) == {("waits-for-staff", "draw")}


def test_a_move_to_a_step_that_is_gone_is_told_where_it_is_set():
    gone = flow(step("draw", "drawing", moves=(CheckedMove(""),)), END, act_moves={"drawing-submitted": ("",)})
    parts = {(finding.part.value, finding.act) for finding in checker.check(gone)
             if finding.kind is FindingKind.ACTION_WITHOUT_TARGET}
    assert parts == {("actions", ""), ("sources", "drawing-submitted")}


def test_a_circle_of_automatic_moves_is_told_once_with_its_way():
    circle = flow(step("a", moves=(CheckedMove("b"),)), step("b", moves=(CheckedMove("a"),)), END)
    loops = [finding for finding in checker.check(circle) if finding.kind is FindingKind.LOOP]
    assert [finding.values["steps"] for finding in loops] == ["a → b → a"]


@pytest.mark.parametrize(("is_required", "kind"), [(True, "unknown-read-only"), (False, "empty-read-only")])
def test_a_read_only_field_that_nobody_asked_for_before(is_required, kind):
    shown = asked("iban", is_read_only=True, is_required=is_required)
    late = flow(step("contract", "contracts-documentation", fields=(shown, asked("name"))),
                step("papers", "installation-documentation", fields=(asked("iban"),)), END,
                act_moves={"contracts-documentation-submitted": ("papers",),
                           "installation-documentation-submitted": ("end",)})
    assert found(late) == {(kind, "contract")}
    earlier = replace(late, steps=(step("set", sets_fields=frozenset({"iban"})), *late.steps))
    assert found(earlier) == set()


def test_an_act_that_sets_a_field_has_asked_for_it_too():
    moves = {"drawing-submitted": ("contract",), "contracts-documentation-submitted": ("end",)}
    shown = asked("roof", is_read_only=True, is_required=True)
    way = flow(step("draw", "drawing"), step("contract", "contracts-documentation", fields=(shown, asked("name"))), END,
               act_moves=moves)
    assert found(way) == {("unknown-read-only", "contract")}
    assert found(replace(way, act_sets_fields={"drawing-submitted": frozenset({"roof"})})) == set()


def test_fields_without_a_view_that_can_be_sent_are_asked_by_nobody():
    assert found(flow(step("info", fields=(asked("iban"),)), END)) == {("nobody-asks", "info")}
    terms = CheckedCondition("Terms", texts=(BOTH,))
    assert found(flow(step("info", conditions=(terms,)), END)) == {("nobody-asks", "info")}


def test_a_view_for_documents_without_a_field_asks_for_nothing():
    empty = flow(step("papers", "initial-documentation"), END, act_moves={"initial-documentation-submitted": ("end",)})
    assert found(empty) == {("nothing-asked", "papers")}


def test_files_without_limits_choices_without_options_and_conditions_without_wording():
    bad = flow(step("papers", "initial-documentation", fields=(
        asked("photo", is_file=True, has_limits=False), asked("kind", is_choice=True)),
        conditions=(CheckedCondition("Terms", is_in_effect=False),)), END,
        act_moves={"initial-documentation-submitted": ("end",)})
    assert found(bad) == {("files-without-limit", "papers"), ("choice-without-options", "papers"),
                          ("condition-not-in-effect", "papers")}


def test_every_text_that_customers_read_is_looked_at_in_every_language():
    half = {"en": "Words"}
    papers = CheckedStep(
        id="papers", stage_id="stage", name="papers", names=half, descriptions=half, view_kind="initial-documentation",
        fields=(CheckedField("iban", "iban", texts=(BOTH, half, {})),),
        conditions=(CheckedCondition("Terms", texts=(BOTH, half)),))
    missing = flow(papers, END, stages=(CheckedStage("stage", "Stage", half, half), CheckedStage("none", "None", BOTH)),
                   act_moves={"initial-documentation-submitted": ("end",)})
    findings = checker.check(missing)
    assert {(finding.kind.value, finding.id) for finding in findings} == {
        ("name-missing", "stage"), ("description-missing", "stage"), ("name-missing", "papers"),
        ("description-missing", "papers"), ("field-missing", "papers"), ("condition-missing", "papers"),
        ("no-step", "none")}
    assert {finding.values["languages"] for finding in findings if "languages" in finding.values} == {"ES"}


def test_findings_stand_in_the_order_of_the_flow_and_what_stops_first():
    mixed = flow(step("draw", "drawing", fields=(asked("iban", is_read_only=True, is_required=True),),
                      descriptions={"en": "Only"}), step("last"))
    findings = checker.check(mixed)
    assert [finding.id for finding in findings] == ["", "draw", "draw", "draw", "last"]
    assert findings[1].severity is Severity.STOPS
    assert all(finding.severity is Severity.LOOK for finding in findings[2:4])


def test_an_empty_flow_is_no_error():
    assert found(flow(stages=())) == {("no-good-end", "")}


def test_every_finding_has_its_sentence_with_the_values_that_it_needs():
    assert set(checker.TEXTS) == set(FindingKind)
    half = {"en": "Words"}
    everything = flow(
        step("a", "initial-documentation", moves=(CheckedMove("b"), CheckedMove("")), fields=(
            CheckedField("x", "x", (half,), is_read_only=True, is_required=True),
            asked("f", is_file=True, has_limits=False), asked("c", is_choice=True)),
            conditions=(CheckedCondition("T", (half,)), CheckedCondition("N", is_in_effect=False))),
        step("b", moves=(CheckedMove("a"),), fields=(asked("y", is_read_only=True),), descriptions=half),
        step("c", "drawing"), step("d", fields=(asked("z"),)),
        stages=(CheckedStage("stage", "S", half), CheckedStage("e", "E", BOTH)))
    for finding in checker.check(everything):
        assert set(PLACEHOLDER.findall(checker.TEXTS[finding.kind])) == set(finding.values), finding.kind
