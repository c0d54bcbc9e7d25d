"""Drafts, sending a roof, reading it: on both databases, by whoever may and whoever may not."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, func, select

from portal_app.access.actors import Actor, Role
from portal_app.core import clock, events
from portal_app.core.audit import AuditRow
from portal_app.core.clock import now
from portal_app.core.errors import ChangedMeanwhile, NotAllowed, NotFound, PortalError
from portal_app.core.events import EventRow
from portal_app.core.ids import new_id
from portal_app.opportunities.answers import answers_of
from portal_app.opportunities.models import Opportunity
from portal_app.opportunities.service import move
from portal_app.opportunities.step_schemas import StepIncomplete
from portal_app.roofs import service
from portal_app.roofs.errors import DrawingChangedMeanwhile, ProblemCode, RoofNotAtThisStep, RoofRefused
from portal_app.roofs.events import DrawingSubmitted
from portal_app.roofs.geometry import TangentPlane
from portal_app.roofs.models import Roof, RoofDraft
from portal_app.roofs.rules import as_features, check_roof, read_drawing
from tests.factories import actor_of, make_condition, make_contact, make_field, make_flow, make_opportunity, make_staff

HOUSE = (-3.8131, 40.4342)
MANY = 20


def feature(plane_id: str = "a", x_m: float = 0, side_m: float = 5, ring=None, around=HOUSE, **properties) -> dict:
    plane = TangentPlane.at(*around)
    corners = ((x_m, 0), (x_m + side_m, 0), (x_m + side_m, side_m), (x_m, side_m))
    outline = ring or [list(plane.to_lon_lat(*corner)) for corner in corners]
    return {"type": "Feature", "id": plane_id, "geometry": {"type": "Polygon", "coordinates": [[*outline, outline[0]]]},
            "properties": {"kind": "plane", **properties}}


def drawing(*features: dict) -> dict:
    return {"type": "FeatureCollection", "features": list(features or [feature()])}


def make_case(session: Session, **values) -> tuple[Opportunity, Actor, list]:
    """A customer who is to draw; the step behind is an ordinary one."""
    substages = make_flow(session, ("Roof", [("Draw", "drawing"), ("Check", None)]))[1]
    contact = make_contact(session)
    opportunity = make_opportunity(session, contact=contact, substage=substages[0], **values)
    return opportunity, actor_of(contact), substages


def stored(session: Session) -> tuple[int, int]:
    return (session.exec(select(func.count()).select_from(Roof)).one(),
            session.exec(select(func.count()).select_from(EventRow).where(EventRow.name == "DrawingSubmitted")).one())


# Drafts


def test_a_draft_is_kept_and_read_again(session: Session):
    opportunity, customer, _ = make_case(session)
    assert service.get_draft(session, customer, opportunity.id).revision == 0
    assert service.save_draft(session, customer, opportunity.id, drawing(), 0) == 1
    two = drawing(feature("a"), feature("b", x_m=2, name="South", tilt_deg=26))  # overlapping: unfinished, but readable
    assert service.save_draft(session, customer, opportunity.id, two, 1) == 2
    draft = service.get_draft(session, customer, opportunity.id)
    assert draft.revision == 2
    assert [row["properties"]["name"] for row in draft.drawing["features"]] == ["", "South"]
    assert draft.drawing == read_drawing(two)


def test_an_emptied_draft_is_a_draft(session: Session):
    opportunity, customer, _ = make_case(session)
    empty = {"type": "FeatureCollection", "features": []}
    assert service.save_draft(session, customer, opportunity.id, empty, 0) == 1
    assert service.get_draft(session, customer, opportunity.id).drawing == empty


@pytest.mark.parametrize("bad", [
    None, "x", {"features": [None]}, drawing(feature(ring=[[1e400, 0], [0, 0], [1, 1]])), drawing(feature(plane_id="<b>")),
    drawing(feature(name="x" * 61)), drawing(feature(ring=[[0.0, i * 1e-5] for i in range(250)])),
    drawing(feature(), feature()), {"features": [{}] * 61},
])  # fmt: skip
def test_what_cannot_be_read_is_not_kept(session: Session, bad: object):
    opportunity, customer, _ = make_case(session)
    with pytest.raises(RoofRefused) as refused:
        service.save_draft(session, customer, opportunity.id, bad, 0)
    assert refused.value.problems
    assert session.get(RoofDraft, opportunity.id) is None


def test_the_second_tab_is_told_and_overwrites_nothing(session: Session):
    opportunity, customer, _ = make_case(session)
    first, second = drawing(feature("first")), drawing(feature("second"))
    service.save_draft(session, customer, opportunity.id, first, 0)
    with pytest.raises(DrawingChangedMeanwhile) as told:
        service.save_draft(session, customer, opportunity.id, second, 0)
    assert isinstance(told.value, ChangedMeanwhile)
    draft = service.get_draft(session, customer, opportunity.id)
    assert draft.drawing["features"][0]["id"] == "first"
    assert service.save_draft(session, customer, opportunity.id, second, draft.revision) == 2


def test_a_draft_is_only_kept_while_it_is_time_to_draw(session: Session):
    opportunity, customer, substages = make_case(session)
    opportunity.substage_id = substages[1].id
    session.add(opportunity)
    session.flush()
    with pytest.raises(RoofNotAtThisStep):
        service.save_draft(session, customer, opportunity.id, drawing(), 0)
    assert session.get(RoofDraft, opportunity.id) is None


# Sending


def test_a_sent_roof_is_measured_stored_and_told_once(session: Session):
    opportunity, customer, _ = make_case(session, lon_deg=HOUSE[0], lat_deg=HOUSE[1])
    sent = drawing(feature("a", tilt_deg=60, name="South"), feature("b", x_m=6, side_m=4, tilt_deg=0))
    view = service.submit_roof(session, customer, opportunity.id, sent)
    assert view.plan_area_m2 == pytest.approx(41, abs=0.01)
    assert view.true_area_m2 == pytest.approx(66, abs=0.02)
    assert view.planes[0].edge_lengths_m == pytest.approx([5] * 4, abs=0.001)
    assert (view.version, view.submitted_by) == (1, customer.name)
    again = service.submit_roof(session, customer, opportunity.id, sent)
    assert again == view
    assert stored(session) == (1, 1)
    told = session.exec(select(EventRow).where(EventRow.name == "DrawingSubmitted")).one().payload
    assert told == {"act": "drawing-submitted", "contact_id": customer.id, "opportunity_id": opportunity.id,
                    "roof_id": view.id, "version": 1, "plane_count": 2, "plan_area_m2": pytest.approx(41, abs=0.01)}
    audit = session.exec(select(AuditRow).where(AuditRow.thing == "roof")).one()
    assert (audit.verb, audit.thing_id, audit.actor_id) == ("submit", view.id, customer.id)


def test_the_draft_becomes_what_was_sent(session: Session):
    opportunity, customer, _ = make_case(session)
    service.save_draft(session, customer, opportunity.id, drawing(feature("old")), 0)
    view = service.submit_roof(session, customer, opportunity.id, drawing(feature("new")))
    draft = service.get_draft(session, customer, opportunity.id)
    assert (draft.revision, draft.drawing) == (2, as_features(view.planes))
    assert service.submit_roof(session, customer, opportunity.id, draft.drawing).version == 1


def test_another_drawing_is_another_version(session: Session):
    opportunity, customer, _ = make_case(session)
    service.submit_roof(session, customer, opportunity.id, drawing())
    second = service.submit_roof(session, customer, opportunity.id, drawing(feature(side_m=6)))
    assert second.version == 2
    assert service.get_roof(session, customer, opportunity.id) == second
    assert stored(session) == (2, 2)


def test_a_roof_sent_once_more_after_coming_back_counts_again(session: Session):
    opportunity, customer, _ = make_case(session)
    with clock.fixed(now() - timedelta(hours=1)):
        service.submit_roof(session, customer, opportunity.id, drawing())
    opportunity.entered_substage_at = now()
    session.add(opportunity)
    session.flush()
    page = service.get_drawing_page(session, customer, opportunity.id)
    assert (page.is_at_this_step, page.was_sent_for_this_step) == (True, False)
    assert service.submit_roof(session, customer, opportunity.id, drawing()).version == 2


def test_what_breaks_a_rule_is_not_stored(session: Session):
    opportunity, customer, _ = make_case(session)
    with pytest.raises(RoofRefused) as refused:
        service.submit_roof(session, customer, opportunity.id, drawing(feature("a"), feature("b", x_m=2)))
    assert [problem.code for problem in refused.value.problems] == [ProblemCode.OVERLAP]
    assert stored(session) == (0, 0)


def test_a_roof_far_from_its_address_is_not_stored(session: Session):
    opportunity, customer, _ = make_case(session, lon_deg=HOUSE[0], lat_deg=HOUSE[1] + 0.02)
    with pytest.raises(RoofRefused) as refused:
        service.submit_roof(session, customer, opportunity.id, drawing())
    assert refused.value.problems[0].code == ProblemCode.FAR_FROM_ADDRESS
    assert refused.value.problems == check_roof(drawing(), (HOUSE[0], HOUSE[1] + 0.02)).problems
    assert stored(session) == (0, 0)


def test_nothing_can_be_sent_at_another_step(session: Session):
    opportunity, customer, substages = make_case(session)
    opportunity.substage_id = substages[1].id
    session.add(opportunity)
    session.flush()
    with pytest.raises(RoofNotAtThisStep):
        service.submit_roof(session, customer, opportunity.id, drawing())
    assert stored(session) == (0, 0)


def test_a_second_click_after_the_move_gets_the_roof_that_was_sent(session: Session, monkeypatch: pytest.MonkeyPatch):
    opportunity, customer, substages = make_case(session)

    def move_on(session: Session, event: DrawingSubmitted) -> None:
        by_act = Actor(kind="system", id=event.contact_id, name="", language="en")
        move(session, by_act, session.get_one(Opportunity, event.opportunity_id), substages[1].id, "drawing-submitted")

    monkeypatch.setitem(events._listeners, DrawingSubmitted, [move_on])
    first = service.submit_roof(session, customer, opportunity.id, drawing())
    assert service.submit_roof(session, customer, opportunity.id, drawing()) == first
    with pytest.raises(RoofNotAtThisStep):
        service.submit_roof(session, customer, opportunity.id, drawing(feature(side_m=7)))
    assert stored(session) == (1, 1)
    page = service.get_drawing_page(session, customer, opportunity.id)
    assert (page.is_at_this_step, page.roof) == (False, first)


def test_twenty_clicks_at_once_send_one_roof(empty_database: Engine):
    with Session(empty_database, expire_on_commit=False) as session:
        opportunity, customer, _ = make_case(session)
        session.commit()
    start = Barrier(MANY)

    def send(_: int) -> str:
        start.wait(20)
        try:
            with Session(empty_database, expire_on_commit=False) as session:
                version = service.submit_roof(session, customer, opportunity.id, drawing()).version
                session.commit()
        except PortalError as refused:
            return type(refused).__name__
        return f"version {version}"

    with ThreadPoolExecutor(MANY) as pool:
        assert Counter(pool.map(send, range(MANY))) == {"version 1": MANY}
    with Session(empty_database) as session:
        assert stored(session) == (1, 1)


def test_twenty_tabs_that_save_at_once_are_told_apart(empty_database: Engine):
    with Session(empty_database, expire_on_commit=False) as session:
        opportunity, customer, _ = make_case(session)
        session.commit()
    start = Barrier(MANY)

    def save(number: int) -> str:
        start.wait(20)
        try:
            with Session(empty_database, expire_on_commit=False) as session:
                service.save_draft(session, customer, opportunity.id, drawing(feature(f"tab{number}")), 0)
                session.commit()
        except ChangedMeanwhile:
            return "told"
        return "saved"

    with ThreadPoolExecutor(MANY) as pool:
        assert Counter(pool.map(save, range(MANY))) == {"saved": 1, "told": MANY - 1}


# Who may


def test_only_customers_of_the_opportunity_draw_and_send(session: Session):
    opportunity, _, _ = make_case(session)
    neighbour, staff = actor_of(make_contact(session)), actor_of(make_staff(session, Role.ADMINISTRATOR))
    for foreign, expected in ((neighbour, NotFound), (staff, NotAllowed)):
        with pytest.raises(expected):
            service.save_draft(session, foreign, opportunity.id, drawing(), 0)
        with pytest.raises(expected):
            service.submit_roof(session, foreign, opportunity.id, drawing())
    for unknown in (new_id(), opportunity.id):
        with pytest.raises(NotFound):
            service.submit_roof(session, neighbour, unknown, drawing())
    assert stored(session) == (0, 0)


def test_staff_and_the_household_read_the_roof_and_nobody_else(session: Session):
    opportunity, customer, _ = make_case(session)
    sales, installer = actor_of(make_staff(session, Role.SALES)), actor_of(make_staff(session, Role.INSTALLER))
    assert service.get_roof(session, sales, opportunity.id) is None
    view = service.submit_roof(session, customer, opportunity.id, drawing())
    assert service.get_roof(session, sales, opportunity.id) == view
    assert service.get_roof(session, customer, opportunity.id) == view
    assert view.as_features()["features"][0]["id"] == "a"
    page = service.get_drawing_page(session, sales, opportunity.id)
    assert (page.is_at_this_step, page.roof) == (False, view)
    for stranger in (installer, actor_of(make_contact(session))):
        for read in (service.get_roof, service.get_draft, service.get_drawing_page):
            with pytest.raises(NotFound):
                read(session, stranger, opportunity.id)


def test_the_page_knows_the_place_once_it_is_known(session: Session):
    opportunity, customer, _ = make_case(session, address="Calle del Olivo 14")
    assert service.get_drawing_page(session, customer, opportunity.id).place_wgs84 is None
    opportunity.lon_deg, opportunity.lat_deg = HOUSE
    page = service.get_drawing_page(session, customer, opportunity.id)
    assert (page.place_wgs84, page.address, page.roof) == (HOUSE, "Calle del Olivo 14", None)
    assert page.is_at_this_step
    assert not page.was_sent_for_this_step


def test_a_roof_is_only_sent_with_what_else_the_step_asks_for(session: Session):
    opportunity, customer, substages = make_case(session)
    note = make_field(session, substage=substages[0], is_required=True)
    terms = make_condition(session, substage=substages[0])
    with pytest.raises(StepIncomplete) as refused:
        service.submit_roof(session, customer, opportunity.id, drawing())
    assert (refused.value.fields, refused.value.conditions) == ([note.id], [terms.condition_id])
    assert stored(session) == (0, 0)
    service.submit_roof(session, customer, opportunity.id, drawing(), {note.id: "Slate"}, [terms.id], "192.0.2.7", "de")
    assert answers_of(session, opportunity.id) == {note.id: "Slate"}
    assert stored(session) == (1, 1)
