import gzip
import re

import styles

from portal_app.company.theme import tokens

SIZES_AND_TIMES = re.compile(r"--[a-z0-9-]+(?=:)")
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch|color-mix)\(", re.IGNORECASE)


def test_every_token_that_a_sheet_uses_exists():
    sheets = "".join(styles.built().values())
    known = set(tokens()) | set(SIZES_AND_TIMES.findall(sheets))
    assert set(re.findall(r"var\((--[a-z0-9-]+)", sheets)) - known == set()


def test_colours_come_only_from_tokens_but_for_labels_on_the_aerial_picture():
    for name, sheet in styles.built().items():
        rules = [rule for rule in sheet.split("}") if COLOUR.search(rule)]
        allowed = (".map-length", ".map-name") if name == "map.css" else ()
        assert [rule for rule in rules if not rule.strip().startswith(allowed or "?")] == []


def test_the_customers_sheet_stays_light():
    assert len(gzip.compress(styles.built()["customer.css"].encode())) < 12_000


def test_minifying_keeps_what_space_means():
    assert styles.minified("a  >  b , i { width : calc(1px + 2px) ; }  /* why */") == "a > b,i{width :calc(1px + 2px)}"


def test_every_sheet_is_balanced():
    for sheet in styles.built().values():
        assert sheet.count("{") == sheet.count("}")
