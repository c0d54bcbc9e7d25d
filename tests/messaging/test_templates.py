"""Staff edit templates: saved whole or told what is wrong, previewed and tested with samples."""

import pytest
from sqlmodel import Session, select

from portal_app.access.actors import Role
from portal_app.core.errors import ChangedMeanwhile, InvalidForm, NotAllowed, NotFound
from portal_app.core.forms import parse
from portal_app.flows.rules import TooMany
from portal_app.messaging import rules, templates
from portal_app.messaging.defaults import ensure_templates
from portal_app.messaging.models import EmailTemplate, OutboxMail
from portal_app.messaging.templates import DraftForm, TemplateForm
from tests.factories import actor_of, make_company, make_contact, make_staff


@pytest.fixture
def editor(session: Session):
    make_company(session, languages=["en", "es"])
    ensure_templates(session)
    return actor_of(make_staff(session, Role.BACK_OFFICE, email="ana@helianta.example"))


def form(**values) -> TemplateForm:
    return parse(TemplateForm, {"version": 1, "name": "Declined", "subject": {"en": "Hi |client_name|"},
                                "body": {"en": "Hello"}, **values})


def draft(**values) -> DraftForm:
    return parse(DraftForm, {"language": "es", "subject": "Hola |client_name|", "body": "# Hola\n\n|offer_total|",
                             **values})


def test_the_list_names_what_is_missing(session: Session, editor):
    row = session.get_one(EmailTemplate, "welcome")
    row.body = {"es": "Hola", "de": "Hallo"}
    session.add(row)
    session.flush()
    listed = {each.key: each for each in templates.list_templates(session, editor)}
    assert listed["welcome"].missing_languages == ["en"]
    assert listed["login-code"].missing_languages == []
    assert next(iter(listed)) == "login-code"


def test_a_template_is_saved_in_all_its_languages(session: Session, editor):
    templates.save_template(session, editor, "decline-budget", form(
        subject={"en": " Hi ", "es": "Hola", "de": " "}, body={"en": "Hello |offer_title|", "es": "Buenas", "fr": "x"}))
    saved = templates.read_template(session, editor, "decline-budget")
    assert saved.subject == {"en": "Hi", "es": "Hola"}
    assert saved.body == {"en": "Hello |offer_title|", "es": "Buenas"}
    assert (saved.version, saved.name) == (2, "Declined")


def test_the_second_of_two_is_told(session: Session, editor):
    templates.save_template(session, editor, "decline-budget", form())
    with pytest.raises(ChangedMeanwhile):
        templates.save_template(session, editor, "decline-budget", form())


@pytest.mark.parametrize(("values", "errors"), [
    ({"body": {"en": "Hello |client_nme|"}},
     {"body.en": (rules.UNKNOWN, {"name": "client_nme", "line": 1, "column": 7})}),
    ({"name": " ", "body": {"en": ""}}, {"name": (templates.REQUIRED, {}), "body.en": (rules.EMPTY_BODY, {})}),
    ({"subject": {"en": "Hi"}, "body": {"en": "Hello", "es": "Hola"}}, {"subject.es": (rules.EMPTY_SUBJECT, {})}),
    ({"subject": {"en": "Hi", "de": "Tag"}}, {"body.de": (rules.EMPTY_BODY, {})}),
    ({"subject": {"es": "Hola"}, "body": {"es": "Hola"}}, {"body.en": (templates.REQUIRED, {})}),
])
def test_what_is_wrong_is_told_at_its_language(session: Session, editor, values, errors):
    with pytest.raises(InvalidForm) as refused:
        templates.save_template(session, editor, "decline-budget", form(**values))
    assert refused.value.errors == errors
    assert templates.read_template(session, editor, "decline-budget").version == 1


def test_a_preview_shows_samples_and_the_companys_own_name(session: Session, editor):
    written = templates.preview_template(session, editor, "accept-budget", draft())
    assert written.subject == "Hola Lucía Fernández"
    assert "10.370\N{NO-BREAK SPACE}€" in written.html
    assert "Helianta" in written.html
    with pytest.raises(InvalidForm) as refused:
        templates.preview_template(session, editor, "accept-budget", draft(body="|nope|"))
    assert list(refused.value.errors) == ["body.es"]


def test_a_test_mail_goes_to_whoever_asks(session: Session, editor):
    assert templates.send_test(session, editor, "accept-budget", draft()) == "ana@helianta.example"
    mail = session.exec(select(OutboxMail)).one()
    assert (mail.to_address, mail.subject, mail.cause) == ("ana@helianta.example", "Hola Lucía Fernández", "test")
    assert mail.contact_id is None


def test_only_who_may_edit_templates_gets_near_them(session: Session, editor):
    for person in (make_staff(session, Role.SALES), make_staff(session, Role.VIEWER), make_contact(session)):
        actor = actor_of(person)
        for call in (lambda a=actor: templates.list_templates(session, a),
                     lambda a=actor: templates.read_template(session, a, "welcome"),
                     lambda a=actor: templates.save_template(session, a, "welcome", form()),
                     lambda a=actor: templates.preview_template(session, a, "welcome", draft()),
                     lambda a=actor: templates.send_test(session, a, "welcome", draft())):
            with pytest.raises(NotAllowed):
                call()
    for call in (lambda: templates.read_template(session, editor, "nowhere"),
                 lambda: templates.save_template(session, editor, "nowhere", form())):
        with pytest.raises(NotFound):
            call()


@pytest.mark.parametrize("values", [{"language": "fr"}, {"language": "e"}, {"body": "x" * 40_001}])
def test_a_draft_is_parsed_before_it_is_looked_at(values):
    with pytest.raises(InvalidForm):
        draft(**values)


def test_staff_make_templates_for_steps(session: Session, editor):
    new = templates.read_template(session, editor, templates.NEW)
    assert (new.use, new.version, new.name) == ("step", 0, "")
    made = templates.save_template(session, editor, templates.NEW, form(version=0, name="News", needs_consent=True))
    listed = next(row for row in templates.list_templates(session, editor) if row.key == made.key)
    assert (listed.name, listed.use, listed.needs_consent) == ("News", "step", True)
    saved = templates.read_template(session, editor, made.key)
    assert (saved.is_own, saved.version, saved.needs_consent) == (True, 1, True)
    with pytest.raises(InvalidForm):
        templates.save_template(session, editor, templates.NEW, form(version=0, body={}))


def test_there_is_an_end_to_templates(session: Session, editor, monkeypatch):
    monkeypatch.setattr(templates, "MOST_TEMPLATES", 0)
    with pytest.raises(TooMany):
        templates.save_template(session, editor, templates.NEW, form(version=0))


def test_what_answers_a_customer_needs_no_consent(session: Session, editor):
    templates.save_template(session, editor, "decline-budget", form(needs_consent=True))
    assert not templates.read_template(session, editor, "decline-budget").needs_consent
