"""The range of training paths: what lies inside, how far outside a point is, and at which time it counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hammerscale.errors import InputError
from hammerscale.ledger.places import dataset_file
from hammerscale.provenance import collect
from hammerscale.study.measure.learned_law import LearnedLaw, learned
from hammerscale.study.measure.strain_paths import StrainPaths
from hammerscale.study.measure.training_range import TrainingRange
from hammerscale.surrogate.model_folder import ModelFile, write_model

TIMES = np.array([0.0, 1.0, 2.0])


def along_11(*values):
    """Return paths with these strains (n, 3) along 11."""
    strain = np.zeros((len(values), 3, 6))
    strain[:, :, 0] = values
    return StrainPaths(TIMES, strain)


KNOWN = TrainingRange.of([along_11((0.0, 0.1, 0.4)), along_11((0.0, -0.2, -0.2))])


@given(arrays(float, (4, 3, 6), elements=st.floats(-2.0, 2.0)))
def test_no_path_of_the_training_leaves_its_range(strain):
    strain[:, 0] = 0.0
    paths = StrainPaths(TIMES, strain)
    known = TrainingRange.of([StrainPaths(TIMES, strain[:2]), StrainPaths(TIMES, strain[2:])])
    assert known.strain_reach(paths).max() <= 1.0
    if known.pace[0] > 0.0:
        assert known.pace_reach(paths).max() <= 1.0


def test_a_strain_counts_by_what_was_seen_up_to_its_time():
    early, late, back = along_11((0.0, 0.2, 0.2)), along_11((0.0, 0.0, 0.2)), along_11((0.0, -0.1, -0.3))
    reach = [KNOWN.strain_reach(paths)[0] for paths in (early, late, back)]
    assert reach == pytest.approx([2.0, 0.5, 1.5])


def test_a_pace_counts_by_the_largest_pace_up_to_its_time():
    # The training moves by 0.2 in the first second at most, and by 0.3 in the second.
    assert KNOWN.pace_reach(along_11((0.0, 0.3, 0.3)))[0] == pytest.approx(1.5)
    assert KNOWN.pace_reach(along_11((0.0, 0.0, 0.3)))[0] == pytest.approx(1.0)


def test_a_component_that_never_moved_in_training_must_not_move():
    paths = along_11((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    paths.strain[0, 2, 4], paths.strain[1, 2, 4] = 1e-3, 1e-15
    beyond = KNOWN.strain_reach(paths) > 1.0
    assert beyond.tolist() == [True, False]


@pytest.fixture
def model(tmp_path):
    report = {"train_paths": 8, "seed": 3, "training_wall_s": 7.5}
    write_model(tmp_path / "model", collect("test", {}), ModelFile("rno", {}), report)
    return tmp_path / "model"


def test_the_training_paths_are_those_that_the_model_saw(gathered, model):
    families = LearnedLaw(model, dataset_file(gathered, "taylor")).training_paths(np.linspace(0.0, 1e-6, 5))
    assert list(families) == ["random_walk"]
    # The set has no validation paths, so that one of the eight watched the training.
    assert families["random_walk"].strain.shape == (7, 5, 6)
    assert 0.01 < families["random_walk"].size()[:, -1].max() < 0.5


def test_a_model_that_does_not_say_on_how_many_paths_it_was_trained_is_refused(gathered, tmp_path):
    write_model(tmp_path / "model", collect("test", {}), ModelFile("rno", {}), {})
    with pytest.raises(InputError, match="does not say its train_paths"):
        LearnedLaw(tmp_path / "model", dataset_file(gathered, "taylor")).training_paths(np.array([0.0, 1e-6]))


def test_a_model_without_its_data_set_is_refused(model):
    with pytest.raises(InputError, match="rno has a model or a data set, and not both"):
        learned({"rno": model}, {})
