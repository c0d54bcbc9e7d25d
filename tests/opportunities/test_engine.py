"""Whatever customers and staff do, in whatever order: no required field is skipped, no answer is lost, and an opportunity
stands in exactly one substage."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from portal_app.access.actors import SYSTEM
from portal_app.core import clock
from portal_app.core.ids import new_id
from portal_app.flows.contents import contents_of
from portal_app.flows.models import DynamicField, SubstageCondition, SubstageField
from portal_app.opportunities import answers, service, step_reading, steps
from portal_app.opportunities.models import AnswerChange, ConditionAcceptance, StepSubmission, SubstageChange
from portal_app.opportunities.step_schemas import FieldClosed, NothingToSend, StepAlreadySent, StepIncomplete
from tests.factories import actor_of, make_condition, make_contact, make_field, make_flow, make_opportunity, make_wording

WAY = (("Start", [("First papers", "initial-documentation"), ("We check", None), ("Draw", "drawing")]),
       ("Middle", [("Papers for the bank", "financing-documentation"), ("Contract", "contracts-documentation")]),
       ("End", [("Installation", "installation-documentation"), ("Sun", "finalization-success")]))
KINDS = ("short-text", "number", "yes-no", "file", "email", "files", "money")
GOOD = {"short-text": ["Ada", "Bea"], "number": ["1.5", "12"], "yes-no": [True, False], "email": ["a@example.com"],
        "money": ["12.50", "3"]}
WRONG = {"short-text": "", "number": "x", "yes-no": "", "email": "a@", "money": "1.234,5,6"}
MODES = ["required", "optional", "optional", "read-only", "absent", "absent"]
SAID = ["", "good", "good", "good", "wrong"]
START = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Customers(RuleBasedStateMachine):
    """One opportunity; `said` is what this test knows was accepted by the product, `typed` what it keeps as draft."""

    engine: Engine

    @initialize(modes=st.lists(st.sampled_from(MODES), min_size=49, max_size=49),
                asks=st.lists(st.booleans(), min_size=4, max_size=4))
    def begin(self, modes: list[str], asks: list[bool]) -> None:
        self.connection = self.engine.connect()
        self.outer = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        self.at = START
        _, self.substages = make_flow(self.session, *WAY)
        self.fields = [make_field(self.session, kind) for kind in KINDS]
        for n, mode in enumerate(modes):
            if mode != "absent":
                self.session.add(SubstageField(
                    substage_id=self.substages[n // 7].id, field_id=self.fields[n % 7].id, position=n,
                    is_required=mode == "required", is_read_only=mode == "read-only"))
        self.terms = [make_condition(self.session) for _ in range(2)]
        for n, asks_again in enumerate(asks):
            self.session.add(SubstageCondition(substage_id=self.substages[(0, 3, 4, 5)[n]].id, position=0,
                                               condition_id=self.terms[n % 2].condition_id, asks_again=asks_again))
        contact = make_contact(self.session)
        self.customer = actor_of(contact)
        self.opportunity = make_opportunity(self.session, contact=contact, substage=self.substages[0])
        self.said: dict[str, Any] = {}
        self.typed: dict[str, Any] = {}
        self.sent = 0
        self.session.flush()

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.session.close()
            self.outer.rollback()
            self.connection.close()

    def now(self):
        self.at += timedelta(seconds=1)
        return clock.fixed(self.at)

    def step(self):
        self.session.flush()
        return step_reading.get_step(self.session, self.customer, self.opportunity.id, "en")

    def entry(self, kind: str, pick: int, is_wrong: bool):
        return WRONG[kind] if is_wrong else GOOD[kind][pick % len(GOOD[kind])]

    # What a customer does

    @rule(n=st.integers(0, 6), pick=st.integers(0, 1), is_wrong=st.booleans())
    def type(self, n: int, pick: int, is_wrong: bool) -> None:
        field = self.fields[n]
        is_open = any(f.id == field.id and f.mode == "edit" for f in self.step().fields)
        with self.now():
            if not is_open or field.kind in ("file", "files"):
                with pytest.raises(FieldClosed):
                    steps.save_draft(self.session, self.customer, self.opportunity.id, field.id, "x")
                return
            entry = self.entry(field.kind, pick, is_wrong)
            steps.save_draft(self.session, self.customer, self.opportunity.id, field.id, entry)
        self.typed[field.id] = entry if entry != "" else None

    @rule(n=st.sampled_from([3, 5]), count=st.integers(1, 2))
    def upload(self, n: int, count: int) -> None:
        field = self.fields[n]
        with self.now():
            try:
                steps.demand_open_field(self.session, self.customer, self.opportunity.id, field.id)
            except FieldClosed:
                assert not any(f.id == field.id and f.mode == "edit" for f in self.step().fields)
                return
            ids = [new_id() for _ in range(1 if field.kind == "file" else count)]
            answers.put_file_draft(self.session, self.opportunity.id, field.id, ids)
        self.typed[field.id] = ids

    @rule(said=st.lists(st.sampled_from(SAID), min_size=7, max_size=7), accepts=st.booleans())
    def send(self, said: list[str], accepts: bool) -> None:
        self.try_to_send(dict(zip([field.id for field in self.fields], said, strict=True)), accepts)

    @rule(accepts=st.booleans())
    def fill_in_and_send(self, accepts: bool) -> None:
        """All that a customer can give is given; only the conditions may keep them."""
        for n in (3, 5):
            self.upload(n, 1)
        self.try_to_send({field.id: "good" for field in self.fields}, accepts)

    def try_to_send(self, said: dict[str, str], accepts: bool) -> None:
        before = self.step()
        values = {field.id: self.entry(field.kind, self.sent, said[field.id] == "wrong") for field in before.fields
                  if field.kind not in ("file", "files") and said[field.id]}
        accepted = [condition.version_id for condition in before.conditions] if accepts else []
        known = answers.answers_of(self.session, self.opportunity.id)
        with self.now():
            try:
                with self.session.begin_nested():
                    steps.submit_step(self.session, self.customer, self.opportunity.id, values, accepted)
            except StepIncomplete as refused:
                assert refused.errors, "who is kept is told why"
                assert answers.answers_of(self.session, self.opportunity.id) == known
                return
            except (NothingToSend, StepAlreadySent):
                assert before.state in ("information", "sent") or (before.state, before.act) == ("open", "")
                return
        self.sent += 1
        event(f"sent: {before.state}, {before.act or 'no documentation'}")
        open_ids = {f.id for f in before.fields if f.mode == "edit"}
        own_only = before.state == "asked_again" and not before.act
        if own_only:  # a drawing's own fields are the drawing's
            open_ids = {f.id for f in before.fields if f.is_asked_again}
        after = answers.answers_of(self.session, self.opportunity.id)
        for field in before.fields:
            if field.is_required and (not own_only or field.id in open_ids):
                assert after.get(field.id) is not None, "a required field was skipped"
            if field.id in open_ids:
                self.typed.pop(field.id, None)
                if field.id in values and field.kind not in ("file", "files"):
                    assert (after.get(field.id) is None) == (values[field.id] == "")
            else:
                assert after.get(field.id) == known.get(field.id), "what is not open can't be changed"
        self.said = {field_id: value for field_id, value in after.items() if value is not None}
        if before.act:
            acceptances = self.session.exec(select(ConditionAcceptance.condition_version_id).where(
                ConditionAcceptance.opportunity_id == self.opportunity.id)).all()
            event(f"sent with conditions: {len(before.conditions)}, accepted before: {not before.missing_conditions}")
            for condition in before.conditions:
                assert condition.is_accepted or condition.version_id in acceptances, "a condition was skipped"

    # What staff do

    @rule(to=st.integers(0, 6))
    def move(self, to: int) -> None:
        with self.now():
            service.move(self.session, SYSTEM, self.opportunity, self.substages[to].id, "test")

    @rule(n=st.sampled_from([0, 1, 2, 4, 6]), pick=st.integers(0, 1))
    def answer(self, n: int, pick: int) -> None:
        field = self.fields[n]
        with self.now():
            answers.set_answers(self.session, SYSTEM, self.opportunity, {field.id: self.entry(field.kind, pick, False)}, "t")
        self.said[field.id] = answers.answers_of(self.session, self.opportunity.id)[field.id]

    @precondition(lambda self: hasattr(self, "said") and any(self.said.get(self.fields[n].id) for n in (3, 5)))
    @rule(data=st.data())
    def reject(self, data: st.DataObject) -> None:
        field = data.draw(st.sampled_from([self.fields[n] for n in (3, 5) if self.said.get(self.fields[n].id)]))
        document_id = data.draw(st.sampled_from(self.said[field.id]))
        with self.now():
            assert steps.drop_file(self.session, self.opportunity.id, field.id, document_id, "rejected")
        left = [i for i in self.said.pop(field.id) if i != document_id]
        if left:
            self.said[field.id] = left
        if isinstance(self.typed.get(field.id), list):
            self.typed[field.id] = [i for i in self.typed[field.id] if i != document_id]
        assert any(f.id == field.id and f.mode == "edit" for f in self.step().fields), "the customer can give it again"

    @rule(n=st.integers(0, 1))
    def reword(self, n: int) -> None:
        count = 1 + len(self.session.exec(select(ConditionAcceptance)).all()) + int((self.at - START).total_seconds())
        with self.now():
            make_wording(self.session, self.terms[n].condition_id, count + 1, "Newer.", effective_at=self.at)

    @rule(where=st.integers(0, 6), n=st.integers(0, 6))
    def require(self, where: int, n: int) -> None:
        """Staff make a field required while customers stand there."""
        place = self.session.get(SubstageField, (self.substages[where].id, self.fields[n].id))
        place = place or SubstageField(substage_id=self.substages[where].id, field_id=self.fields[n].id, position=n)
        place.is_required = True
        self.session.add(place)
        self.session.flush()

    # What is always so

    @invariant()
    def no_answer_is_lost(self) -> None:
        if not hasattr(self, "session"):
            return
        kept = {k: v for k, v in answers.answers_of(self.session, self.opportunity.id).items() if v is not None}
        assert kept == self.said
        history: dict[str, Any] = {}
        for change in self.session.exec(select(AnswerChange).where(AnswerChange.opportunity_id == self.opportunity.id)
                                        .order_by(col(AnswerChange.at), col(AnswerChange.id))):
            assert change.before == history.get(change.field_id), "the history has no gap"
            history[change.field_id] = change.after
        assert {k: v for k, v in history.items() if v is not None} == kept

    @invariant()
    def no_draft_is_lost(self) -> None:
        if not hasattr(self, "session"):
            return
        drafts = answers.drafts_of(self.session, self.opportunity.id)
        assert drafts == {
            field_id: self.plain(field_id, entry) for field_id, entry in self.typed.items()}

    def plain(self, field_id: str, typed: Any) -> Any:
        kind = self.session.get_one(DynamicField, field_id).kind
        return {"12.50": "12.5"}.get(typed, typed) if kind == "money" and isinstance(typed, str) else typed

    @invariant()
    def one_place_and_a_step_that_adds_up(self) -> None:
        if not hasattr(self, "session"):
            return
        step = self.step()
        last = self.session.exec(select(SubstageChange).where(SubstageChange.opportunity_id == self.opportunity.id)
                                 .order_by(col(SubstageChange.at).desc(), col(SubstageChange.id).desc())).first()
        assert step.substage_id == (last.to_substage_id if last else self.substages[0].id)
        process = service.get_process(self.session, self.customer, self.opportunity.id, "en")
        assert [stage.status for stage in process.stages].count("current") == 1
        assert process.current.id == step.substage_id
        assert process.current.needs_customer == (step.state in ("open", "asked_again"))
        own = {spec.id for spec in contents_of(self.session, step.substage_id).fields}
        assert {f.id for f in step.fields} >= own
        assert all(f.mode == "read" for f in step.fields) or step.state in ("open", "asked_again")
        assert (step.state == "asked_again") == any(f.is_asked_again for f in step.fields)
        assert step.state != "asked_again" or all(f.mode == "edit" for f in step.fields if f.is_asked_again)
        shown_only = set(self.session.exec(select(SubstageField.field_id).where(
            SubstageField.substage_id == step.substage_id, col(SubstageField.is_read_only))))
        for field in step.fields:
            if field.id in shown_only:
                assert field.mode == "read" or field.is_asked_again, "what is read-only is the company's to give"
            elif step.act and step.state in ("open", "asked_again") and field.is_required and field.value is None:
                assert field.mode == "edit", "nobody stands before a field that they can't fill in"
        assert len(self.session.exec(select(StepSubmission).where(
            StepSubmission.opportunity_id == self.opportunity.id)).all()) == self.sent


# Ten stories reach every branch that twenty-five reach. On PostgreSQL each of the thousands of looks takes three times as
# long, and what is decided is the same. ENGINE_EXAMPLES=500 searches deeper.
EXAMPLES = {"sqlite": 10, "postgresql": 3}


@pytest.mark.search
def test_the_engine_keeps_its_word(engine: Engine, company_copy):
    machine = type("CustomersHere", (Customers,), {"engine": engine})
    examples = int(os.environ.get("ENGINE_EXAMPLES", EXAMPLES[engine.dialect.name]))
    run_state_machine_as_test(machine, settings=settings(
        max_examples=examples, stateful_step_count=30, deadline=None,
        suppress_health_check=list(HealthCheck)))  # pyright: ignore[reportArgumentType]
