"""What clients send is refused field by field, with catalogue texts."""

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import EmailStr, Field

from portal_app.core.errors import InvalidForm, NotFound
from portal_app.core.forms import CHOOSE, EMAIL, INVALID, REQUIRED, TEXTS, Form, parse, parse_id
from portal_app.core.ids import new_id


class Sample(Form):
    name: str = Field(min_length=1, max_length=5)
    age: int = Field(ge=0, le=150)
    email: EmailStr | None = None


class Colour(StrEnum):
    GREEN = "green"


class Choice(Form):
    colour: Colour


def _errors(data: object) -> dict:
    with pytest.raises(InvalidForm) as refused:
        parse(Sample, data)
    return refused.value.errors


def test_good_values_are_stripped_and_kept():
    assert parse(Sample, {"name": " Ana ", "age": 3}).name == "Ana"


def test_each_wrong_field_is_told():
    errors = _errors({"name": "  ", "age": 200, "email": "nobody"})
    assert errors == {"name": (REQUIRED, {"min_length": 1}), "age": (TEXTS["less_than_equal"], {"le": 150}),
                      "email": (EMAIL, errors["email"][1])}


@pytest.mark.parametrize("given", [{}, {"colour": ""}, {"colour": "blue"}])
def test_a_choice_that_is_none_asks_to_choose(given):
    with pytest.raises(InvalidForm) as refused:
        parse(Choice, given)
    assert refused.value.errors["colour"][0] == CHOOSE


def test_unknown_keys_are_refused():
    assert _errors({"name": "Ana", "age": 3, "role": "administrator"})["role"][0] == INVALID


JSON = st.recursive(st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)


@given(JSON)
def test_anything_else_is_an_invalid_form(data):
    try:
        parse(Sample, data)
    except InvalidForm as refused:
        assert refused.errors
    else:
        assert isinstance(data, dict)


@given(JSON)
def test_what_is_no_id_is_an_unknown_thing(value):
    with pytest.raises(NotFound):
        parse_id(value)


def test_an_id_is_an_id():
    made = new_id()
    assert parse_id(made) == made
