"""Probes of causality and isotropy: what they ask, and that they see a model that has neither."""

from dataclasses import dataclass

import numpy as np
import pytest

from hammerscale.provenance import collect
from hammerscale.study.measure.causality_isotropy import (
    CURVES,
    HOLDS,
    PARTING,
    TIMES,
    holding_paths,
    parting_paths,
    probe,
    turned_paths,
    write_behaviour,
)
from hammerscale.study.tables.table import read_numbers, read_table
from hammerscale.surrogate.baselines.elastic_baseline import FittedElastic
from hammerscale.tensor.voigt import IDENTITY, determinant

ELASTIC = FittedElastic(25e9, 48e9)
SPREADS = ("past_changed_by_future_percent", "past_changed_by_hold_percent", "anisotropy_percent")


@dataclass(frozen=True)
class Changed:
    """The elastic body with σ11 changed by a function of its whole history (n, t)."""

    change: object

    def predict(self, times, stretch):
        stress = ELASTIC.predict(times, stretch)
        stress[..., 0] += self.change(stretch)
        return stress


def test_paths_are_one_until_they_part():
    paths = parting_paths()
    before = TIMES <= PARTING
    assert (paths[:, before] == paths[0, before]).all()
    assert (np.abs(paths[1:, -1] - paths[0, -1]).max(axis=1) > 0.05).all()
    np.testing.assert_array_equal(paths[:, 0], np.tile(IDENTITY, (len(paths), 1)))


def test_ramps_are_one_until_they_are_held():
    paths = holding_paths()
    for path, hold in zip(paths, HOLDS, strict=True):
        np.testing.assert_array_equal(path[hold >= TIMES], paths[-1][hold >= TIMES])
        assert np.ptp(path[hold <= TIMES], axis=0).max() < 1e-15


def test_turned_tension_keeps_the_volume():
    np.testing.assert_allclose(determinant(turned_paths()[0]), 1.0, atol=1e-14)


def test_an_elastic_body_is_causal_and_isotropic():
    row = probe(ELASTIC).row("elastic")
    assert [row[name] for name in SPREADS] == [0.0, 0.0, pytest.approx(0.0, abs=1e-10)]


def test_a_model_that_looks_ahead_is_seen():
    ahead = Changed(lambda stretch: 1e9 * stretch[:, -1:, 0])
    row = probe(ahead).row("ahead")
    assert row[SPREADS[0]] > 1.0
    assert row[SPREADS[1]] > 0.5


def test_a_model_with_a_stiff_direction_is_seen():
    stiff = Changed(lambda stretch: 25e9 * (stretch[..., 0] - 1.0))
    assert probe(stiff).row("stiff")[SPREADS[2]] > 10.0


def test_spreads_and_curves_are_written(tmp_path):
    models = [tmp_path / name / "paths_9_seed_0" for name in ("one", "other")]
    for folder in models:
        ELASTIC.export(folder, collect("0" * 64, {}))
    write_behaviour(models, [tmp_path / "spreads.csv"], tmp_path / "curves.csv")
    names = ["one/paths_9_seed_0", "other/paths_9_seed_0"]
    assert [row["model"] for row in read_table(tmp_path / "spreads.csv")] == names
    curves = read_numbers(tmp_path / "curves.csv", CURVES)
    assert curves["model"].unique().tolist() == names
    held = curves[(curves["probe"] == "holding") & (curves["curve"] == 0.4) & (curves["model"] == names[0])]
    expected = ELASTIC.predict(TIMES, holding_paths())[HOLDS.index(0.4), :, 0] / 1e6
    np.testing.assert_allclose(held["stress_mpa"], expected, rtol=1e-3)
