import json

import jsonschema
import pytest
from pydantic import TypeAdapter

from hammerscale.cell.taylor_entry import Taylor
from hammerscale.config import generate
from hammerscale.config.campaign_settings import Settings
from hammerscale.config.dataset import Dataset
from hammerscale.config.default import DEFAULT
from hammerscale.config.machinery.default_file import example, flow
from hammerscale.config.machinery.reflection import field_shape, keys_of
from hammerscale.config.machinery.yaml_file import parse
from tests.config.conftest import ROOT, small

CHOICES = {
    "rev": field_shape(Dataset.model_fields["rev"]),
    "paths": field_shape(Dataset.model_fields["paths"]).item,
    "texture": field_shape(keys_of(Taylor)["texture"]),
}


def test_generated_files_say_what_the_models_say():
    assert generate.differences(ROOT) == ""


def test_a_drift_is_shown_as_a_diff(tmp_path):
    for name, text in generate.generated().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text.replace("2022", "2023"), encoding="utf-8")
    diff = generate.differences(tmp_path)
    assert "-  seed: 2023" in diff
    assert "+  seed: 2022" in diff


def test_the_default_file_holds_the_default_campaign():
    written = parse((ROOT / "config/config.yaml").read_text(encoding="utf-8"), "config").value
    assert Settings.model_validate(written) == Settings.model_validate(DEFAULT)


def test_the_default_file_tells_editors_its_schema():
    first = (ROOT / "config/config.yaml").read_text(encoding="utf-8").splitlines()[0]
    path = first.removeprefix("# yaml-language-server: $schema=")
    assert (ROOT / "config" / path).resolve() == ROOT / "workflow/schemas/config.schema.json"


@pytest.fixture(scope="module")
def validator():
    schema = json.loads((ROOT / "workflow/schemas/config.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_schema_accepts_the_default(validator):
    validator.validate(parse((ROOT / "config/config.yaml").read_text(encoding="utf-8"), "config").value)


@pytest.mark.parametrize(
    "changes",
    [
        {"output_time": 3},
        {"output_times": 1},
        {"duration_s": "1"},
        {"paths": []},
        {"rev": {"kind": "taylor", "material": 3}},
    ],
)
def test_the_schema_rejects_a_bad_config(validator, changes):
    assert validator.is_valid(small())
    assert not validator.is_valid(small(**changes))


@pytest.mark.parametrize(("name", "word"), [(name, word) for name, shape in CHOICES.items() for word in shape.sections])
def test_every_alternative_in_the_comments_is_a_valid_one(name, word):
    shape = CHOICES[name]
    text = flow(example(shape.sections[word], shape.tag, word))
    flat = " ".join((ROOT / "config/config.yaml").read_text(encoding="utf-8").replace("#", " ").split())
    assert text in flat
    assert getattr(TypeAdapter(shape.sections[word]).validate_python(parse(text, "example").value), shape.tag) == word


def test_the_reference_explains_every_key_of_every_alternative():
    text = (ROOT / "config/README.md").read_text(encoding="utf-8")
    for shape in CHOICES.values():
        for word, section in shape.sections.items():
            chapter = text.split(f"with `{shape.tag}: {word}`")[1].split("\n## ")[0]
            assert all(f"| `{key}` |" in chapter for key in keys_of(section))


def test_every_key_has_a_description():
    shapes = [*CHOICES.values()]
    for section in [Settings, Dataset, *(section for shape in shapes for section in shape.sections.values())]:
        undescribed = [key for key, info in keys_of(section).items() if not info.description]
        assert undescribed in ([], ["kind"], ["family"])


def test_only_the_key_that_names_a_kind_chooses_the_keys_of_a_table():
    rows = (ROOT / "config/README.md").read_text(encoding="utf-8").splitlines()
    keys = {row.split("`")[1] for row in rows if row.endswith("| chooses the keys of this table |")}
    assert keys == {"kind", "family"}


@pytest.mark.parametrize(
    "text", ["on", "012", "1e-8", "true", "a, b", "a: b", "#x", "", "x}", "[y", 'say "so"', "~", "é"]
)
def test_text_is_quoted_where_it_would_be_read_as_something_else(text):
    assert parse(flow({"key": text}), "test").value == {"key": text}
    assert not parse(flow({"key": text}), "test").faults
