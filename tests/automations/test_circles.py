"""Circles of automatic moves: found before they are saved, and every chain without one comes to its end."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from portal_app.automations.rules import loop_through

SUBSTAGES = "abcdefg"
moves = st.dictionaries(st.sampled_from(SUBSTAGES), st.lists(st.sampled_from(SUBSTAGES), max_size=2, unique=True))


def play(on_entering: dict[str, str], on_leaving: dict[str, str], start: str, most: int = 200) -> bool:
    """Whether the chain that begins with coming from nowhere to `start` ends, with the order of `steps`."""
    here, waiting = start, [("enter", start)]
    for _ in range(most):
        if not waiting:
            return True
        moment, substage = waiting.pop()
        if moment == "enter" and here != substage:
            continue
        target = (on_entering if moment == "enter" else on_leaving).get(substage)
        if target is not None and target != here:
            waiting += [("enter", target), ("leave", here)]
            here = target
    return False


@given(moves, st.sampled_from(SUBSTAGES))
def test_a_loop_is_a_way_along_the_moves_back_to_its_start(moves, start):
    way = loop_through(moves, start)
    if way:
        assert way[0] == way[-1] == start
        assert all(there in moves.get(here, ()) for here, there in pairwise(way))
        assert len(set(way)) == len(way) - 1


@given(moves, st.sampled_from(SUBSTAGES))
def test_no_loop_is_missed(moves, start):
    reached, waiting = set(), list(moves.get(start, ()))
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached.add(here)
            waiting += moves.get(here, ())
    assert bool(loop_through(moves, start)) == (start in reached)


def test_two_ways_to_one_place_are_no_circle():
    assert loop_through({"a": ["b", "c"], "b": ["d"], "c": ["d"]}, "a") == []


targets = st.dictionaries(st.sampled_from(SUBSTAGES), st.sampled_from(SUBSTAGES))


@given(targets, targets, st.sampled_from(SUBSTAGES))
def test_without_a_circle_every_chain_ends(on_entering, on_leaving, start):
    together: dict[str, list[str]] = {}
    for part in (on_entering, on_leaving):
        for here, there in part.items():
            together.setdefault(here, []).append(there)
    if not any(loop_through(together, substage) for substage in SUBSTAGES):
        assert play(on_entering, on_leaving, start)


def test_a_chain_in_a_circle_does_not_end():
    """The control: what the check keeps out would really go on."""
    assert not play({"a": "b", "b": "a"}, {}, "a")
    assert loop_through({"a": ["b"], "b": ["a"]}, "a") == ["a", "b", "a"]
    assert loop_through({"a": ["a"]}, "a") == ["a", "a"]
