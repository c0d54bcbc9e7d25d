"""The form of a step: drafts are confirmed once they are kept, errors stand at their fields, sending happens once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from portal_app.core.clock import now
from portal_app.core.database import only_looking
from portal_app.core.errors import NothingChangesHere
from portal_app.core.ids import new_id
from portal_app.core.texts import text_id
from portal_app.documents.service import FileView
from portal_app.flows import field_readers
from portal_app.flows.models import ConditionVersion
from portal_app.opportunities.models import Answer, AnswerDraft, ConditionAcceptance, StepSubmission
from portal_app.opportunities.step_schemas import StepField
from portal_app.portal.step.shown import country_options, files_of
from portal_app.portal.step.state import StepState
from portal_app.portal.views.documentation.view import documentation
from portal_app.portal.views.offer.state import OffersState
from portal_app.ui.handlers import current_actor
from portal_app.ui.i18n import say
from portal_app.ui.shell_state import ShellState, tell_of_exception
from tests.factories import (
    actor_of,
    make_company,
    make_condition,
    make_contact,
    make_field,
    make_flow,
    make_opportunity,
    make_wording,
)
from tests.handling import Reader, served  # noqa: F401


class Case:
    def __init__(self, session: Session, view: str = "initial-documentation") -> None:
        make_company(session)
        _, (step, after) = make_flow(session, ("Papers", [("Papers for the grid", view), ("We check", None)]))
        self.contact = make_contact(session, language="en")
        self.opportunity = make_opportunity(session, contact=self.contact, substage=step)
        self.step, self.after = step, after
        self.name = make_field(session, substage=step, is_required=True, label={"en": "Owner"}).id
        self.kwh = make_field(session, "number", substage=step, limits={"unit": "kWh", "maximum": "90000"}).id
        self.iban = make_field(session, "iban", substage=step, label={"en": "Account"}).id
        self.terms = make_condition(session, substage=step).id
        session.commit()
        self.session = session
        self.reader = self.open()
        self.number = 0

    def open(self, **query: str) -> Reader:
        reader = Reader(actor_of(self.contact), **{"project": self.opportunity.id, **query})
        reader.send(StepState, "load")
        return reader

    @property
    def page(self) -> Any:
        return self.reader.state(StepState)

    def form(self, values: dict[str, Any], **more: Any) -> dict[str, Any]:
        self.number += 1
        return {"about": self.page.about, "number": self.number, "language": "en", "left": "", "values": values,
                "accepted": [], **more}

    def keep(self, values: dict[str, Any], **more: Any) -> None:
        self.reader.send(StepState, "keep", self.form(values, **more))

    def send(self, values: dict[str, Any], **more: Any) -> None:
        self.reader.send(StepState, "send", self.form(values, **more))

    def rows(self, table: type) -> list[Any]:
        """What the database holds now; the session leaves it again, because on SQLite it would lock the writers out."""
        self.session.rollback()
        rows = list(self.session.exec(select(table)))
        self.session.expunge_all()
        self.session.rollback()
        return rows

    def drafts(self) -> dict[str, Any]:
        return {row.field_id: row.value for row in self.rows(AnswerDraft)}


@pytest.fixture
def case(served: Session) -> Case:  # noqa: F811
    return Case(served)


def test_the_page_can_be_built():
    assert "data-field" in str(documentation())


def test_a_step_says_what_it_asks_and_how_far_it_is(case: Case):
    page = case.page
    assert (page.state, page.title, page.is_open) == ("open", "Papers for the grid", True)
    assert next(field.label for group in page.groups for field in group.fields) == "Owner"
    assert (page.required_count, page.done_count, page.missing_count) == (2, 0, 2)
    assert [entry.label for entry in page.missing] == ["Owner", "Terms"]


def test_what_is_typed_is_confirmed_once_it_is_kept(case: Case):
    case.keep({case.name: "Lucía"})
    assert case.page.saved == case.number
    assert case.drafts() == {case.name: "Lucía"}
    assert (case.page.done_count, [entry.label for entry in case.page.missing]) == (1, ["Terms"])


def test_another_device_finds_the_draft(case: Case):
    case.keep({case.name: "Lucía", case.kwh: "4.200,5"}, language="es")
    field = case.open().state(StepState).groups[0].fields
    assert [field[0].text, field[1].text] == ["Lucía", "4200.5"]


def test_an_error_is_told_when_its_field_is_left_and_goes_when_it_is_mended(case: Case):
    case.keep({case.iban: "ES12"})
    assert case.page.field_errors == {}
    case.keep({case.iban: "ES12"}, left=case.iban)
    assert set(case.page.field_errors) == {case.iban}
    assert case.drafts()[case.iban] == "ES12"
    case.keep({case.iban: "ES9121000418450200051332"})
    assert case.page.field_errors == {}


def test_what_is_wrong_is_told_at_its_field_again_when_the_page_is_opened_anew(case: Case):
    case.keep({case.name: "Lucía", case.kwh: "1e3", case.iban: "ES12"})
    case.keep({case.name: ""})  # empty is not wrong yet
    page = case.open().state(StepState)
    assert set(page.field_errors) == {case.kwh, case.iban}
    assert page.groups[0].fields[1].text == "1e3"  # as it was typed


def test_what_is_wrong_since_before_is_told_in_the_reader_s_language(case: Case):
    born = make_field(case.session, "date", substage=case.step, limits={"latest": "2010-12-31"}).id
    case.session.commit()
    case.reader = case.open()
    case.keep({born: "2011-01-01", case.kwh: "90000.5"})
    assert case.open().state(StepState).field_errors[born].values["day"] == "31 December 2010"
    case.contact.language = "de"
    assert case.open().state(StepState).field_errors[born].values["day"] == "31. Dezember 2010"


def test_who_only_looks_is_told_so_once_and_nothing_is_kept(case: Case):
    token = only_looking.set(True)
    try:
        case.keep({case.name: "Mine"})
    finally:
        only_looking.reset(token)
    assert [notice.said.id for notice in case.reader.state(ShellState).notices] == [text_id(NothingChangesHere.text)]
    assert case.page.saved == case.number  # the browser does not try again
    assert case.drafts() == {}
    told: Any = tell_of_exception(NothingChangesHere())
    assert told.args[0][1]._var_value == NothingChangesHere.text


def test_a_day_is_judged_as_it_is_asked_today_while_it_is_typed_and_when_it_is_sent(case: Case):
    starts = make_field(case.session, "date", substage=case.step, limits={"today": "from"}).id
    case.session.commit()
    case.reader = case.open()
    yesterday = (now() - timedelta(days=1)).date().isoformat()
    assert case.page.groups[-1].fields[-1].minimum > yesterday
    case.keep({starts: yesterday}, left=starts)
    assert case.page.field_errors[starts].id == text_id(field_readers.NOT_BEFORE)
    case.send({case.name: "Lucía", starts: yesterday}, accepted=[case.terms])
    assert case.page.field_errors[starts].id == text_id(field_readers.NOT_BEFORE)
    assert case.rows(StepSubmission) == []


def test_a_ticked_condition_counts_as_done_and_is_accepted_only_by_sending(case: Case):
    case.keep({case.name: "Lucía"}, accepted=[case.terms])
    assert (case.page.missing_count, case.page.done_percent) == (0, 100)
    assert case.rows(ConditionAcceptance) == []
    case.send({case.name: "Lucía"}, accepted=[case.terms])
    assert [row.condition_version_id for row in case.rows(ConditionAcceptance)] == [case.terms]


def test_what_is_missing_stands_at_its_place_and_above_where_the_focus_goes(case: Case):
    case.send({case.name: "", case.kwh: "many"})
    page = case.page
    assert set(page.field_errors) == {case.name, case.kwh, case.terms}
    assert [entry.id for entry in page.wrong] == [case.name, case.kwh, case.terms]
    assert all(entry.why.id for entry in page.wrong)
    assert page.failures == 1
    assert case.rows(StepSubmission) == []
    case.keep({case.name: "Lucía", case.kwh: "90001"})
    assert [entry.id for entry in case.page.wrong] == [case.kwh, case.terms]
    assert case.page.wrong[0].why.id == text_id(field_readers.AT_MOST)  # what is wrong now, as at the field


def test_a_wording_that_came_meanwhile_is_shown_and_asked_instead_of_the_one_that_was_ticked(case: Case):
    terms = case.session.get_one(ConditionVersion, case.terms)
    newer = make_wording(case.session, terms.condition_id, 2, "Be better.").id
    case.session.commit()
    case.keep({case.name: "Lucía"})
    case.send({case.name: "Lucía"}, accepted=[case.terms])
    assert [entry.version_id for entry in case.page.conditions] == [newer]
    assert [entry.href for entry in case.page.wrong] == [f"#condition-{newer}"]
    assert case.page.groups[0].fields[0].text == "Lucía"
    case.send({case.name: "Lucía"}, accepted=[newer])
    assert [row.condition_version_id for row in case.rows(ConditionAcceptance)] == [newer]


def test_sending_keeps_answers_and_says_what_is_next(case: Case):
    case.send({case.name: "Lucía", case.kwh: "4,200"}, accepted=[case.terms])
    page = case.page
    assert (page.just_sent, page.state, page.next_step.ball) == (True, "sent", "company")
    assert {row.field_id: row.value for row in case.rows(Answer) if row.value} == {case.name: "Lucía", case.kwh: "4200"}
    assert case.drafts() == {}
    case.send({case.name: "Lucía"}, accepted=[case.terms])
    assert len(case.rows(StepSubmission)) == 1


def test_a_late_entry_changes_nothing_after_sending_but_is_confirmed(case: Case):
    late = case.form({case.name: "Someone else"})
    case.send({case.name: "Lucía"}, accepted=[case.terms])
    case.reader.send(StepState, "keep", {**late, "number": 99})
    assert case.page.saved == 99
    assert {row.field_id: row.value for row in case.rows(Answer) if row.value} == {case.name: "Lucía"}
    assert case.drafts() == {}


def test_nobody_writes_into_the_project_of_another_household(case: Case, served: Session):  # noqa: F811
    stranger = Reader(actor_of(make_contact(served)), project=case.opportunity.id)
    served.commit()
    stranger.send(StepState, "load")
    assert stranger.state(StepState).is_missing
    stranger.send(StepState, "keep", case.form({case.name: "Mallory"}))
    stranger.send(StepState, "send", case.form({case.name: "Mallory"}, accepted=[case.terms]))
    assert case.drafts() == {}
    assert case.rows(Answer) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(
    st.sampled_from(["about", "number", "language", "left", "values", "accepted", "more"]),
    st.one_of(st.none(), st.integers(), st.text(max_size=30), st.lists(st.text(max_size=5), max_size=3),
              st.dictionaries(st.sampled_from([new_id(), "x"]), st.one_of(st.none(), st.text(max_size=9), st.booleans())))))
def test_a_hostile_form_breaks_nothing(case: Case, draft: dict):
    case.reader.send(StepState, "keep", {**case.form({}), **draft})
    case.reader.send(StepState, "send", {**case.form({}), **draft})
    assert case.rows(Answer) == []


def test_only_kinds_that_need_it_carry_countries(case: Case, served: Session):  # noqa: F811
    assert case.page.countries == []
    make_field(served, "address", substage=case.step)
    served.commit()
    assert case.open().state(StepState).countries == list(country_options("en"))


def test_without_a_project_the_page_says_so(served: Session):  # noqa: F811
    make_company(served)
    reader = Reader(actor_of(make_contact(served)))
    served.commit()
    reader.send(StepState, "load")
    page = reader.state(StepState)
    assert (page.state, page.is_loaded, page.asks) == ("", True, False)


@pytest.fixture
def at_the_offer(served: Session, monkeypatch: pytest.MonkeyPatch) -> Case:  # noqa: F811
    """The page of the offers, under which stands what its step asks for."""
    monkeypatch.setattr(StepState, "_path", property(lambda self: "/offers"))
    return Case(served, "offer")


def test_under_an_own_view_stands_what_its_step_asks_for(at_the_offer: Case):
    page = at_the_offer.page
    assert (page.asks_here, page.view_page, page.missing_count) == (True, "/offers", 2)


def test_an_own_button_waits_until_all_is_there(at_the_offer: Case):
    case = at_the_offer
    case.reader.send(OffersState, "load")

    def is_ready() -> bool:
        token = current_actor.set(case.reader.actor)
        try:
            return asyncio.run(case.page._is_ready())
        finally:
            current_actor.reset(token)

    assert not is_ready()
    assert [entry.id for entry in case.page.wrong] == [case.name, case.terms]
    case.keep({case.name: "Lucía", case.kwh: "many"}, accepted=[case.terms])
    assert not is_ready()
    assert case.page.field_errors == {case.kwh: say(field_readers.NUMBER)}
    case.keep({case.kwh: "4,200"}, accepted=[case.terms])
    assert is_ready()


def test_another_view_than_that_of_the_page_asks_for_nothing_there(served: Session, monkeypatch):  # noqa: F811
    monkeypatch.setattr(StepState, "_path", property(lambda self: "/offers"))
    page = Case(served).page
    assert (page.asks_here, page.state) == (False, "open")


def test_of_a_step_with_an_own_page_only_what_is_asked_again_is_asked_here(served: Session):  # noqa: F811
    case = Case(served, "offer")
    case.opportunity.asked_again, case.opportunity.asked_again_at = [case.name], now()
    served.add(case.opportunity)
    served.commit()
    page = case.open().state(StepState)
    assert (page.state, page.missing_count, len(page.conditions)) == ("asked_again", 1, 0)
    assert [field.id for group in page.groups for field in group.fields] == [case.name]


def test_a_change_elsewhere_never_makes_a_form_anew_that_is_being_filled_in(case: Case):
    case.keep({case.name: "Lucía"})
    before = (case.page.about, case.page.drawn_in)
    case.reader.send(StepState, "refresh")  # nothing of what is asked has changed: files and what is missing follow
    assert case.reader.notices == []
    make_field(case.session, substage=case.step, label={"en": "One more"})
    case.session.commit()
    case.reader.send(StepState, "refresh")
    assert case.reader.notices == ["info"]
    assert (case.page.about, case.page.drawn_in) == before
    assert case.drafts()[case.name] == "Lucía"


def test_a_form_of_a_step_that_is_over_is_left_alone_and_said_to_be(case: Case):
    from portal_app.access.actors import SYSTEM
    from portal_app.opportunities.service import get_visible, move

    move(case.session, SYSTEM, get_visible(case.session, SYSTEM, case.opportunity.id), case.after.id, "by-hand")
    case.session.commit()
    case.reader.send(StepState, "refresh")
    assert case.reader.notices == ["info"]
    assert case.page.state == "open"


@pytest.mark.parametrize(("given_at", "more", "shown"), [
    ("09", {}, ["back", "good"]), ("11", {}, ["good"]), ("09", {"mode": "read"}, ["good"]),
    ("09", {"entry": [], "value": None, "is_asked_again": True}, ["back"]),
    ("11", {"value": ["other"], "is_asked_again": True}, ["back", "good"]),
    ("11", {"value": ["good"], "is_asked_again": True}, ["good"])])
def test_a_file_that_was_sent_back_stays_with_its_reason_until_a_newer_one_is_here(given_at, more, shown):
    field = StepField(id="f", kind="files", label="Photos", mode="edit", entry=["good"]).model_copy(update=more)
    back, good = (FileView(id=name, ref_id="f", review=review, created_at=f"2026-05-04T{at}", reviewed_at="2026-05-04T10")
                  for name, review, at in (("back", "rejected", "08"), ("good", "open", given_at)))
    assert [file.id for file in files_of([field], [back, good])[0].files] == shown
