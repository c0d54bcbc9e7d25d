"""Every column that can hold what people write or are says what it is; ids, numbers, times and flags need no tag."""

import pytest
from sqlalchemy import JSON, Boolean, DateTime, Integer, Numeric, String
from sqlmodel import SQLModel

from portal_app import models

assert models
COLUMNS = [column for table in SQLModel.metadata.sorted_tables for column in table.columns]


def _needs_a_tag(column) -> bool:
    if column.primary_key or column.foreign_keys or isinstance(column.type, Boolean | DateTime | Integer | Numeric):
        return column.name in {"lon_deg", "lat_deg"}
    is_id = isinstance(column.type, String) and column.type.length == 32 and f"_{column.name}".endswith("_id")
    return not is_id and isinstance(column.type, String | JSON)


def test_columns_were_found():
    assert len(COLUMNS) > 50


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_a_column_is_tagged(column):
    if _needs_a_tag(column) or "personal" in column.info:
        tag = column.info.get("personal", {})
        assert tag.get("category") in {"name", "contact", "address", "location", "payment", "access", "text", "none"}, column
        assert tag.get("retention") in {"account", "contract", "session", "mail"}
