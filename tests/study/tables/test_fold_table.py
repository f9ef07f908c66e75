"""The table of cross-validations: mean and spread over folds that are all there."""

import numpy as np
import pytest

from hammerscale.errors import InputError
from hammerscale.provenance import collect
from hammerscale.study.tables.fold_table import write_folds
from hammerscale.study.tables.table import read_table
from hammerscale.surrogate.model_folder import ModelFile, write_model

ERRORS = (0.1, 0.2, 0.6)


def folds(folder, surrogate, errors=ERRORS, norms=("total", "deviatoric")):
    """Write a model for each fold and return their folders."""
    for number, error in enumerate(errors):
        fold = {"number": number, "folds": len(errors), "by": "microstructure"}
        report = {"surrogate": surrogate, "dataset": "taylor", "seed": 4, "fold": fold}
        report["test"] = {"paths": 7, **dict.fromkeys(norms, error)}
        write_model(folder / f"{surrogate}_{number}", collect("0" * 64, {}), ModelFile("pressure", {}), report)
    return [folder / f"{surrogate}_{number}" for number in range(len(errors))]


def test_every_surrogate_has_mean_standard_deviation_and_worst_of_its_folds(tmp_path):
    folders = [*folds(tmp_path, "gru"), *folds(tmp_path, "plane", norms=("total",))]
    write_folds(folders, [tmp_path / "folds.csv", tmp_path / "folds.md"])
    gru, plane = read_table(tmp_path / "folds.csv")
    labels = {"learned_from": "taylor", "surrogate": "gru", "folds_by": "microstructure", "folds": "3", "paths": "21"}
    assert labels.items() <= gru.items()
    shown = [float(gru[f"deviatoric_{part}percent"]) for part in ("", "spread_", "worst_")]
    np.testing.assert_allclose(shown, [30.0, 100.0 * np.std(ERRORS, ddof=1), 60.0], rtol=1e-3)
    assert "deviatoric_percent" not in plane
    assert plane["total_percent"] == "30"


def test_some_of_the_folds_are_not_taken_for_all(tmp_path):
    with pytest.raises(InputError, match="are not those of all its folds"):
        write_folds(folds(tmp_path, "gru")[1:], [tmp_path / "folds.csv"])


def test_a_model_without_a_fold_is_refused(tmp_path):
    report = {"surrogate": "gru", "dataset": "taylor", "seed": 0, "test": {"paths": 3, "total": 0.1}}
    write_model(tmp_path / "whole", collect("0" * 64, {}), ModelFile("pressure", {}), report)
    with pytest.raises(InputError, match="are not those of all its folds"):
        write_folds([tmp_path / "whole"], [tmp_path / "folds.csv"])
