"""A name stands for one thing in the whole package."""

import ast
from collections import Counter
from collections.abc import Iterator
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


def names() -> Iterator[tuple[str, str]]:
    """Yield kind and name of every module, class and public function of a module."""
    for file in PACKAGE.rglob("*.py"):
        if "__pycache__" in file.parts:
            continue
        if file.stem != "__init__":
            yield "module", file.stem
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                yield "class", node.name
            elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield "function", node.name


@pytest.mark.parametrize("kind", DOUBLES)
def test_no_name_stands_twice(kind):
    count = Counter(name for found, name in names() if found == kind)
    twice, known = {name for name in count if count[name] > 1}, set(DOUBLES[kind].split())
    assert twice - known == set(), f"another {kind} of this name is there already"
    assert known - twice == set(), f"no {kind} of this name stands twice any more: take it out of the list"
