"""Johnson and Cook's constants from simulated stresses."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hammerscale.config.law_file import LawFile
from hammerscale.config.machinery.section_file import read_section
from hammerscale.errors import InputError
from hammerscale.laws.johnson_cook_file import write_fitted
from hammerscale.laws.johnson_cook_fit import MODES, RATES, STEPS, fit_strength, von_mises_curves
from hammerscale.laws.law_factory import build_law
from tests.laws.test_johnson_cook import LAW

ROOT = Path(__file__).parents[2]


def test_the_constants_behind_the_stresses_are_found_again():
    known = replace(LAW, yield_stress=3e8, hardening=5e8, exponent=0.4, rate_factor=0.05, heat_fraction=0.0)
    known = replace(known, reference_rate=RATES[0])
    fit = fit_strength(replace(LAW, heat_fraction=0.0), von_mises_curves(known))
    assert fit.residual < 1e-4
    found = (fit.law.yield_stress, fit.law.hardening, fit.law.exponent, fit.law.rate_factor)
    assert found == pytest.approx((3e8, 5e8, 0.4, 0.05), rel=1e-2)


def test_the_heating_of_the_start_is_kept_but_not_fitted():
    cold = replace(LAW, heat_fraction=0.0, reference_rate=RATES[0])
    fit = fit_strength(LAW, von_mises_curves(cold))
    assert fit.law.heat_fraction == LAW.heat_fraction
    assert fit.residual < 1e-4


def test_strain_modes_are_isochoric_and_of_equal_size():
    for direction in MODES.values():
        assert np.trace(direction) == pytest.approx(0.0, abs=1e-15)
        assert np.sqrt(2.0 / 3.0) * np.linalg.norm(direction) == pytest.approx(1.0)


def test_elastic_stress_grows_with_three_times_the_shear_modulus():
    elastic = replace(LAW, yield_stress=1e12)
    curves = von_mises_curves(elastic, (1e5,))
    assert curves.shape == (1, 3, STEPS)
    np.testing.assert_allclose(np.diff(curves[0], axis=1)[0], 3.0 * LAW.shear_modulus * 0.25 / STEPS, rtol=1e-3)


def test_the_magnesium_of_the_project_is_what_the_command_writes(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    fit = write_fitted(Path("config/laws/magnesium_taylor.yaml"), tmp_path / "law.yaml")
    assert 0.1 < fit.residual < 0.2
    stored, written = (
        build_law(read_section(file, LawFile))
        for file in (ROOT / "config/laws/magnesium_johnson_cook.yaml", tmp_path / "law.yaml")
    )
    assert vars(stored) == pytest.approx(vars(written), rel=2e-3)


def test_only_a_representative_volume_can_be_fitted(tmp_path):
    with pytest.raises(InputError, match="a law without a unit cell"):
        write_fitted(ROOT / "config/laws/copper_j2.yaml", tmp_path / "law.yaml")
