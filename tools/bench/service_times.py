"""`service_times.py SMALL LARGE`: the same queries on two databases in turn; prints query → both medians as JSON."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sqlmodel import Session, col, select

from portal_app import rooms
from portal_app.access.actors import Actor
from portal_app.access.models import StaffMember
from portal_app.core.database import make_engine
from portal_app.customers.service import list_customers
from portal_app.flows.models import Stage
from portal_app.opportunities import detail, figures, listing
from portal_app.opportunities.listing import Filters, PageOf
from portal_app.opportunities.models import Opportunity

TIMES = 25
Query = Callable[[Session], object]


def queries_for(session: Session) -> dict[str, Query]:
    """What staff look at, for the administrator and for a colleague who sees only their own projects."""
    administrator, installer = (_actor(session, role) for role in ("administrator", "installer"))
    stage = session.exec(select(Stage.id).order_by(col(Stage.position)).offset(2)).first()
    one = session.exec(select(Opportunity.id).order_by(col(Opportunity.number)).offset(500)).first()
    second = listing.list_opportunities(session, administrator, Filters(), PageOf()).next
    assert stage
    assert one
    assert second

    def listed(actor: Actor = administrator, after: str = "", **filters) -> Query:
        return lambda s: listing.list_opportunities(s, actor, Filters(**filters), PageOf(after=after))

    return {
        "list, latest change first": listed(),
        "list, second page": listed(after=second),
        "list, longest in its substage first": listed(sort="entered"),
        "list, one stage": listed(stage_id=stage),
        "list, one stage and owner": listed(stage_id=stage, owner_id=installer.id),
        "list, own only": listed(installer),
        "list, quiet": listed(is_quiet=True),
        "list, search for one": listed(search="B-000500"),
        "list, search for many": listed(search="madrid"),
        "list, search for a name": listed(search="carla kruger"),
        "board": lambda s: listing.board(s, administrator),
        "figures": lambda s: figures.get_figures(s, administrator),
        "latest acts": lambda s: figures.list_latest_acts(s, administrator),
        "one opportunity": lambda s: detail.get_detail(s, administrator, one),
        "customers": lambda s: list_customers(s, administrator, "", 1),
        "customers, search for a name": lambda s: list_customers(s, administrator, "carla", 1),
    }


def _actor(session: Session, role: str) -> Actor:
    member = session.exec(select(StaffMember).where(StaffMember.role == role)).one()
    return Actor(kind="staff", id=member.id, name=member.name, language=member.language, role=member.role)


def main(urls: list[str]) -> dict[str, list[float]]:
    engines = [make_engine(url).execution_options(reads_only=True) for url in urls]
    asked = []
    for engine in engines:
        with Session(engine) as session:
            asked.append(queries_for(session))
    times: dict[str, list[list[float]]] = {name: [[], []] for name in asked[0]}
    for _ in range(TIMES):
        for name in times:
            for place, engine in enumerate(engines):
                with Session(engine) as session:
                    began = time.perf_counter()
                    asked[place][name](session)
                    times[name][place].append(time.perf_counter() - began)
    return {name: [statistics.median(found) for found in both] for name, both in times.items()}


if __name__ == "__main__":
    rooms.listen()
    print(json.dumps(main(sys.argv[1:])))
