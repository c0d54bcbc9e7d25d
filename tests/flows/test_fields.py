"""Every kind of field: what is read, what is refused, and that what is kept reads as itself again."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_app.core.errors import InvalidForm
from portal_app.core.forms import REQUIRED, FieldError
from portal_app.core.texts import LANGUAGES
from portal_app.flows import field_readers as readers
from portal_app.flows.field_kinds import FILE_KINDS, KIND_NAMES, LIMITS_OF_KIND
from portal_app.flows.fields import (
    ADD_A_FILE,
    CHOOSE_ONE,
    FieldKind,
    FieldSpec,
    Limits,
    Option,
    answer_text,
    check_entry,
    draft_value,
    entry_of,
    parse_answers,
)

ID = "a" * 32
CHOICES = tuple(Option(key=key, label={"en": key.upper(), "de": f"{key}!"}) for key in "abc")
DOCUMENTS = ["1" * 32, "2" * 32]


def spec_of(kind: str | FieldKind, *, is_required: bool = False, **limits) -> FieldSpec:
    return FieldSpec(id=ID, kind=FieldKind(kind), label={"en": "It"}, options=CHOICES, limits=Limits(**limits),
                     is_required=is_required)


def read(spec: FieldSpec, entry: object, language: str = "en"):
    return parse_answers([spec], {ID: entry}, language=language)[ID]


def refusal(spec: FieldSpec, entry: object, language: str = "en") -> str:
    with pytest.raises(InvalidForm) as refused:
        read(spec, entry, language)
    assert set(refused.value.errors) == {ID}
    return refused.value.errors[ID][0]


READ = [
    ("short-text", "  two\n words ", "two words"), ("short-text", "\x00", None), ("long-text", "a\r\nb ", "a\nb"),
    ("number", "12", "12"), ("number", "-0.50", "-0.5"), ("number", "1,234.5", "1234.5"), ("number", "-0", "0"),
    ("money", "1,234.50 €", 123450), ("money", "0", 0), ("money", 99, 99), ("date", "2028-02-29", "2028-02-29"),
    ("yes-no", "yes", True), ("yes-no", False, False), ("yes-no", "", None), ("single-choice", "b", "b"),
    ("several-choices", ["c", "a", "c"], ["a", "c"]), ("several-choices", [], None),
    ("email", " Ada.L@EXAMPLE.com ", "Ada.L@example.com"), ("phone", "+34 612 34 56 78", "+34612345678"),
    ("phone", "0034 612345678", "+34612345678"), ("iban", "es91 2100 0418 4502 0005 1332", "ES9121000418450200051332"),
    ("iban", "DE89 3704 0044 0532 0130 00", "DE89370400440532013000"), ("tax-id", "12345678-z", "12345678Z"),
    ("tax-id", "RSSMRA85T10A562S", "RSSMRA85T10A562S"), ("tax-id", "36 574 261 809", "36574261809"),
    ("address", {"street": "Calle Mayor 1", "postal_code": "28013", "city": "Madrid", "country": "es"},
     {"street": "Calle Mayor 1", "postal_code": "28013", "city": "Madrid", "country": "ES"}),
    ("address", {"street": "", "postal_code": " ", "city": "", "country": "ES"}, None),
    ("file", [DOCUMENTS[0]], [DOCUMENTS[0]]), ("files", [*DOCUMENTS, DOCUMENTS[0]], DOCUMENTS),
]
REFUSED = [
    ("short-text", 7, readers.INVALID), ("short-text", "x" * 201, readers.TOO_LONG), ("number", "twelve", readers.NUMBER),
    ("number", "1e9", readers.NUMBER), ("number", "NaN", readers.NUMBER), ("number", "9" * 16, readers.NUMBER),
    ("number", "1.2345678", readers.LESS_DIGITS), ("money", "1.999", readers.LESS_DIGITS), ("money", True, readers.INVALID),
    ("date", "2027-02-29", readers.DATE), ("date", "20270201", readers.DATE), ("date", "0001-01-01", readers.NOT_BEFORE),
    ("date", "2201-01-01", readers.NOT_AFTER),
    ("yes-no", "perhaps", readers.INVALID), ("single-choice", "z", readers.NO_CHOICE),
    ("several-choices", ["a", "z"], readers.NO_CHOICE), ("several-choices", "a", readers.INVALID),
    ("email", "ada@", readers.EMAIL), ("email", "a b@example.com", readers.EMAIL),
    ("phone", "612345678", readers.PHONE_COUNTRY),
    ("phone", "+34 1", readers.PHONE), ("phone", "+34 612 34 56 78 ext. 9", readers.PHONE_EXTENSION),
    ("iban", "ES91 2100 0418 4502 0005 1333", readers.IBAN), ("iban", "XX00", readers.IBAN),
    ("iban", "ES91２１00 0418 4502 0005 1332", readers.IBAN), ("tax-id", "12345678A", readers.TAX_ID),
    ("address", {"street": "x", "postal_code": "99999", "city": "y", "country": "ES"}, readers.WRONG_POSTAL_CODE),
    ("address", {"street": "", "postal_code": "28013", "city": "y", "country": "ES"}, readers.STREET),
    ("address", {"street": "x", "postal_code": "28013", "city": "y", "country": "ZZ"}, readers.COUNTRY),
    ("address", "Calle Mayor 1", readers.INVALID),
    ("file", DOCUMENTS, readers.FEWER_FILES), ("file", ["../x"], readers.INVALID),
]


@pytest.mark.parametrize(("kind", "entry", "value"), READ)
def test_what_is_right_is_read(kind, entry, value):
    assert read(spec_of(kind), entry) == value
    assert type(read(spec_of(kind), entry)) is type(value)


@pytest.mark.parametrize(("kind", "entry", "text"), REFUSED)
def test_what_is_wrong_is_refused_with_the_reason(kind, entry, text):
    assert refusal(spec_of(kind), entry) == text
    assert (check_entry(spec_of(kind), entry, "en") or ("",))[0] == text


@pytest.mark.parametrize(("kind", "limits", "entry", "text"), [
    ("short-text", {"min_length": 3}, "ab", readers.TOO_SHORT), ("short-text", {"max_length": 3}, "abcd", readers.TOO_LONG),
    ("number", {"minimum": Decimal(1)}, "0.9", readers.AT_LEAST),
    ("number", {"maximum": Decimal(9)}, "9.1", readers.AT_MOST),
    ("number", {"decimals": 0}, "1.5", readers.WHOLE), ("number", {"decimals": 1}, "1.25", readers.ONE_DIGIT),
    ("number", {"decimals": 2}, "1.125", readers.LESS_DIGITS), ("money", {"minimum": Decimal(10)}, "9.99", readers.AT_LEAST),
    ("date", {"earliest": date(2026, 5, 4)}, "2026-05-03", readers.NOT_BEFORE),
    ("date", {"latest": date(2026, 5, 4)}, "2026-05-05", readers.NOT_AFTER),
    ("several-choices", {"min_count": 2}, ["a"], readers.MORE_CHOICES),
    ("several-choices", {"max_count": 1}, ["a", "b"], readers.FEWER_CHOICES),
    ("files", {"min_count": 3}, DOCUMENTS, readers.MORE_FILES), ("files", {"max_count": 1}, DOCUMENTS, readers.FEWER_FILES),
    ("tax-id", {"country": "DE"}, "12345678Z", readers.TAX_ID)])
def test_limits_hold(kind, limits, entry, text):
    assert refusal(spec_of(kind, **limits), entry) == text


@pytest.mark.parametrize(("limits", "first", "last"), [
    ({"today": "from"}, "2026-05-04", None), ({"today": "until"}, None, "2026-05-04"),
    ({"today": "from", "earliest": date(2026, 5, 1), "latest": date(2026, 5, 9)}, "2026-05-04", "2026-05-09"),
    ({"today": "from", "earliest": date(2026, 5, 8)}, "2026-05-08", None),
    ({"today": "until", "latest": date(2026, 5, 1)}, None, "2026-05-01"), ({}, None, None)])
def test_a_date_may_be_compared_with_the_day_of_the_answer(limits, first, last):
    spec = spec_of("date", **limits).on(date(2026, 5, 4))
    for day in ("1999-01-01", "2026-05-03", "2026-05-04", "2026-05-05", "2099-01-01", *filter(None, (first, last))):
        text = readers.NOT_BEFORE if first and day < first else readers.NOT_AFTER if last and day > last else ""
        assert (check_entry(spec, day, "en") or ("",))[0] == text, day


def test_limits_are_said_as_the_reader_writes_them():
    with pytest.raises(InvalidForm) as refused:
        read(spec_of("number", minimum=Decimal("1.5")), "1", "de")
    assert refused.value.errors[ID] == (readers.AT_LEAST, {"ge": "1,5"})
    with pytest.raises(InvalidForm) as refused:
        read(spec_of("number", maximum=Decimal("20000.5")), "99999", "it")
    assert refused.value.errors[ID] == (readers.AT_MOST, {"le": "20.000,5"})
    with pytest.raises(InvalidForm) as refused:
        read(spec_of("date", latest=date(2026, 5, 4)), "2026-05-05", "es")
    assert refused.value.errors[ID] == (readers.NOT_AFTER, {"day": "4 de mayo de 2026"})


def test_numbers_and_phones_are_read_as_the_reader_writes_them():
    assert [read(spec_of("number"), "1.234", language) for language in LANGUAGES] == ["1.234", "1234", "1234", "1234"]
    assert read(spec_of("phone", country="DE"), "030 901820") == "+4930901820"


@pytest.mark.parametrize("kind", FieldKind)
def test_nothing_is_refused_only_where_something_is_required(kind):
    assert read(spec_of(kind), None) is None
    asked_to = {FieldKind.FILE: ADD_A_FILE, FieldKind.FILES: ADD_A_FILE, FieldKind.YES_NO: CHOOSE_ONE,
                FieldKind.SINGLE_CHOICE: CHOOSE_ONE, FieldKind.SEVERAL_CHOICES: CHOOSE_ONE}
    assert refusal(spec_of(kind, is_required=True), None) == asked_to.get(kind, REQUIRED)
    assert parse_answers([spec_of(kind, is_required=True)], {}, partial=True) == {}
    with pytest.raises(InvalidForm):
        parse_answers([spec_of(kind, is_required=True)], {})


def test_a_no_is_an_answer():
    assert read(spec_of("yes-no", is_required=True), "no") is False


def test_errors_of_a_form_come_together_and_strangers_are_left_aside():
    specs = [FieldSpec(id=str(n) * 32, kind=FieldKind.EMAIL, label={"en": "x"}, is_required=True) for n in range(1, 4)]
    with pytest.raises(InvalidForm) as refused:
        parse_answers(specs, {"1" * 32: "wrong", "2" * 32: "right@example.com", "hack": 1})
    assert set(refused.value.errors) == {"1" * 32, "3" * 32}
    assert parse_answers(specs[:1], {"1" * 32: "right@example.com", "hack": 1}) == {"1" * 32: "right@example.com"}
    assert parse_answers(specs[:1], "no mapping", partial=True) == {}
    assert parse_answers(specs[:1], {"1" * 32: ""}, partial=True) == {"1" * 32: None}


def test_what_a_field_demands_decides_how_it_is_read():
    assert read(spec_of("number"), "9") == "9"
    assert refusal(spec_of("number", maximum=Decimal(8)), "9") == readers.AT_MOST
    assert refusal(spec_of("number", is_required=True), "") == REQUIRED
    fewer = spec_of("single-choice").model_copy(update={"options": (CHOICES[0], CHOICES[1].model_copy(
        update={"is_retired": True}))})
    assert read(spec_of("single-choice"), "b") == "b"
    assert refusal(fewer, "b") == readers.NO_CHOICE
    assert [read(spec_of("number"), "1.234", language) for language in ("en", "de")] == ["1.234", "1234"]


def test_every_kind_has_its_name_reader_and_limits():
    assert set(KIND_NAMES) == set(LIMITS_OF_KIND) == set(readers.READERS) == set(FieldKind)
    assert all(name in Limits.model_fields for names in LIMITS_OF_KIND.values() for name in names)


# Whatever comes

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from([*readers.ADDRESS_PARTS, "x"]), inner, max_size=5),
    max_leaves=6)
LIKELY = st.sampled_from([entry for _, entry, _ in [*READ, *REFUSED]])
KINDS = st.sampled_from(list(FieldKind))
LANGUAGE = st.sampled_from(LANGUAGES)


@given(kind=KINDS, entry=ANYTHING | LIKELY, language=LANGUAGE)
def test_an_entry_is_read_or_refused_and_what_is_kept_reads_as_itself(kind, entry, language):
    spec = spec_of(kind)
    try:
        value = read(spec, entry, language)
    except InvalidForm as refused:
        assert set(refused.errors) == {ID}
        return
    assert read(spec, value) == value, "a kept value is its own entry"
    assert isinstance(answer_text(spec, value, language), str)
    assert bool(answer_text(spec, value, language)) == (value is not None)


@given(kind=KINDS, entry=ANYTHING | LIKELY, language=LANGUAGE, other=LANGUAGE)
def test_a_draft_means_in_every_language_what_was_typed_in_one(kind, entry, language, other):
    spec = spec_of(kind)
    if kind in FILE_KINDS:
        return
    try:
        typed = read(spec, entry, language)
    except InvalidForm:
        return
    draft = draft_value(spec, entry, language) if not isinstance(entry, int) or isinstance(entry, bool) else entry
    assert read(spec, draft) == typed
    assert read(spec, entry_of(spec, draft, other), other) == typed, "also when the page shows it in another language"


@given(kind=KINDS, entry=LIKELY, language=LANGUAGE)
def test_an_answer_that_stands_in_the_form_means_itself(kind, entry, language):
    spec = spec_of(kind)
    try:
        value = read(spec, entry)
    except InvalidForm:
        return
    assert read(spec, entry_of(spec, value, language), language) == value


@given(kind=KINDS, entry=ANYTHING, language=LANGUAGE)
def test_any_draft_is_bounded_json_or_refused(kind, entry, language):
    import json

    try:
        kept = draft_value(spec_of(kind), entry, language)
    except FieldError:
        return
    assert len(json.dumps(kept)) < 200_000
    assert "\\u0000" not in json.dumps(kept), "PostgreSQL refuses it"


@given(number=st.decimals(-10**12, 10**12, places=4), language=LANGUAGE)
def test_every_number_survives_its_own_form(number: Decimal, language: str):
    spec = spec_of("number")
    kept = read(spec, f"{number:f}")
    assert Decimal(str(kept)) == number
    assert read(spec, entry_of(spec, kept, language), language) == kept


@given(cents=st.integers(-10**13, 10**13), language=LANGUAGE)
def test_every_amount_survives_its_own_form(cents: int, language: str):
    spec = spec_of("money")
    assert read(spec, entry_of(spec, cents, language), language) == cents


@pytest.mark.parametrize(("kind", "kept", "shown"), [
    ("phone", "+34612345678", "+34 612 34 56 78"), ("phone", "+999", "+999"), ("phone", "call me", "call me"),
    ("iban", "ES9121000418450200051332", "ES91 2100 0418 4502 0005 1332"), ("iban", "es91 2100", "es91 2100")])
def test_long_numbers_stand_in_groups(kind, kept, shown):
    assert entry_of(spec_of(kind), kept, "es") == answer_text(spec_of(kind), kept, "es") == shown


def test_cents_have_two_digits_also_in_a_draft():
    spec = spec_of("money")
    shown = [entry_of(spec, value, "de") for value in (8450, "84.5", "84.05", 8400, "84", "84.555", "about 84")]
    assert shown == ["84,50", "84,50", "84,05", "84", "84", "84,555", "about 84"]


@given(kind=KINDS, value=ANYTHING, language=LANGUAGE)
def test_old_answers_of_whatever_shape_are_shown(kind, value, language):
    assert isinstance(answer_text(spec_of(kind), value, language), str)
