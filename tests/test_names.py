"""A name stands for one thing in the whole package."""

import ast
import functools
from collections import Counter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "hammerscale"
# Names that stand twice today. A double that is renamed leaves this list; none may join it.
DOUBLES = {
    "module": """
        campaign_law data elastic embedded_crystals emit factory gru impacts law layout material models operator
        pca_net progress settings surrogates symmetry
    """,
    "class": """
        Campaign Case Dataset Elastic ElasticBody EmbeddedCrystals Frame Histories Layout Learned Linear Nearest
        Network PcaNet Pressure Problem RecurrentOperator Section Surrogate Training
    """,
    "function": """
        activate advance_points choose compare_grains compare_with_paper emit_case evaluate interpolate main
        model_rows multiply open_dataset our_errors plot_behaviour plot_cost plot_resolution read_csv
        read_record record record_of relax render spectral_gradient summarise tabulate_campaign
        tabulate_surrogates trapezoid_weights verify write_checkpoint
    """,
}


@functools.cache
def names() -> dict[str, Counter[str]]:
    """Return by kind how often the name of a module, a class or a public function of a module stands."""
    found: dict[str, Counter[str]] = {kind: Counter() for kind in DOUBLES}
    for file in PACKAGE.rglob("*.py"):
        if "__pycache__" in file.parts:
            continue
        if file.stem != "__init__":
            found["module"][file.stem] += 1
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                found["class"][node.name] += 1
            elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                found["function"][node.name] += 1
    return found


@pytest.mark.parametrize("kind", DOUBLES)
def test_no_name_stands_twice(kind):
    twice = {name for name, count in names()[kind].items() if count > 1}
    known = set(DOUBLES[kind].split())
    assert twice - known == set(), f"another {kind} of this name is there already"
    assert known - twice == set(), f"no {kind} of this name stands twice any more: take it out of the list"
