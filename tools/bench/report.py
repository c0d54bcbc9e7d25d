"""What was measured, as tables for the terminal and for `docs/figures.md`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Section:
    title: str
    note: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    goals: list[tuple[str, bool]] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        self.rows.append(cells)

    def expect(self, goal: str, is_met: bool) -> None:
        self.goals.append((goal, is_met))

    def text(self) -> str:
        """The section in Markdown."""
        lines = [f"## {self.title}", "", self.note, ""]
        if self.rows:
            lines += [_row(self.columns), _row(["---"] + ["---:"] * (len(self.columns) - 1)), *map(_row, self.rows), ""]
        lines += [f"- {'met' if is_met else '**above the goal**'}: {goal}" for goal, is_met in self.goals]
        return "\n".join(lines).rstrip() + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def ms(seconds: float) -> str:
    return f"{1000 * seconds:.1f}"


def kb(size: float) -> str:
    return f"{size / 1000:.1f}"
