"""Many opportunities at once, below the services: contacts, search words, history and what customers did."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlmodel import Session, SQLModel

from portal_app.core import clock, words
from portal_app.core.events import EventRow
from portal_app.core.ids import new_id
from portal_app.customers.models import Account, Contact, ContactWord
from portal_app.customers.search import words_of_contact
from portal_app.demo.build import Demo
from portal_app.flows import service as flows
from portal_app.flows.tree import SubstageNode
from portal_app.opportunities import rules
from portal_app.opportunities.models import Opportunity, OpportunityWord, SubstageChange

FIRST = ("Ana", "Bruno", "Carla", "Diego", "Elena", "Fabio", "Greta", "Hugo", "Irene", "Jonas", "Karla", "Luca", "Marta",
         "Nils", "Olga", "Paolo", "Rosa", "Sergio", "Tina", "Ugo", "Vera", "Walter", "Xenia", "Yago", "Zoe", "Álvaro",
         "Chiara", "Dirk", "Emma", "Felipe")
LAST = ("Torres", "Vega", "Molina", "Serra", "Ruiz", "Blanco", "Vidal", "Costa", "Greco", "Ferrari", "Conti", "Neumann",
        "Vogel", "Krüger", "Hahn", "Lorenz", "Campos", "Prieto", "Soler", "Marín", "Ibáñez", "Gallo", "Riva", "Bauer",
        "Winter", "Sommer", "Keller", "Brandt", "Lang", "Moreno")
STREETS = ("Calle del Olivo", "Calle Mayor", "Via Roma", "Via del Sole", "Lindenweg", "Gartenstraße", "Camino Real",
           "Corso Italia")
TOWNS = ("28223 Pozuelo de Alarcón, Madrid", "46001 Valencia", "20121 Milano", "10115 Berlin", "80331 München",
         "50122 Firenze")
DAYS = 400
BATCH = 20_000

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Household:
    contact_id: str
    opportunity_id: str
    place_wgs84: tuple[float, float] | None


def fill(session: Session, demo: Demo, count: int, at: str = "",
         places_wgs84: Sequence[tuple[float, float]] = ()) -> list[Household]:
    """`count` customers with an opportunity each, over the last `DAYS` days.

    They stand in the substage `at`, or are spread over all; and at these places, or nowhere.
    """
    draw = random.Random(7)
    substages = [substage for stage in flows.get_flow_tree(session, demo.flow_id).stages for substage in stage.substages]
    standing = [substage.id for substage in substages].index(demo.substages[at]) if at else None
    connection, made = session.connection(), []
    for start in range(0, count, BATCH):
        tables: dict[type[SQLModel], Rows] = {
            table: [] for table in (
                Account, Contact, ContactWord, Opportunity, OpportunityWord, SubstageChange, EventRow)}
        for n in range(start, min(count, start + BATCH)):
            place_wgs84 = places_wgs84[n % len(places_wgs84)] if places_wgs84 else None
            step = draw.randrange(len(substages)) if standing is None else standing
            made.append(_one(tables, demo, substages[:step + 1], n, draw, place_wgs84))
        for table, rows in tables.items():
            write(connection, table.__table__, rows)  # pyright: ignore[reportAttributeAccessIssue]
    session.commit()
    with session.get_bind().connect() as plain:  # pyright: ignore[reportAttributeAccessIssue]
        # PostgreSQL does this by itself some time after so many rows came.
        tidy = "VACUUM ANALYZE" if plain.dialect.name == "postgresql" else "ANALYZE"
        plain.execution_options(isolation_level="AUTOCOMMIT").execute(text(tidy))
    return made


def _one(tables: Mapping[type[SQLModel], Rows], demo: Demo, way: list[SubstageNode], n: int, draw: random.Random,
         place_wgs84: tuple[float, float] | None) -> Household:
    """One household whose opportunity has passed the substages of `way`."""
    name = f"{draw.choice(FIRST)} {draw.choice(LAST)}"
    address = f"{draw.choice(STREETS)} {draw.randint(1, 90)}, {draw.choice(TOWNS)}"
    account_id, contact_id, opportunity_id, number = new_id(), new_id(), new_id(), f"B-{n:06d}"
    at = clock.now() - timedelta(days=draw.random() * DAYS + 1)
    moments = _moments(at, len(way), draw)
    lon_deg, lat_deg = place_wgs84 or (None, None)
    tables[Account].append({"id": account_id, "name": name, "created_at": at})
    contact = {"name": name, "email": f"bulk{n}@example.com", "phone": "", "address": address}
    tables[Contact].append({"id": contact_id, "account_id": account_id, "language": "en", "is_active": True,
                            "created_at": at, **contact})
    tables[ContactWord].extend({"contact_id": contact_id, "word": word} for word in words_of_contact(contact))
    texts = rules.search_text(number, "", name, f"bulk{n}@example.com", address)
    tables[Opportunity].append({
        "id": opportunity_id, "number": number, "flow_id": demo.flow_id, "account_id": account_id, "contact_id": contact_id,
        "owner_id": draw.choice(list(demo.staff.values())).id, "substage_id": way[-1].id, "title": "",
        "address": address, "lon_deg": lon_deg, "lat_deg": lat_deg, "search_text": texts, "entered_substage_at": moments[-1],
        "created_at": at, "changed_at": moments[-1], "version": 1})
    tables[OpportunityWord].extend({"opportunity_id": opportunity_id, "word": word}
                                   for word in words.entries_of(texts.split(rules.BETWEEN)))
    for step, moment in enumerate(moments):
        to = way[step]
        tables[SubstageChange].append({
            "id": new_id(), "opportunity_id": opportunity_id, "from_substage_id": way[step - 1].id if step else None,
            "to_substage_id": to.id, "to_stage_id": to.stage_id, "to_name": to.public_name, "moved_by_kind": "staff",
            "moved_by_id": demo.administrator.id, "moved_by_name": demo.administrator.name, "cause": rules.BY_HAND,
            "note": "", "at": moment})
    if len(way) > 2:
        tables[EventRow].append({"id": new_id(), "name": "DrawingSubmitted", "opportunity_id": opportunity_id,
                                 "happened_at": at,
                                 "payload": {"act": "drawing-submitted", "opportunity_id": opportunity_id}})
    return Household(contact_id, opportunity_id, place_wgs84)


def _moments(began: datetime, count: int, draw: random.Random) -> list[datetime]:
    total = (clock.now() - began) * draw.random()
    return [began + total * step / count for step in range(count)]


def write(connection: Connection, table: Table, rows: Rows) -> None:
    """Inserts many rows in the quickest way that the database has."""
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        connection.execute(table.insert(), rows)
        return
    names = list(rows[0])
    driver: Any = connection.connection.driver_connection
    columns = ", ".join(f'"{name}"' for name in names)
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for values in _plain(names, rows):
            copy.write_row(values)


def _plain(names: list[str], rows: Rows) -> Iterator[Iterable[Any]]:
    for row in rows:
        yield [json.dumps(row[name]) if isinstance(row[name], dict) else row[name] for name in names]
