"""The impact runs of a campaign: which there are, how they are called, what they depend on."""

from pathlib import Path

import pytest

from hammerscale.config import load
from hammerscale.config.law_file import LawFile, read_law
from hammerscale.errors import ConfigError
from hammerscale.laws.campaign_law import cell_at_every_point
from hammerscale.laws.law_factory import build_law
from hammerscale.macro.explicit.memory import COPIES
from hammerscale.plan.impact_jobs import ImpactPlan

ROOT = Path(__file__).parents[2]


@pytest.fixture
def plan(monkeypatch):
    """Return a function that plans the default campaign with changes."""
    monkeypatch.chdir(ROOT)

    def make(*overrides):
        config = load([ROOT / "config/config.yaml"], overrides)
        return ImpactPlan(config, lambda surrogate: Path("models") / surrogate / "largest")

    return make


def test_every_value_of_a_sweep_is_a_case_of_its_own(plan):
    assert list(plan().cases) == ["anvil", "anvil.velocity_m_s_100", "anvil.velocity_m_s_300", "plate"]


def test_a_law_file_goes_by_its_name_and_a_surrogate_by_its_folder(plan):
    assert plan().law("magnesium_elastic") == "magnesium_elastic"
    assert plan().law("rno") == "models/rno/largest"
    assert plan().needed("magnesium_elastic") == []
    assert plan().needed("rno") == ["models/rno/largest/manifest.json"]


def test_a_law_that_stands_for_a_data_set_is_a_file_that_has_to_be_written_first(plan):
    assert plan().law("polycrystal") == "results/default/laws/polycrystal.yaml"
    assert plan().needed("polycrystal") == ["results/default/laws/polycrystal.yaml"]


@pytest.mark.parametrize(
    ("override", "changed"),
    [
        ("datasets.taylor.rev.grains=64", {"johnson_cook", "polycrystal"}),
        ("datasets.cell.rev.grains=9", set()),
    ],
)
def test_runs_under_laws_that_stand_for_a_data_set_depend_on_its_unit_cell(plan, override, changed):
    before, after = plan(), plan(override)
    found = {law for law in before.config.own_laws if before.identity("anvil", law) != after.identity("anvil", law)}
    assert found == changed


def test_verbs_are_called_with_what_the_problem_means_to_compare(plan):
    assert "--different-materials" not in plan().model_options("anvil")
    meant = plan("problems.anvil.different_materials=true")
    for options in (meant.model_options("anvil"), meant.cost_options("anvil"), meant.grain_options("anvil")):
        assert options.count("--different-materials") == 1


def test_a_surrogate_gets_the_density_of_its_data_unless_that_is_varied(plan):
    assert plan().options("anvil", "elastic") == ()
    assert plan().options("anvil.velocity_m_s_100", "rno") == (
        *("--vary", "density_kg_m3=10000"),
        *("--vary", "velocity_m_s=100"),
    )
    varied = plan("problems.anvil.sweep={density_kg_m3: [1740]}")
    assert varied.options("anvil.density_kg_m3_1740", "rno") == ("--vary", "density_kg_m3=1740")


def test_a_sweep_is_shown_in_the_order_of_its_values_with_the_deck_among_them(plan):
    found = plan().swept_cases("anvil", "velocity_m_s")
    assert found == ["anvil.velocity_m_s_100", "anvil", "anvil.velocity_m_s_300"]


def test_a_run_depends_on_its_own_deck_law_and_variation_alone(plan):
    before, case, law = plan(), "anvil.velocity_m_s_100", "johnson_cook"
    fewer = f"problems.anvil.laws=[{law}, polycrystal]"
    more = plan("problems.anvil.sweep.velocity_m_s=[100, 150]", fewer)
    assert more.identity(case, law) == before.identity(case, law)
    other = plan("problems.anvil.deck=config/decks/taylor_anvil.yaml")
    assert other.identity(case, law) != before.identity(case, law)
    identities = {before.identity(one, name) for one in before.cases for name in before.laws}
    assert len(identities) == len(before.cases) * len(before.laws)


def test_figures_are_one_of_each_kind_for_problem_law_and_sweep(plan):
    figures = [Path(file).relative_to("figures") for file in plan().figures(Path("figures"))]
    assert len(figures) == len(set(figures)) == (3 + 4 * 2) + (3 + 4)
    assert Path("anvil/rno/velocity_m_s.svg") in figures


def test_a_campaign_without_problems_runs_nothing(plan):
    config = plan().config
    bare = config.settings.model_copy(update={"problems": None})
    none = ImpactPlan(type(config)(bare, config.materials, config.contents), lambda name: Path(name))
    assert none.figures(Path("figures")) == []
    assert not none.cases


