"""What training leaves of the recurrent models' exact properties: step, past, rest and frame, on two that learned."""

from dataclasses import replace

import numpy as np
import pytest

from hammerscale.laws.exported import load_exported
from hammerscale.provenance import collect
from hammerscale.surrogate.evaluate import path_errors
from hammerscale.surrogate.gru.gru_entry import GRU_TRAINING, Gru
from hammerscale.surrogate.rno.rno_entry import OPERATOR_TRAINING, RecurrentOperator
from hammerscale.surrogate.rno.rno_training import FEWEST_STEPS
from hammerscale.surrogate.socket import Split
from hammerscale.surrogate.time_grid import resample
from hammerscale.tensor.voigt import IDENTITY, deviator
from tests.contracts import law as law_contract
from tests.surrogate.histories import random_stretch, relaxing_histories

TRAINED = Split(train=np.arange(45), validation=np.arange(45, 50))
TEST = np.arange(50, 60)
STEPS = (50, 100, 200, 400, 800, 1600, 3200)
# Neither model is the null model: the spread of one that answers nothing would be nothing, too.
LEARNED = 0.15


@pytest.fixture(scope="module")
def data():
    return relaxing_histories(60, samples=51)


@pytest.fixture(scope="module")
def operator(data):
    """Return a recurrent operator that has learned the data."""
    training = replace(OPERATOR_TRAINING, epochs=80, batch=9, learning_rate=1e-2, accelerator="cpu")
    surrogate = RecurrentOperator(
        states=8, width=8, readout_width=8, turned_until=0.0, training=training, duration_s=1e-6
    )
    return surrogate.fit(data, TRAINED, seed=0)


@pytest.fixture(scope="module")
def unit(data):
    """Return a gated recurrent unit that has learned the same data."""
    training = replace(GRU_TRAINING, epochs=150, batch=15, learning_rate=1e-2, accelerator="cpu")
    return Gru(states=16, training=training, duration_s=1e-6).fit(data, TRAINED, seed=0)


def cut(model, steps):
    """Return the answers (n, 51, 6) to paths that are straight between 51 samples, in so many steps."""
    coarse, stretch = random_stretch(10, 51, seed=7)
    fine = np.linspace(0.0, 1.0, steps + 1)
    return model.predict(fine, resample(coarse, stretch, fine))[:, :: steps // 50]


def spread(model, part):
    """Return by how much each number of steps moves a part of the stress against the finest, over its norm."""
    answers = [part(cut(model, steps)) for steps in STEPS]
    return [np.linalg.norm(one - answers[-1]) / np.linalg.norm(answers[-1]) for one in answers[:-1]]


@pytest.mark.parametrize("name", ["operator", "unit"])
def test_both_models_have_learned(name, data, request):
    test = data.select(TEST)
    errors = path_errors(request.getfixturevalue(name).predict(test.times, test.stretch), test)
    assert errors["deviatoric"].mean() < LEARNED


def test_50_to_3200_steps_change_the_stress_of_a_trained_operator_by_a_thousandth(operator):
    assert max(spread(operator, np.asarray)) <= 1e-3
    assert max(spread(operator, deviator)) <= 5e-3


def test_a_trained_gated_unit_depends_on_the_step(unit):
    # The grid that it learned on, cut in two, is another path to it.
    assert spread(unit, deviator)[1] > 0.05


def test_an_operator_integrates_coarse_data_as_finely_in_training_as_in_use(data, operator):
    assert operator.largest_step == pytest.approx(0.5 / FEWEST_STEPS)
    test = data.select(TEST)
    errors = [
        path_errors(replace(operator, largest_step=step).predict(test.times, test.stretch), test)["deviatoric"].mean()
        for step in (1.0 / FEWEST_STEPS, 0.5 / FEWEST_STEPS, 0.1 / FEWEST_STEPS)
    ]
    # Weights that made up for the error of the integration would lose by a finer one.
    assert max(errors) <= 1.02 * min(errors)


@pytest.mark.parametrize("name", ["operator", "unit"])
def test_the_future_leaves_the_past_of_a_trained_model_unchanged_bit_for_bit(name, request):
    model = request.getfixturevalue(name)
    times, stretch = random_stretch(5, 51, seed=3)
    changed = stretch.copy()
    changed[:, 30:] = random_stretch(5, 51, seed=4)[1][:, 30:]
    before, after = model.predict(times, stretch), model.predict(times, changed)
    np.testing.assert_array_equal(before[:, :30], after[:, :30])
    assert (before[:, 30:] != after[:, 30:]).any()


def test_a_trained_operator_keeps_rest_at_zero_stress(operator):
    times = np.linspace(0.0, 1.0, 30)
    assert (operator.predict(times, np.tile(IDENTITY, (3, times.size, 1))) == 0.0).all()


def test_a_trained_operator_is_objective(operator, tmp_path):
    operator.export(tmp_path / "model", collect("0" * 64, {}))
    law = load_exported(tmp_path / "model", density=1e4)
    gradient = np.eye(3) + 0.02 * np.random.default_rng(0).standard_normal((5, 3, 3))
    law_contract.check_objectivity(law, gradient, 1e-8)
