"""Fields and conditions as staff define them, and what substages ask for."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlmodel import Session

from portal_app.access.actors import SYSTEM, Role
from portal_app.core import live
from portal_app.core.clock import fixed
from portal_app.core.errors import ChangedMeanwhile, InvalidForm, NotAllowed, NotFound
from portal_app.core.forms import parse
from portal_app.core.ids import new_id
from portal_app.flows import conditions, configuring, contents, field_service
from portal_app.flows.configuring import GroupForm
from portal_app.flows.field_forms import ConditionForm, ContentsForm, FieldForm, WordingForm, parse_field, text_hash
from portal_app.flows.fields import FieldKind
from portal_app.opportunities import answers, steps
from tests.factories import actor_of, make_condition, make_contact, make_field, make_flow, make_opportunity, make_staff

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def field_form(kind: str = "short-text", **values) -> FieldForm:
    return parse(FieldForm, {"kind": kind, "label": {"en": "Your name"}, **values})


def wording(text: str = "Be good.", **values) -> WordingForm:
    return parse(WordingForm, {"title": {"en": "Terms"}, "text": {"en": text}, **values})


@pytest.fixture
def admin(session: Session):
    return actor_of(make_staff(session))


def test_who_may_edit_fields_and_conditions(session: Session, admin):
    _, (substage,) = make_flow(session)
    field, version = make_field(session), make_condition(session)
    viewer, installer = actor_of(make_staff(session, Role.VIEWER)), actor_of(make_staff(session, Role.INSTALLER))
    customer = actor_of(make_contact(session))
    assert field_service.list_fields(session, viewer)
    asked = parse(ContentsForm, {"fields": [{"field_id": field.id}]})
    for actor, refusal in ((viewer, NotAllowed), (installer, NotFound), (customer, NotFound)):
        for ask in (lambda a: field_service.create_field(session, a, field_form()),
                    lambda a: field_service.save_field(session, a, field.id, field_form(), 1),
                    lambda a: field_service.remove_field(session, a, field.id),
                    lambda a: conditions.create_condition(session, a, parse(ConditionForm, {
                        "name": "x", **wording().model_dump()})),
                    lambda a: conditions.save_wording(session, a, version.condition_id, wording(), 1),
                    lambda a: contents.save_contents(session, a, substage.id, asked, 1)):
            with pytest.raises(refusal):
                ask(actor)


def test_a_field_is_defined_saved_and_not_overwritten(session: Session, admin):
    field = field_service.create_field(session, admin, field_form(limits={"max_length": "40", "unit": "kWh"}))
    assert field.limits == {"max_length": 40}, "limits of other kinds are dropped"
    field_service.save_field(session, admin, field.id, field_form(label={"en": "First name", "de": "Vorname"}), 1)
    with pytest.raises(field_service.FieldSavedMeanwhile) as told:
        field_service.save_field(session, admin, field.id, field_form(), 1)
    assert told.value.theirs.spec.label == {"en": "First name", "de": "Vorname"}
    with pytest.raises(InvalidForm) as refused:
        field_service.save_field(session, admin, field.id, field_form("number"), 2)
    assert set(refused.value.errors) == {"kind"}


@pytest.mark.parametrize(("values", "wrong"), [
    ({"label": {"es": "Nombre"}}, {"label.en"}),
    ({"kind": "single-choice"}, {"options"}),
    ({"kind": "single-choice", "options": [{"label": {"en": "A"}}, {"label": {"es": "B"}}]}, {"options.1"}),
    ({"kind": "number", "limits": {"minimum": "5", "maximum": "4,5"}}, {"limits.maximum"}),
    ({"kind": "date", "limits": {"earliest": "2026-05-04", "latest": "2026-05-03"}}, {"limits.latest"}),
    ({"kind": "files", "limits": {"max_count": 99}}, {"limits.max_count"}),
])
def test_what_is_wrong_with_a_field_is_said_at_its_place(session: Session, admin, values, wrong):
    with pytest.raises(InvalidForm) as refused:
        field_service.create_field(session, admin, field_form(**values))
    assert set(refused.value.errors) == wrong


LONG, NO_NUMBER = "x" * 200, {"minimum": "5", "maximum": "4", "decimals": "many"}


@pytest.mark.parametrize(("kind", "values", "wrong"), [
    ("number", {"limits": NO_NUMBER}, {"limits.decimals", "limits.maximum"}),
    ("number", {"label": {"en": LONG}, "limits": NO_NUMBER}, {"label", "limits.decimals", "limits.maximum"}),
    ("number", {"label": {}, "limits": {"minimum": "x", "maximum": "4"}}, {"label.en", "limits.minimum"}),
    ("single-choice", {"help": {"en": LONG * 4}}, {"help", "options"}),
    ("single-choice", {"options": [{"label": {}}, {"label": {"en": LONG}}, {"label": {"en": "A"}}]},
     {"options.0", "options.1.label"}),
    ("single-choice", {"options": ["A", {"label": {}}]}, {"options.0", "options.1"})])
def test_a_part_that_is_wrong_by_itself_hides_nothing_else_that_is_wrong(kind, values, wrong):
    with pytest.raises(InvalidForm) as refused:
        parse_field({"kind": kind, "label": {"en": "Your name"}, **values}, "en", NOON.date())
    assert set(refused.value.errors) == wrong


@pytest.mark.parametrize(("limits", "wrong"), [
    ({"today": "from", "latest": "2026-05-03"}, {"limits.latest"}), ({"today": "from", "latest": "2026-05-04"}, set()),
    ({"today": "until", "earliest": "2026-05-05"}, {"limits.earliest"}),
    ({"today": "until", "earliest": "2026-05-04"}, set()), ({"latest": "2026-05-03"}, set())])
def test_a_day_that_nobody_could_ever_answer_is_refused(session: Session, admin, limits, wrong):
    told = set()
    with fixed(NOON):
        try:
            field_service.create_field(session, admin, field_form("date", limits=limits))
        except InvalidForm as refused:
            told = set(refused.errors)
    assert told == wrong


@pytest.mark.parametrize(("limits", "wrong"), [
    ({"max_length": "many"}, "limits.max_length"), ({"country": "Atlantis"}, "limits.country"),
    ({"file_types": ["svg"]}, "limits.file_types"), ({"decimals": 9}, "limits.decimals"), ({"hack": 1}, "limits.hack")])
def test_limits_are_parsed(limits, wrong):
    with pytest.raises(InvalidForm) as refused:
        field_form(limits=limits)
    assert set(refused.value.errors) == {wrong}


def test_a_choice_that_was_taken_out_keeps_its_words_in_old_answers(session: Session, admin):
    field = field_service.create_field(session, admin, field_form(
        "single-choice", options=[{"label": {"en": "Tiles"}}, {"label": {"en": "Flat"}}]))
    tiles, flat = (option["key"] for option in field.options)
    opportunity = make_opportunity(session)
    answers.set_answers(session, SYSTEM, opportunity, {field.id: tiles}, "test")
    field_service.save_field(session, admin, field.id, field_form(
        "single-choice", options=[{"key": flat, "label": {"en": "Flat roof"}}, {"label": {"en": "Other"}}]), 1)
    assert [(o["key"] == tiles, o["label"]["en"], o.get("is_retired", False)) for o in field.options] == [
        (False, "Flat roof", False), (False, "Other", False), (True, "Tiles", True)]
    assert field.options[0]["key"] == flat
    assert [line.text for line in answers.list_answers(session, admin, opportunity.id, "en")] == ["Tiles"]
    with pytest.raises(InvalidForm):
        answers.set_answers(session, SYSTEM, make_opportunity(session), {field.id: tiles}, "test")


def test_what_is_in_use_is_archived_and_what_is_not_goes(session: Session, admin):
    _, (substage,) = make_flow(session)
    unused, asked, answered = make_field(session), make_field(session, substage=substage), make_field(session)
    opportunity = make_opportunity(session, substage=substage)
    answers.set_answers(session, SYSTEM, opportunity, {answered.id: "x"}, "test")
    ends = [field_service.remove_field(session, admin, field.id) for field in (unused, asked, answered)]
    assert ends == ["deleted", "archived", "archived"]
    assert contents.contents_of(session, substage.id).fields == []
    field_service.restore_field(session, admin, asked.id)
    assert [spec.id for spec in contents.contents_of(session, substage.id).fields] == [asked.id]


def test_fields_keep_their_order_and_say_where_they_are_asked(session: Session, admin):
    _, (substage,) = make_flow(session)
    first, second = make_field(session, position=-2), make_field(session, substage=substage, position=-1)
    field_service.move_field(session, admin, second.id, 0)
    rows = field_service.list_fields(session, admin)
    assert [row.spec.id for row in rows[:2]] == [second.id, first.id]
    assert [place.substage_id for place in rows[0].places] == [substage.id]


def test_contents_are_saved_in_order_and_not_overwritten(session: Session, admin):
    _, (substage,) = make_flow(session)
    a, b, terms = make_field(session), make_field(session), make_condition(session)
    form = parse(ContentsForm, {
        "fields": [{"field_id": b.id, "is_required": True}, {"field_id": a.id, "is_read_only": True}],
        "conditions": [{"condition_id": terms.condition_id, "asks_again": True}]})
    contents.save_contents(session, admin, substage.id, form, 1)
    asked = contents.contents_of(session, substage.id)
    assert [(s.id, s.is_required, s.is_read_only) for s in asked.fields] == [(b.id, True, False), (a.id, False, True)]
    assert [(c.version_id, c.asks_again) for c in asked.conditions] == [(terms.id, True)]
    with pytest.raises(contents.ContentsSavedMeanwhile) as told:
        contents.save_contents(session, admin, substage.id, ContentsForm(), 1)
    assert (told.value.theirs, told.value.version) == (form, 2)
    assert contents.read_contents(session, admin, substage.id) == (form, 2)
    contents.save_contents(session, admin, substage.id, parse(ContentsForm, {"fields": [{"field_id": a.id}]}), 2)
    assert contents.contents_of(session, substage.id).conditions == []


def test_contents_name_only_what_is_there(session: Session, admin):
    _, (substage,) = make_flow(session)
    archived = make_field(session, archived_at=NOON)
    for fields, named in (([new_id()], []), ([archived.id], []), ([], [new_id()])):
        form = parse(ContentsForm, {"fields": [{"field_id": i} for i in fields],
                                    "conditions": [{"condition_id": i} for i in named]})
        with pytest.raises(NotFound):
            contents.save_contents(session, admin, substage.id, form, 1)
    with pytest.raises(InvalidForm):
        parse(ContentsForm, {"fields": [{"field_id": archived.id}, {"field_id": archived.id}]})


# Conditions


def test_wordings_replace_each_other_on_their_day(session: Session, admin):
    with fixed(NOON):
        row = conditions.create_condition(session, admin, parse(ConditionForm, {
            "name": "Sales terms", **wording().model_dump()}))
        conditions.save_wording(session, admin, row.id, wording("Next.", effective_at=NOON + timedelta(days=9)), 1)
        last = conditions.save_wording(session, admin, row.id, wording("Better.", effective_at=NOON + timedelta(days=2)), 2)
        seen = conditions.get_condition(session, admin, row.id)
        assert [(w.number, w.state, w.text["en"]) for w in seen.wordings] == [
            (2, "coming", "Better."), (1, "in_effect", "Be good.")]
        assert last.text_hash == text_hash({"en": "Terms"}, {"en": "Better."}) != seen.wordings[1].text_hash
    with fixed(NOON + timedelta(days=3)):
        assert [(w.number, w.state) for w in conditions.get_condition(session, admin, row.id).wordings] == [
            (2, "in_effect"), (1, "past")]
        conditions.save_wording(session, admin, row.id, wording("Third."), 3)
    with fixed(NOON + timedelta(days=3, seconds=1)):
        assert [(w.number, w.state) for w in conditions.get_condition(session, admin, row.id).wordings] == [
            (3, "in_effect"), (2, "past"), (1, "past")]
    with pytest.raises(ChangedMeanwhile):
        conditions.save_wording(session, admin, row.id, wording(), 3)


def test_a_wording_never_counts_before_it_was_written(session: Session, admin):
    with fixed(NOON):
        row = conditions.create_condition(session, admin, parse(ConditionForm, {
            "name": "x", **wording(effective_at=NOON - timedelta(days=9)).model_dump()}))
        assert conditions.get_condition(session, admin, row.id).wordings[0].effective_at == NOON
    with pytest.raises(InvalidForm):
        wording(effective_at="2026-05-04T12:00:00")


def test_accepted_conditions_are_archived_and_others_go(session: Session, admin):
    _, (papers,) = make_flow(session, ("Request", [("Papers", "initial-documentation")]))
    unused, asked = make_condition(session), make_condition(session, substage=papers)
    contact = make_contact(session)
    opportunity = make_opportunity(session, contact=contact, substage=papers)
    steps.submit_step(session, actor_of(contact), opportunity.id, {}, [asked.id])
    contents.save_contents(session, admin, papers.id, ContentsForm(), 1)
    ends = [conditions.remove_condition(session, admin, v.condition_id) for v in (unused, asked)]
    assert ends == ["deleted", "archived"]
    assert len(conditions.get_condition(session, admin, asked.condition_id).wordings) == 1


def test_every_kind_can_be_defined(session: Session, admin):
    for kind in FieldKind:
        options = [{"label": {"en": "A"}}] if "choice" in kind else []
        assert field_service.create_field(session, admin, field_form(kind.value, options=options)).kind == kind


def test_lists_cost_the_same_however_long_they_are(session: Session, admin):
    def queries(ask) -> int:
        seen: list[str] = []
        connection = session.connection()

        def count(*args) -> None:
            seen.append(args[2])

        session.flush()
        event.listen(connection, "before_cursor_execute", count)
        try:
            ask(session, admin)
        finally:
            event.remove(connection, "before_cursor_execute", count)
        return len(seen)

    asks = (field_service.list_fields, conditions.list_conditions)
    few = [queries(ask) for ask in asks]
    _, (substage,) = make_flow(session)
    for _ in range(30):
        make_field(session, substage=substage)
        make_condition(session, substage=substage)
    assert [queries(ask) for ask in asks] == few == [2, 3]


def test_open_pages_follow_the_new_name_of_a_group(session: Session, admin):
    flow, (substage,) = make_flow(session)
    fields = [make_field(session, substage=substage, group_name={"en": "House"}) for _ in range(2)]
    session.info.pop("live_topics", None)
    configuring.rename_group(session, admin, [field.id for field in fields], GroupForm(group_name={"en": "Your house"}))
    assert [field.group_name for field in fields] == [{"en": "Your house"}] * 2
    assert session.info["live_topics"] == {live.flow_topic(flow.id)}
