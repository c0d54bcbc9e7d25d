"""Builds the style sheets of the doors from portal_app/ui/styles.

    python tools/styles.py build     writes assets/styles/customer.css, staff.css, map.css, mailbox.css and cases.css

Every page has customer.css, the staff's pages add staff.css, pages with a map map.css, the mailbox mailbox.css, pages of
cases cases.css. There is no @import: it would cost a second round trip.
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "portal_app" / "ui" / "styles"
BUILT = ROOT / "assets" / "styles"

SHEETS = {
    "customer.css": ("fonts", "base", "components", "portal"),
    "staff.css": ("staff", "settings", "mail"),
    "mailbox.css": ("mail", "mailbox"),
    "map.css": ("map",),
    "cases.css": ("cases",),
}


def minified(sheet: str) -> str:
    """The sheet without comments and needless space. Space that means something (in calc, in selectors) stays."""
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    sheet = re.sub(r"\s+", " ", sheet)
    sheet = re.sub(r" ?([{};,]) ?", r"\1", sheet)
    sheet = re.sub(r": ", ":", sheet)
    return sheet.replace(";}", "}").strip()


def built() -> dict[str, str]:
    return {
        name: "".join(minified((SOURCES / f"{part}.css").read_text("utf-8")) + "\n" for part in parts)
        for name, parts in SHEETS.items()
    }


def build() -> None:
    BUILT.mkdir(parents=True, exist_ok=True)
    for name, sheet in built().items():
        (BUILT / name).write_text(sheet, "utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=["build"])
    parser.parse_args()
    build()
    sys.exit(0)
