"""A way through five stages, the forms that begin it, and the queries that something asks."""

from datetime import UTC, datetime

from sqlalchemy import event
from sqlmodel import Session

from portal_app.core.forms import parse
from portal_app.opportunities.rules import OpportunityForm

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
WAY = (
    ("Request", [("We have your request", None)]),
    ("Your roof", [("Draw your roof", "drawing"), ("We check your roof", None)]),
    ("Your offer", [("We plan your system", None), ("Choose your offer", "offer")]),
    ("Switch-on", [("Enjoy the sun", "finalization-success")]),
    ("Ended", [("We could not go on", "finalization-failed")]),
)


def form_for(contact, flow, **values) -> OpportunityForm:
    return parse(OpportunityForm, {"contact_id": contact.id, "flow_id": flow.id, **values})


def count_queries(session: Session, ask, *arguments) -> int:
    queries: list[str] = []

    def note(_connection, _cursor, statement, *_):
        queries.append(statement)

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        session.expunge_all()
        ask(session, *arguments)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len([query for query in queries if "SAVEPOINT" not in query])
