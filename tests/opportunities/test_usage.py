"""What of the configuration projects already hold, so that it is archived and not deleted."""

import pytest
from sqlmodel import Session

from portal_app.access.actors import SYSTEM
from portal_app.opportunities.answers import set_answers, write_draft
from portal_app.opportunities.usage import fields_with_answers, has_answers
from tests.factories import actor_of, make_field, make_opportunity, make_staff


@pytest.mark.parametrize("held", ["answer", "draft", "history"])
def test_a_field_is_in_use_by_an_answer_a_draft_or_a_history(session: Session, held: str):
    admin, opportunity = actor_of(make_staff(session)), make_opportunity(session)
    used, unused = make_field(session).id, make_field(session).id
    if held == "draft":
        write_draft(session, opportunity.id, used, "Slate")
    else:
        set_answers(session, SYSTEM, opportunity, {used: "Slate"}, "by-hand")
    if held == "history":
        set_answers(session, SYSTEM, opportunity, {used: None}, "by-hand")
    assert fields_with_answers(session, admin) == {used}
    assert [has_answers(session, admin, field_id) for field_id in (used, unused)] == [True, False]
