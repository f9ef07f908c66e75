"""The overrides that config.yaml and its reference print are taken by the programs that they are printed for."""

import re
import shlex

import pytest
from snakemake.cli import parse_config

from hammerscale.config import load
from hammerscale.config.default import DEFAULT_CONFIG
from hammerscale.workflow import overrides
from tests.config.conftest import ROOT

# In Markdown a value ends with its backtick, in a comment with the line.
PRINTED = re.compile(r"--config ([^\s=`]+=(?:'[^']*'|[^\s`]+))")
COMMENTS, REFERENCE = ((ROOT / "config" / name).read_text(encoding="utf-8") for name in ("config.yaml", "README.md"))
FOR_VERBS = PRINTED.findall(COMMENTS) + PRINTED.findall(REFERENCE)
FOR_SNAKEMAKE = [text for text in FOR_VERBS if "." not in text.partition("=")[0]]


@pytest.fixture
def default(monkeypatch):
    """The default campaign, loaded from the folder of the project."""
    monkeypatch.chdir(ROOT)
    return load([DEFAULT_CONFIG])


def test_every_page_prints_one_that_snakemake_takes():
    assert len(FOR_VERBS) == 4
    assert len(FOR_SNAKEMAKE) == 2


@pytest.mark.parametrize("text", FOR_VERBS)
def test_a_verb_takes_it(default, text):
    (value,) = shlex.split(text)
    assert load([DEFAULT_CONFIG], [value]).hash() != default.hash()


@pytest.mark.parametrize("text", FOR_SNAKEMAKE)
def test_snakemake_takes_it(default, text):
    found = overrides(shlex.split(f"snakemake --dry-run --config {text}")[1:])
    changed = load([DEFAULT_CONFIG], found)
    assert changed.datasets["taylor"].rev.grains == 64


@pytest.mark.parametrize("text", [text for text in FOR_VERBS if text not in FOR_SNAKEMAKE])
def test_snakemake_refuses_the_others_as_the_page_says(text):
    with pytest.raises(ValueError, match="valid identifier"):
        parse_config([text])