@pytest.fixture
def fe2(monkeypatch):
    """The plan of the campaign that compares laws with representative volumes."""
    monkeypatch.chdir(ROOT)
    config = load([ROOT / "config/campaigns/fe2.yaml"], [])
    return ImpactPlan(config, lambda surrogate: Path("models") / surrogate)


def test_a_problem_with_a_reference_is_compared_and_its_costs_are_told(fe2):
    assert fe2.compared == ("anvil", "anvil_long")
    assert fe2.reference("anvil") == Path("results/fe2/runs/anvil/polycrystal")
    assert Path("results/fe2/runs/anvil/rno") in fe2.others("anvil")
    assert fe2.reference("anvil") not in fe2.others("anvil")
    tables = {Path(file).name for file in fe2.results(Path("figures"), Path("tables")) if file.startswith("tables")}
    assert tables == {f"{problem}_{table}.html" for problem in fe2.compared for table in ("accuracy", "costs")}
    assert "figures/anvil_long/training_range.svg" in fe2.results(Path("figures"), Path("tables"))


def test_costs_name_models_the_data_of_each_and_the_plane_cells(fe2):
    options = " ".join(fe2.cost_options("anvil_long"))
    assert "--model rno_long=models/rno_long" in options
    assert "--dataset rno_long=results/fe2/data/long/dataset.nc" in options
    assert "--cell results/fe2/runs/plane_bar/square_crystal_cell" in options
    assert "results/fe2/runs/plane_bar/square_crystal_cell/summary.json" in fe2.cost_inputs("anvil")


def test_a_table_of_costs_is_made_again_when_those_from_elsewhere_change(fe2):
    table = "config/reference/liu_2022_anvil_costs.csv"
    shown = {problem for problem in fe2.compared if table in fe2.cost_inputs(problem)}
    assert shown == {problem for problem in fe2.compared if "--compare-with" in fe2.cost_options(problem)}
    assert 0 < len(shown) < len(fe2.compared)


def test_costs_from_elsewhere_stand_below_those_of_the_problem_that_names_them(fe2):
    assert fe2.cost_options("anvil")[-2:] == ("--compare-with", "config/reference/liu_2022_anvil_costs.csv")
    assert "--compare-with" not in fe2.cost_options("anvil_long")


def test_points_follow_the_paths_of_one_data_set_to_tell_costs_by_grains(fe2):
    options = fe2.grain_options("anvil")
    assert options.count("--model") == 3
    assert options[-2:] == ("--dataset", "results/fe2/data/short/dataset.nc")


def test_a_reference_that_is_none_of_the_laws_is_refused(monkeypatch):
    monkeypatch.chdir(ROOT)
    with pytest.raises(ConfigError, match="must be one of the laws"):
        load([ROOT / "config/campaigns/fe2.yaml"], ["problems.anvil.reference=magnesium_rate"])


def drawn(plan, problem):
    """Return the names of the figures that compare the laws of a problem."""
    files = (Path(file) for file in plan.results(Path("figures"), Path("tables")))
    return {file.stem for file in files if file.parent == Path("figures") / problem}


def test_grains_are_counted_where_the_reference_has_some(plan):
    laws = "problems.anvil={laws: [polycrystal, johnson_cook, rno], reference: %s}"
    assert "grains_per_point" in drawn(plan(laws % "polycrystal"), "anvil")
    assert "grains_per_point" not in drawn(plan(laws % "johnson_cook"), "anvil")


def test_the_range_of_a_training_is_drawn_where_another_law_than_the_reference_was_trained(plan):
    laws = "problems.anvil={laws: [johnson_cook, rno], reference: %s}"
    assert "training_range" in drawn(plan(laws % "johnson_cook"), "anvil")
    assert "training_range" not in drawn(plan(laws % "rno"), "anvil")


def test_plane_cells_are_those_of_the_law_and_not_of_the_body(monkeypatch):
    monkeypatch.chdir(ROOT)
    override = "problems.plane_bar={laws: [copper_j2, square_crystal_cell], different_materials: true}"
    both = ImpactPlan(load([ROOT / "config/campaigns/fe2.yaml"], [override]), lambda name: Path(name))
    assert both.plane_run() == Path("results/fe2/runs/plane_bar/square_crystal_cell")


@pytest.mark.parametrize(("case", "law"), [("anvil", "polycrystal"), ("plane_bar", "square_crystal_cell")])
def test_the_memory_asked_for_is_that_of_the_states(fe2, case, law):
    own = law in fe2.config.own_laws
    file = LawFile(law=cell_at_every_point(fe2.config, law)) if own else read_law(law).file
    built, deck = build_law(file), fe2.config.decks[case]
    states = 1e-6 * COPIES * built.initial_state(1).nbytes * deck.body.element_count()
    assert states <= fe2.memory_mb(case, law) < 1.01 * states
    assert fe2.memory_mb("anvil", "johnson_cook") == fe2.memory_mb("anvil", "rno") == 0.0
