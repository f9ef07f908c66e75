"""Trainings that meet numbers which are none: they lose a step, or end, and never their weights."""

import json
import logging
from dataclasses import replace

import numpy as np
import pytest
import torch

from hammerscale.errors import InputError
from hammerscale.store.sealed_json import read_sealed_json
from hammerscale.surrogate.rno.rno_network import OperatorNetwork
from hammerscale.surrogate.training.finite_steps import LOST_AFTER, MOST_RETURNS
from hammerscale.surrogate.training.fitting import fit_network, seeded
from hammerscale.surrogate.training.settings import TROUBLE_FILE
from tests.surrogate.test_fitting import QUICK, TRAIN, WATCH, trained, weights

STEPS_PER_EPOCH = 4


class Poisoned(OperatorNetwork):
    """A network whose gradient is no number in some steps, and whose error is none in some validations."""

    steps: frozenset[int] = frozenset()
    validations: frozenset[int] = frozenset()
    step = validation = -1

    def path_errors(self, batch, fraction, generator):
        errors = super().path_errors(batch, fraction, generator)
        if generator is None:
            self.validation += 1
            return errors * float("nan") if self.validation in self.validations else errors
        self.step += 1
        if self.step in self.steps:
            errors.register_hook(lambda gradient: gradient * float("nan"))
        return errors


def poisoned(training, steps=(), validations=()):
    """Return network and curve of a training with poison."""
    with seeded(0):
        network = Poisoned(5, 5, 6, 8, 8, turned_until=0.7)
    network.steps, network.validations = frozenset(steps), frozenset(validations)
    return network, fit_network(network, TRAIN, WATCH, training, 0)


def test_a_gradient_that_is_not_finite_costs_one_step_and_is_reported(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        network, curve = poisoned(replace(QUICK, folder=tmp_path), steps=[9])
    assert len(curve) == QUICK.epochs
    assert np.isfinite(curve).all()
    assert np.isfinite(weights(network)).all()
    assert min(row[2] for row in curve[3:]) < curve[1][2]
    assert read_sealed_json(tmp_path / TROUBLE_FILE) == {"steps_left_out": 1}
    assert "epoch 2: the gradient of a step is not finite" in caplog.text


def test_without_trouble_no_step_is_changed_and_nothing_is_reported(tmp_path):
    network, curve = poisoned(replace(QUICK, folder=tmp_path))
    usual, usual_curve = trained(QUICK)
    assert curve == usual_curve
    np.testing.assert_array_equal(weights(network), weights(usual))
    assert not (tmp_path / TROUBLE_FILE).exists()


@pytest.mark.parametrize("clip", [0.0, 1.0])
def test_gradients_that_stay_so_end_the_training_with_the_best_weights(tmp_path, clip):
    training = replace(QUICK, epochs=100, folder=tmp_path, gradient_clip=clip)
    network, curve = poisoned(training, steps=range(8, 400))
    assert len(curve) == -(-(8 + LOST_AFTER * MOST_RETURNS) // STEPS_PER_EPOCH)
    assert np.isfinite(weights(network)).all()
    trouble = json.loads((tmp_path / TROUBLE_FILE).read_text())
    assert trouble["returns_to_best_weights"] == MOST_RETURNS
    assert "again and again in epoch 9" in trouble["ended_early"]
    with torch.no_grad():
        error = float(network.path_errors(WATCH, 1.0, None).mean())
    assert error == pytest.approx(min(row[2] for row in curve), rel=1e-6)


def test_a_validation_error_that_is_not_finite_ends_the_training(tmp_path):
    network, curve = poisoned(replace(QUICK, epochs=50, folder=tmp_path), validations=[3])
    assert len(curve) == 4
    assert np.isfinite(weights(network)).all()
    assert "epoch 3" in json.loads((tmp_path / TROUBLE_FILE).read_text())["ended_early"]


@pytest.mark.parametrize("poison", [{"steps": range(100)}, {"validations": range(100)}])
def test_a_training_that_is_never_finite_is_an_error_with_a_remedy(poison):
    with pytest.raises(InputError, match=r"from its first epoch on[\s\S]*learning_rate[\s\S]*precision"):
        poisoned(QUICK, **poison)


@pytest.mark.parametrize("hole", [float("nan"), float("inf")])
def test_data_that_are_not_finite_are_refused(hole):
    broken = tuple(tensor.clone() for tensor in TRAIN)
    broken[1][3, 2, 1] = hole
    with pytest.raises(InputError, match="not finite"):
        fit_network(OperatorNetwork(5, 5, 6, 8, 8), broken, WATCH, QUICK, 0)
