"""Every example runs within seconds, draws one picture, and one of its numbers is what physics or design ask for."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "examples").glob("*.py"))


def rises_and_is_isochoric(result):
    _, stress = result
    assert stress[-1, 0] > stress[10, 0] > 0.0 > stress[-1, 1]


def is_weak_along_c_in_tension(result):
    _, stress = result
    tension, compression = (np.abs(stress["c along x1", way]).max() for way in ("tension", "compression"))
    assert tension < 0.8 * compression


def dissipates_and_returns_to_its_start(result):
    stretch, _, dissipation = result
    assert stretch[[0, -1]] == pytest.approx(1.0)
    assert (np.diff(dissipation) > -1e-9 * dissipation[-1]).all()


def is_harder_when_faster(result):
    _, (fast, middle, slow) = result
    assert fast[-1] > middle[-1] > slow[-1]


def tilts_as_asked(axes):
    tilt = np.degrees(np.arccos(axes[:, 2]))
    assert np.sqrt((tilt**2).mean()) == pytest.approx(20.0, rel=0.1)


def has_the_mean_of_its_stretch(result):
    gradient, slip = result
    assert gradient.mean(axis=(0, 1)) == pytest.approx(np.diag([1.05, 1.0 / 1.05]))
    assert np.abs(slip).max() > 0.02


def starts_at_rest(result):
    _, stretch, stress = result
    assert stretch[0] == pytest.approx([1, 1, 1, 0, 0, 0])
    assert np.abs(stress[0]).max() < 1.0


def agrees_with_differences(errors):
    assert errors.min() < 1e-8
    # The error of a central difference is of second order.
    assert errors[-1] / errors[-2] == pytest.approx(100.0, rel=0.2)


def hardens_with_rate_and_heats(result):
    stress, temperature = zip(*result, strict=True)
    assert [one[-1] for one in stress] == sorted(one[-1] for one in stress)
    assert min(temperature) > 100.0


def keeps_energy_and_yields(run):
    assert run.summary["energy_balance"] < 0.01
    assert run.summary["max_plastic_strain"] > 0.3


def is_pushed_harder_without_yielding(runs):
    rubber, copper = (runs[name].history["contact_impulse"][-1] for name in ("rubber", "copper"))
    assert rubber > 3.0 * copper


def holds_the_training_walks(walks):
    assert walks.sizes == {**walks.sizes, "path": 60, "time": 51, "component": 6}


def learns_training_paths_by_heart(errors):
    assert errors["nearest"][0] == 0.0
    assert errors["linear"][1] < errors["nearest"][1]


def predicts_better_than_the_baselines(result):
    data, predicted = result
    error = np.linalg.norm(predicted[..., 3:] - data.stress[..., 3:]) / np.linalg.norm(data.stress[..., 3:])
    assert error < 0.4


def has_an_error_per_fold(errors):
    assert len(errors) == 4
    assert len(set(errors)) == 4


CHECKS: dict[str, Callable[[Any], None]] = {
    "polycrystal_stress": rises_and_is_isochoric,
    "tension_and_compression": is_weak_along_c_in_tension,
    "cyclic_loading": dissipates_and_returns_to_its_start,
    "rate_sensitivity": is_harder_when_faster,
    "pole_figure": tilts_as_asked,
    "plane_cell": has_the_mean_of_its_stretch,
    "random_walk": starts_at_rest,
    "tangent": agrees_with_differences,
    "johnson_cook": hardens_with_rate_and_heats,
    "impact": keeps_energy_and_yields,
    "own_law": is_pushed_harder_without_yielding,
    "data_set": holds_the_training_walks,
    "surrogates": learns_training_paths_by_heart,
    "prediction": predicts_better_than_the_baselines,
    "cross_validation": has_an_error_per_fold,
}


def test_every_example_is_checked():
    assert {script.stem for script in SCRIPTS} == set(CHECKS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the configs and the examples, in which the examples share their data set."""
    folder = tmp_path_factory.mktemp("examples")
    for name in ("config", "examples"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_an_example_computes_and_draws(script, folder, monkeypatch):
    monkeypatch.chdir(folder)
    spec = importlib.util.spec_from_file_location(f"example_{script.stem}", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    result = module.compute()
    CHECKS[script.stem](result)
    figure = module.draw(result)
    assert isinstance(figure, Figure)
    assert figure.axes[0].has_data()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_an_example_is_short_and_uses_public_names_only(script):
    text = script.read_text(encoding="utf-8")
    assert text.startswith('"""# ')
    assert len(text.splitlines()) <= 65
    assert "from hammerscale" not in text
    assert "hs._" not in text
