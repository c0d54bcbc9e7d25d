"""Open pages of steps that follow what staff change: all are read together, each is sent its own, typing stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from reflex.constants.state import FIELD_MARKER
from sqlmodel import Session, col, update

from portal_app.access.models import PortalSession
from portal_app.access.sessions import open_session
from portal_app.company.service import forget_snapshot
from portal_app.core import live
from portal_app.core.crypto import hash_of
from portal_app.core.database import read_scope
from portal_app.core.files import new_key
from portal_app.core.live import Follower
from portal_app.customers.models import Contact
from portal_app.documents.purposes import Asked
from portal_app.documents.reading_result import Reading
from portal_app.documents.rules import Kind, RejectForm, Scan
from portal_app.documents.service import add_document, reject_document
from portal_app.flows.contents import read_contents, save_contents
from portal_app.flows.field_forms import FieldForm
from portal_app.flows.field_service import save_field
from portal_app.flows.models import DynamicField, Substage
from portal_app.flows.rules import SubstageForm
from portal_app.flows.service import save_substage
from portal_app.opportunities.models import ConditionAcceptance, Opportunity
from portal_app.opportunities.service import get_visible, move
from portal_app.opportunities.steps import ask_again, submit_step
from portal_app.portal.step.reading import ShownForm, StepPage, load_forms
from portal_app.portal.step.state import StepState
from portal_app.ui.shell_state import ShellState
from tests.factories import (
    actor_of,
    make_company,
    make_condition,
    make_contact,
    make_field,
    make_flow,
    make_opportunity,
    make_staff,
    make_wording,
)
from tests.handling import Reader, queries, sent_now, served

assert served
REFRESH = f"{StepState.get_full_name()}.refresh"
CHANGED = {ShellState.get_full_name(): {f"is_changed_elsewhere{FIELD_MARKER}": True}}


class Papers:
    """A step that asks for a name, a choice, photos and terms; customers who stand there, each with the page open."""

    def __init__(self, session: Session, followed: dict[str, Any]) -> None:
        make_company(session)
        forget_snapshot()
        self.flow, (self.step, self.after) = make_flow(
            session, ("Papers", [("Your papers", "initial-documentation"), ("We check", None)]))
        self.name = make_field(session, substage=self.step, is_required=True, label={"en": "Owner"},
                               group_name={"en": "You"}).id
        self.heating = make_field(session, "single-choice", substage=self.step, label={"en": "Heating", "de": "Heizung"},
                                  options=[{"key": key, "label": {"en": key}} for key in ("gas", "oil")]).id
        self.photos = make_field(session, "files", substage=self.step, is_required=True).id
        self.old_terms = make_condition(session, substage=self.step)
        self.terms = make_wording(session, self.old_terms.condition_id, 2).id
        self.staff = actor_of(make_staff(session))
        session.commit()
        self.session, self.followed = session, followed

    def customer(self) -> Opportunity:
        return make_opportunity(self.session, contact=make_contact(self.session), substage=self.step)

    def open(self, project: Opportunity, contact_id: str = "", language: str = "en") -> Reader:
        """The page of a project in front of somebody who is signed in."""
        contact = self.session.get_one(Contact, contact_id or project.contact_id)
        token = open_session(self.session, contact_id=contact.id)
        self.session.commit()
        reader = Reader(replace(actor_of(contact), session_hash=hash_of(token), language=language), project=project.id)
        reader.send(StepState, "load")
        return reader

    def shown(self, project: Opportunity, **given: Any) -> tuple[Reader, ShownForm]:
        reader = self.open(project, **given)
        return reader, self.followed[REFRESH]

    def photo(self, project: Opportunity) -> str:
        found = Reading(kind=Kind.JPEG, name="roof.jpg", size_bytes=9, content_hash="0", content=Path("x"), page_count=1)
        contact = actor_of(self.session.get_one(Contact, project.contact_id))
        document = add_document(self.session, contact, Asked("field", project.id, self.photos, ""), found, Scan.CLEAN,
                                new_key(), new_key())
        self.session.commit()
        return document.id

    def send(self, project: Opportunity) -> None:
        submit_step(self.session, actor_of(self.session.get_one(Contact, project.contact_id)), project.id,
                    {self.name: "Ada"}, [self.terms])
        self.session.commit()

    def say(self, field_id: str, **changes: Any) -> None:
        """Staff save a field."""
        field = self.session.get_one(DynamicField, field_id, populate_existing=True)
        save_field(self.session, self.staff, field_id, FieldForm.model_validate(
            {"kind": field.kind, "label": field.label, "group_name": field.group_name, "options": field.options, **changes}),
            field.version)
        self.session.commit()

    def ask(self, **modes: Any) -> None:
        """Staff save in which mode the name is asked."""
        form, version = read_contents(self.session, self.staff, self.step.id)
        form.fields[0] = form.fields[0].model_copy(update=modes)
        save_contents(self.session, self.staff, self.step.id, form, version)
        self.session.commit()


@pytest.fixture
def papers(served: Session, monkeypatch: pytest.MonkeyPatch):
    followed: dict[str, Any] = {}
    monkeypatch.setattr(live.the_hub, "follow",
                        lambda follower, topics, since, shows: followed.update({follower.handler: shows}))
    monkeypatch.setattr(live.the_hub, "show", lambda follower, shows: followed.update({follower.handler: shows}))
    yield Papers(served, followed)
    forget_snapshot()


def deltas_of(*forms: ShownForm) -> list[dict[str, Any] | None]:
    """What open pages that show these are sent, all read in one go."""
    shown = {Follower(f"socket-{number}", REFRESH): form for number, form in enumerate(forms)}
    found = sent_now(shown)
    return [found.get(follower) for follower in shown]


def plain(delta: dict[str, Any] | None) -> dict[str, Any]:
    """The vars of the step, without what Reflex adds to their names."""
    found = (delta or {}).get(StepState.get_full_name(), {})
    return {name.removesuffix(FIELD_MARKER): value for name, value in found.items()}


def shown_by(reader: Reader) -> dict[str, Any]:
    state = reader.state(StepState)
    return {name: getattr(state, name) for name in StepPage.model_fields}


def keep(reader: Reader, values: dict[str, Any], accepted: Sequence[str] = ()) -> None:
    about = reader.state(StepState).about
    reader.send(StepState, "keep", {"about": about, "number": 1, "language": "en", "values": values,
                                    "accepted": list(accepted)})


def test_the_page_has_a_var_for_all_that_is_read():
    assert StepPage.model_fields.keys() <= StepState.get_fields().keys()


def in_every_state(papers: Papers) -> list[Opportunity]:
    """Nothing given; a draft and a photo; one that came back; sent; sent and asked again; an older wording accepted; on."""
    session = papers.session
    untouched, begun, rejected, sent, again, older, gone_on = (papers.customer() for _ in range(7))
    session.commit()
    keep(papers.open(begun), {papers.name: "Ada", papers.heating: "oil"})
    papers.photo(begun)
    reject_document(session, papers.staff, papers.photo(rejected), RejectForm(reason="Too dark."))
    for project in (sent, again):
        papers.photo(project)
        papers.send(project)
    ask_again(session, session.get_one(Opportunity, again.id), [papers.name], "by-hand")
    session.add(ConditionAcceptance(
        opportunity_id=older.id, condition_id=papers.old_terms.condition_id, condition_version_id=papers.old_terms.id,
        version_number=1, text_hash="0", language="en", substage_id=papers.step.id, contact_id=older.contact_id,
        contact_name="Ada", client_address=""))
    move(session, papers.staff, get_visible(session, papers.staff, gone_on.id), papers.after.id, "by-hand")
    session.commit()
    return [untouched, begun, rejected, sent, again, older, gone_on]


def test_open_pages_are_sent_just_what_each_would_read(papers):
    projects = in_every_state(papers)
    pages = [papers.shown(project, language="de" if number == 1 else "en") for number, project in enumerate(projects)]
    keep(pages[0][0], {}, [papers.terms])  # a box is ticked
    forms = [papers.followed[REFRESH], *(form for _, form in pages[1:])]
    for change in (
        lambda: papers.say(papers.name, label={"en": "Whose house is it?", "de": "Wem gehört es?"}, help={"en": "Or not"}),
        lambda: papers.say(papers.heating, options=[{"key": key, "label": {"en": key.upper()}} for key in ("gas", "oil")]),
        lambda: papers.ask(is_required=False),
        lambda: papers.session.execute(update(Substage).where(col(Substage.id) == papers.step.id).values(
            public_name={"en": "Our papers"})),
    ):
        before = deltas_of(*forms)
        change()
        papers.session.commit()
        after = deltas_of(*forms)
        assert after[:6] != before[:6]
        for (reader, _), delta in zip(pages, after, strict=True):
            reader.send(StepState, "load")
            assert plain(delta) == shown_by(reader)
    states = [reader.state(StepState) for reader, _ in pages]
    assert [page.state for page in states] == ["open", "open", "open", "sent", "asked_again", "open", "information"]
    assert [page.missing_count for page in states] == [1, 1, 2, 0, 0, 1, 0]
    assert [page.done_count for page in states] == [1, 1, 0, 1, 1, 1, 0]


@pytest.mark.parametrize("change", [
    {"group_name": {}}, {"options": [{"key": "oil", "label": {"en": "Oil"}}]},
    {"options": [{"key": key, "label": {"en": key}} for key in ("gas", "oil", "wood")]},
])
def test_who_fills_in_a_form_that_asks_something_else_now_is_only_told_so(papers, change):
    filling, done = papers.customer(), papers.customer()
    papers.photo(done)
    papers.send(done)
    (reader, form), (_, sent) = papers.shown(filling), papers.shown(done)
    papers.say(papers.heating if "options" in change else papers.name, **change)
    told, of_sent = deltas_of(form, sent)
    assert told == CHANGED
    assert plain(of_sent)["state"] == "sent"  # nobody types there: all of it is new
    reader.send(StepState, "refresh")
    assert reader.notices == ["info"]
    reader.send(StepState, "load")
    assert deltas_of(papers.followed[REFRESH]) != [CHANGED]


def test_a_page_that_begins_to_ask_reads_itself(papers):
    project = papers.customer()
    papers.step.view_kind = None
    papers.session.add(papers.step)
    papers.session.commit()
    _, form = papers.shown(project)
    assert plain(deltas_of(form)[0])["state"] == "information"
    save_substage(papers.session, papers.staff, papers.step.id, SubstageForm.model_validate(
        {"public_name": papers.step.public_name, "view_kind": "initial-documentation"}), papers.step.version)
    papers.session.commit()
    assert deltas_of(form) == [None]


def test_nobody_is_sent_what_is_not_theirs_any_more(papers):
    mine, other = papers.customer(), papers.customer()
    reader, form = papers.shown(mine)
    stranger, _ = papers.shown(other)
    assert deltas_of(form, form._replace(session_hash=stranger.actor.session_hash))[1] is None
    papers.session.execute(update(PortalSession).where(
        col(PortalSession.token_hash) == reader.actor.session_hash).values(revoked_at=other.created_at))
    papers.session.commit()
    assert deltas_of(form) == [None]
    theirs, form = papers.shown(mine)
    assert plain(deltas_of(form)[0]) == shown_by(theirs)
    project = papers.session.get_one(Opportunity, mine.id)
    project.account_id, project.contact_id = other.account_id, other.contact_id
    papers.session.add(project)
    papers.session.commit()
    assert deltas_of(form) == [None]


def test_fifty_forms_cost_no_more_queries_than_one(papers):
    forms = []
    for number in range(50):
        project = papers.customer()
        papers.photo(project)
        if number % 2:
            papers.send(project)
        forms.append(papers.shown(project)[1])
    counts = []
    for some in (forms[:2], forms):
        with read_scope() as session, queries(session) as seen:
            assert all(load_forms(session, some))
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12


def test_a_step_follows_the_label_of_a_field_that_it_asks_for(papers, monkeypatch):
    reader = papers.open(papers.customer())
    topics: set[str] = set()
    monkeypatch.setattr(live.the_hub, "follow", lambda follower, followed, since, shows: topics.update(followed))
    told: set[str] = set()
    monkeypatch.setattr(live.the_hub, "tell_later", lambda touched, by: told.update(touched))
    reader.send(StepState, "load")
    papers.say(papers.name, label={"en": "Whose house is it?"})
    assert told & topics == {live.flow_topic(papers.flow.id)}
