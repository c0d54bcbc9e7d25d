"""Fails when rules are not wholly covered by tests or services fall below their goal (branches counted)."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from coverage import Coverage

RULES = {"rules.py", "theme.py", "colours.py", "geometry.py", "validation.py", "measuring.py"}
NOT_SERVICES = {"__init__.py", "models.py"} | RULES
RULES_GOAL, SERVICES_GOAL = 100.0, 95.0


def percent(files: list[dict]) -> float:
    total = sum(f["num_statements"] + f["num_branches"] for f in files)
    covered = sum(f["covered_lines"] + f["covered_branches"] for f in files)
    return 100.0 * covered / total if total else 100.0


def main() -> int:
    coverage = Coverage()
    coverage.load()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "coverage.json")
        coverage.json_report(outfile=str(report))
        files = json.loads(report.read_text())["files"]
    rooms = {path: data["summary"] for path, data in files.items()}
    rules = {path: s for path, s in rooms.items() if Path(path).name in RULES}
    services = {path: s for path, s in rooms.items() if Path(path).name not in NOT_SERVICES}
    failed = False
    for name, found, goal in (("rules", rules, RULES_GOAL), ("services", services, SERVICES_GOAL)):
        reached = percent(list(found.values()))
        print(f"{name}: {reached:.1f} % of lines and branches (goal {goal:.0f} %)")
        if reached < goal:
            failed = True
            for path, summary in sorted(found.items(), key=lambda item: percent([item[1]])):
                if percent([summary]) < goal:
                    print(f"  {percent([summary]):5.1f} %  {path}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
