"""What customers do in the measurements: the event, what it carries, and what its whole answer contains."""

from __future__ import annotations

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
    """`make` gives payload and page for one more time that this person does it."""

    name: str
    event: str
    wanted: str
    make: Callable[[Person], tuple[dict[str, Any], str]]

    async def do(self, client: Client, person: Person) -> float:
        payload, path = self.make(person)
        return await client.call(self.event, payload, self.wanted, path)


def _order(person: Person) -> tuple[dict[str, Any], str]:
    offer = person["offers"].pop()
    return {key: offer[key] for key in ("offer_id", "version", "total_cents")}, f"/offers?project={offer['project']}"


def square_roof(person: Person, n: int = 0) -> list[list[float]]:
    """An eight-cornered outline of about 60 m² near the customer's house; a little different each time."""
    lon, lat = person["place"]
    shift = (n % 50) * 1e-7
    corners = ((0, 0), (6, 0), (6, 2), (8, 2), (8, 8), (3, 8), (3, 7), (0, 7))
    return [[lon + shift + x * 1.3e-5, lat + y * 0.9e-5] for x, y in corners]


TRIVIAL = Action("trivial handler (close a notice)", f"{SHELL}.close_notice", "notices",
                 lambda person: ({"number": 0}, "/home"))
HOME_LOAD = Action("load process page", f"{HOME}.load", "home_state",
                   lambda person: ({}, f"/home?project={person['draw']}"))
ACCEPT = Action("accept offer", f"{OFFERS}.order", "outcome", _order)

# What a crowd does, by weight.
MIX: tuple[tuple[Action, float], ...] = ((HOME_LOAD, 55), (TRIVIAL, 43), (ACCEPT, 2))
