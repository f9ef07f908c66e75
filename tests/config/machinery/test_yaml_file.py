import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.config.machinery.yaml_file import parse, read_mapping
from hammerscale.errors import ConfigError


def value_of(text):
    document = parse(f"key: {text}\n", "test")
    assert not document.faults
    return document.value["key"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1e-8", 1e-8),
        ("1.e5", 1e5),
        ("1E5", 1e5),
        (".5", 0.5),
        ("-1.25e+3", -1250.0),
        ("+7", 7),
        ("-0", 0),
        ("0.5", 0.5),
    ],
)
def test_numbers_are_read_as_yaml_1_2_writes_them(text, number):
    assert value_of(text) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_survives_being_written_and_read(number):
    assert value_of(repr(number)) == number


@given(st.integers())
def test_every_integer_survives_being_written_and_read(number):
    assert value_of(str(number)) == number
    assert isinstance(value_of(str(number)), int)


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("FALSE", False), ("null", None), ("~", None), ("", None), ("y", "y"), ("nan", "nan")],
)
def test_words_are_read_as_yaml_1_2_reads_them(text, value):
    assert value_of(text) is value or value_of(text) == value


def test_special_numbers_are_numbers():
    assert value_of(".inf") == math.inf
    assert value_of("-.Inf") == -math.inf
    assert math.isnan(value_of(".nan"))


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("on", "true or false"),
        ("Off", "true or false"),
        ("yes", "true or false"),
        ("NO", "true or false"),
        ("012", "octal"),
        ("-007", "octal"),
        ("00.5", "octal"),
        ("0o14", "decimal"),
        ("0x1F", "decimal"),
        ("0b11", "decimal"),
        ("1:30", "base 60"),
        ("190:20:30.15", "base 60"),
        ("1_000", "underscores"),
    ],
)
def test_traps_are_refused_with_key_line_and_advice(text, advice):
    (fault,) = parse(f"first: 1\nsection:\n  key: {text}\n", "test").faults
    assert (fault.path, fault.line, fault.found) == (("section", "key"), 3, text)
    assert advice in fault.message


@pytest.mark.parametrize("text", ["on", "012", "1:30", "true", "1e-8", "~"])
def test_quoted_scalars_are_text(text):
    assert value_of(f'"{text}"') == text


def test_a_duplicate_key_is_a_fault_that_names_both_lines():
    (fault,) = parse("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n", "test").faults
    assert (fault.path, fault.line) == (("b", "c"), 5)
    assert "line 3" in fault.message


def test_aliases_repeat_what_their_anchor_holds():
    assert parse("a: &x {b: 1}\nc: *x\n", "test").value == {"a": {"b": 1}, "c": {"b": 1}}


def test_an_alias_inside_itself_is_a_fault():
    (fault,) = parse("a: &x [1, *x]\n", "test").faults
    assert fault.path == ("a", 1)


def test_tags_are_faults():
    (fault,) = parse("a: !!float 3\n", "test").faults
    assert "tags" in fault.message


def test_every_key_and_item_knows_its_line():
    lines = parse("a:\n  b: 1\n  c:\n    - x\n    - {d: 2}\n", "test").lines
    assert lines[("a", "b")] == 2
    assert lines[("a", "c", 0)] == 4
    assert lines[("a", "c", 1, "d")] == 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a:\n\tb: 1\n", "2: a tab"),
        ("a: [1\nb: 2\n", "test:"),
        ("a: b: c\n", "1: a colon"),
        ("a: 1\n---\nb: 2\n", "document"),
        ("a: \x07\n", "not YAML"),
        ("[" * 900, "test"),
    ],
)
def test_what_is_not_yaml_is_one_error_with_its_line(text, words):
    with pytest.raises(ConfigError, match="test") as caught:
        parse(text, "test")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"), [("", "is empty"), ("# c\n", "is empty"), ("- 1\n", "key: value"), ("3", "key")]
)
def test_a_file_without_a_mapping_is_refused(tmp_path, text, words):
    file = tmp_path / "c.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=words):
        read_mapping(file)


def test_a_missing_file_suggests_its_neighbour(tmp_path):
    (tmp_path / "config.yaml").write_text("a: 1")
    with pytest.raises(ConfigError, match=r"did you mean .*config\.yaml"):
        read_mapping(tmp_path / "confg.yaml")


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ConfigError, match="there is no folder"):
        read_mapping(tmp_path / "nowhere" / "config.yaml")


def test_text_that_is_not_utf8_is_refused(tmp_path):
    file = tmp_path / "c.yaml"
    file.write_bytes(b"a: \xff\xfe\n")
    with pytest.raises(ConfigError, match="UTF-8"):
        read_mapping(file)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot read"):
        read_mapping(tmp_path)


def bomb(levels=9):
    """A text of 400 bytes whose aliases stand for a billion values."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize("text", [bomb(), bomb().replace("[x,", "[{y: z},")])
def test_aliases_that_stand_for_a_billion_values_are_refused(text):
    with pytest.raises(ConfigError, match=r"more than 20,000 values"):
        parse(text, "bomb.yaml")


def test_aliases_of_a_sane_number_are_read():
    assert parse("a: &a [1, 2]\nb: [*a, *a]\n", "test").value == {"a": [1, 2], "b": [[1, 2], [1, 2]]}


@pytest.mark.parametrize("depth", [101, 2_000, 100_000])
def test_a_deep_nest_is_refused(depth):
    with pytest.raises(ConfigError, match=r"nested"):
        parse("a: " + "[" * depth + "]" * depth, "deep.yaml")
