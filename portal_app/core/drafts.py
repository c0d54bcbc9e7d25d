"""What people write before it is saved, and how the changes of two of them come together. Pure.

A draft is flat, text by field: `public_name.en`, `link_minutes`. An empty text is no text. A list in order is one text too
(`written`): keys, each with what stands there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

Draft = dict[str, str]

ON = "on"  # of what can only be on or off: two who change it never differ
MOST_ENTRIES = 200


class Merge(NamedTuple):
    """`draft` holds both people's changes; where both changed the same field it is the own text, and `conflicts`
    names the field."""

    draft: Draft
    conflicts: list[str]
    taken: list[str]


def changed_fields(saved: Mapping[str, str], draft: Mapping[str, str]) -> list[str]:
    """The fields that saving would change; space around a text is no change."""
    return [field for field in dict.fromkeys((*saved, *draft)) if saved.get(field, "") != draft.get(field, "").strip()]


def part_of(field: str) -> str:
    """`public_name` of `public_name.en`."""
    return field.partition(".")[0]


# Lists


def written(entries: Iterable[tuple[str, str]]) -> str:
    """Keys in order with what stands there, as one text that is the same for the same list."""
    rows = dict(entries)
    return json.dumps(rows, ensure_ascii=False) if rows else ""


def listed(text: str) -> dict[str, str]:
    """What `written` wrote. Whatever is no entry is left out: the text may have been in a browser."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    rows = list(found.items())[:MOST_ENTRIES] if isinstance(found, dict) else []
    return {key: entry for key, entry in rows if isinstance(entry, str)}


def recognised(rows: Mapping[str, str], before: Mapping[str, str], name_of: Callable[[str], str]) -> dict[str, str]:
    """A list whose rows were all written anew, under the keys that they had `before`: what says the same is the same row,
    and so is what has the same name."""
    known = {key: key for key in rows if key in before}
    for likeness in (str, name_of):
        free = {each: likeness(text) for each, text in before.items() if each not in known.values()}
        for key, looks in ((key, likeness(text)) for key, text in rows.items() if key not in known):
            same = next((each for each, was in free.items() if was == looks), None)
            if same is not None:
                known[key] = same
                del free[same]
    return {known.get(key, key): text for key, text in rows.items()}


def _placed(order: list[str], others: list[str]) -> list[str]:
    """`order`, with what only `others` have behind the one that it follows there."""
    placed = list(order)
    for place, entry in enumerate(others):
        if entry not in placed:
            before = next((each for each in reversed(others[:place]) if each in placed), None)
            placed.insert(placed.index(before) + 1 if before is not None else 0, entry)
    return placed


def merge_list(saved: str, mine: str, theirs: str) -> tuple[str, bool]:
    """Both people's changes of one list, and whether they changed the same entry, or the order, in two ways."""
    before, own, other = listed(saved), listed(mine), listed(theirs)
    kept: dict[str, str] = {}
    is_conflict = False
    for entry in {**before, **other, **own}:
        was, ours, others = before.get(entry), own.get(entry), other.get(entry)
        chosen = others if ours == was else ours
        is_conflict = is_conflict or (ours != was and others not in (was, ours))
        if chosen is not None:
            kept[entry] = chosen

    def order_in(which: Mapping[str, str]) -> list[str]:
        return [entry for entry in which if entry in before and entry in own and entry in other]

    i_moved, they_moved = order_in(own) != order_in(before), order_in(other) != order_in(before)
    first, second = (list(own), list(other)) if i_moved or not they_moved else (list(other), list(own))
    is_conflict = is_conflict or (i_moved and they_moved and order_in(own) != order_in(other))
    order = _placed(first, second)
    return written((entry, kept[entry]) for entry in order if entry in kept), is_conflict


# Two people


def merge(saved: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str],
          lists: Collection[str] = ()) -> Merge:
    """Somebody saved `theirs` while `mine` was made of `saved`: nothing of either is lost."""
    draft: Draft = {}
    conflicts, taken = [], []
    for field in dict.fromkeys((*theirs, *mine)):
        before, own, other = saved.get(field, ""), mine.get(field, ""), theirs.get(field, "")
        if own == before:
            draft[field] = other
            if other != before:
                taken.append(field)
        elif field in lists and other not in (before, own):
            draft[field], is_conflict = merge_list(before, own, other)
            (conflicts if is_conflict else taken).append(field)
        else:
            draft[field] = own
            if other not in (before, own):
                conflicts.append(field)
    return Merge(draft, conflicts, taken)
