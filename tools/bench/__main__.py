"""`make bench`: measures the portal against its goals, prints the figures and writes them to `docs/figures.md`.

`python tools/bench handlers lists` measures only these and writes nothing; with `--write` their sections take the place of
the older ones. `first` and `words` are not part of a usual run.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from changed_flow import measure_changed_flow  # noqa: E402
from closed_loop import measure_handlers  # noqa: E402
from crowd import measure_crowd  # noqa: E402
from first_view import measure_first_views  # noqa: E402
from growth import measure_growth  # noqa: E402
from idle_pages import measure_idle_pages  # noqa: E402
from importing import measure_import  # noqa: E402
from promises import measure_promises  # noqa: E402
from report import Section  # noqa: E402
from sixty_fields import measure_form  # noqa: E402
from starting import measure_first_start, measure_later_start  # noqa: E402
from uploads import measure_uploads  # noqa: E402

PARTS: dict[str, Callable[[], Section]] = {
    "views": measure_first_views,
    "handlers": measure_handlers,
    "lists": measure_growth,
    "crowd": measure_crowd,
    "idle": measure_idle_pages,
    "words": measure_changed_flow,
    "uploads": measure_uploads,
    "form": measure_form,
    "import": measure_import,
    "promises": measure_promises,
    "start": measure_later_start,
    "first": measure_first_start,
}
USUAL = ("start", "views", "handlers", "lists", "form", "import", "promises", "uploads", "crowd", "idle")
FIGURES = ROOT / "docs" / "figures.md"


def _heading() -> str:
    return (f"# Figures\n\nMade by `make bench` on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores shared by the "
            f"server, the database and the load generator, {platform.system()}, Python {platform.python_version()}, all on "
            "one machine over loopback. Compare figures of one run with each other.\n")


def _with_new(figures: str, sections: list[str]) -> str:
    """The figures with these sections in the place of those of the same title, or at the end, with the day."""
    heading, *kept = re.split(r"^(?=## )", figures, flags=re.MULTILINE)
    by_title = {section.splitlines()[0]: section.rstrip() + "\n" for section in kept}
    day = f"*Measured anew alone on {datetime.now(UTC):%Y-%m-%d}.*\n"
    by_title |= {section.splitlines()[0]: f"{section}\n{day}" for section in sections}
    return heading + "\n".join(by_title.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="what to measure; the usual run when none is named")
    parser.add_argument("--write", action="store_true", help="puts the parts into docs/figures.md, too")
    given = parser.parse_args()
    wanted = given.parts
    texts, goals = [_heading()], []
    for name in wanted or USUAL:
        began = time.monotonic()
        section = PARTS[name]()
        print(f"{section.text()}\n  ({time.monotonic() - began:.0f} s)\n", flush=True)
        texts.append(section.text())
        goals += section.goals
    if not wanted:
        FIGURES.parent.mkdir(exist_ok=True)
        FIGURES.write_text("\n".join(texts))
    elif given.write:
        FIGURES.write_text(_with_new(FIGURES.read_text(), texts[1:]))
    missed = [goal for goal, is_met in goals if not is_met]
    print("\n".join(["All goals are met." if not missed else "Above the goal:", *missed]))


if __name__ == "__main__":
    main()
