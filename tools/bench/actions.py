"""What customers do in the measurements: the event, what it carries, and what its whole answer contains."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sockets import ROOT_STATE, Client

Person = dict[str, Any]


def state(name: str) -> str:
    """The name of a state class on the wire: `portal.home.state.HomeState`."""
    module, _, cls = f"portal_app.{name}".rpartition(".")
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in cls).lstrip("_")
    return f"{ROOT_STATE}.{module.replace('.', '___')}____{snake}"


SHELL = state("ui.shell_state.ShellState")
HOME = state("portal.home.state.HomeState")
OFFERS = state("portal.views.offer.state.OffersState")
DRAWING = state("portal.views.drawing.state.DrawingState")


@dataclass(frozen=True)
class Action:
    """`make` gives payload and page for one more time that this person does it; `is_ready` says whether they can."""

    name: str
    event: str
    wanted: str
    make: Callable[[Person], tuple[dict[str, Any], str]]
    is_ready: Callable[[Person], bool] = lambda person: True

    async def do(self, client: Client, person: Person) -> float:
        payload, path = self.make(person)
        return await client.call(self.event, payload, self.wanted, path)


def _order(person: Person) -> tuple[dict[str, Any], str]:
    offer = person["offers"].pop()
    return {key: offer[key] for key in ("offer_id", "version", "total_cents")}, f"/offers?project={offer['project']}"


def _changed_roof(person: Person) -> tuple[dict[str, Any], str]:
    """A corner was moved: an eight-cornered plane of about 60 m² near the house, a little different each time."""
    person["changes"] = person.get("changes", 0) + 1
    lon, lat = person["place"]
    shift = (person["changes"] % 50) * 1e-7
    corners = ((0, 0), (6, 0), (6, 2), (8, 2), (8, 8), (3, 8), (3, 7), (0, 7), (0, 0))
    ring = [[lon + shift + x * 1.3e-5, lat + y * 0.9e-5] for x, y in corners]
    plane = {"type": "Feature", "id": "plane-1", "geometry": {"type": "Polygon", "coordinates": [ring]},
             "properties": {"id": "plane-1", "name": "South"}}
    about = {"reason": "modify", "feature_id": "plane-1", "revision": person["revision"]}
    return ({"features": {"type": "FeatureCollection", "features": [plane]}, "about": about},
            f"/drawing?project={person['draw']}")


async def open_drawing(client: Client, person: Person) -> None:
    """Opens the page with the map: only there a roof can be measured."""
    await client.call(f"{DRAWING}.load", {}, "revision_rx_state_", f"/drawing?project={person['draw']}")
    found = re.search(r'"revision_rx_state_":(\d+)', client.answer)
    assert found
    person["revision"] = int(found[1])


TRIVIAL = Action("trivial handler (close a notice)", f"{SHELL}.close_notice", "notices",
                 lambda person: ({"number": 0}, "/home"))
HOME_LOAD = Action("load process page", f"{HOME}.load", "home_state",
                   lambda person: ({}, f"/home?project={person['draw']}"))
MEASURE = Action("measure roof (check, measure, save the draft)", f"{DRAWING}.change", "total_m2", _changed_roof,
                 lambda person: "revision" in person)
OFFERS_LOAD = Action("load offers", f"{OFFERS}.load", "offers_state",
                     lambda person: ({}, f"/offers?project={person['offer_project']}"),
                     lambda person: "offer_project" in person)
ACCEPT = Action("accept offer", f"{OFFERS}.order", "outcome", _order, lambda person: bool(person["offers"]))

# What a crowd does, by weight.
MIX: tuple[tuple[Action, float], ...] = (
    (HOME_LOAD, 45), (TRIVIAL, 30), (MEASURE, 15), (OFFERS_LOAD, 8), (ACCEPT, 2))
