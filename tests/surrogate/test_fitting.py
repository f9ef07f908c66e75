"""Training: what a seed fixes, what an interruption leaves unchanged, what damage costs."""

import errno
import json
import logging
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from pytorch_lightning.loggers import CSVLogger

from hammerscale.errors import SetupError, StoreError
from hammerscale.store.seal import seal
from hammerscale.surrogate.rno.rno_network import OperatorNetwork
from hammerscale.surrogate.training.batches import EpochOrder
from hammerscale.surrogate.training.checkpoints import latest_checkpoint, own_checkpoint
from hammerscale.surrogate.training.fitting import cosine, fit_network, seeded
from hammerscale.surrogate.training.settings import SPENT_FILE, Training

QUICK = Training(
    epochs=6, batch=4, learning_rate=1e-2, final_learning_rate=1e-4, gradient_clip=1.0, checkpoint_every_s=0.0
)


def histories(paths, seed):
    generator = torch.Generator().manual_seed(seed)
    times = torch.linspace(0, 1, 9).expand(paths, 9)
    features = torch.randn(paths, 9, 5, generator=generator).cumsum(1)
    features = features - features[:, :1]
    return times, features, torch.tanh(features)


TRAIN, WATCH = histories(14, 0), histories(5, 1)


def trained(training, seed=0):
    """Return network and curve of a training; turned paths and coarse grids make all randomness take part."""
    with seeded(seed):
        network = OperatorNetwork(5, 5, 6, 8, 8, turned_until=0.7)
    return network, fit_network(network, TRAIN, WATCH, training, seed)


def weights(network):
    return np.concatenate([p.detach().numpy().ravel() for p in network.parameters()])


def test_a_seed_fixes_curve_and_weights_and_another_changes_them():
    (first, curve), (second, again), (other, _) = trained(QUICK), trained(QUICK), trained(QUICK, seed=1)
    assert curve == again
    np.testing.assert_array_equal(weights(first), weights(second))
    assert (weights(first) != weights(other)).any()


def test_training_does_not_touch_the_callers_random_numbers():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    trained(replace(QUICK, epochs=1))
    assert torch.equal(torch.rand(3), expected)


def test_the_weights_are_those_that_validated_best():
    network, curve = trained(replace(QUICK, learning_rate=0.3, gradient_clip=0.0))
    with torch.no_grad():
        error = float(network.path_errors(WATCH, 1.0, None).mean())
    assert error == pytest.approx(min(row[2] for row in curve), rel=1e-6)


SCRIPT = textwrap.dedent(
    """
    import os, signal, sys
    from dataclasses import replace
    from pathlib import Path
    from tests.surrogate.test_fitting import QUICK, trained
    import hammerscale.surrogate.training.checkpoints as checkpoints

    folder, stop = Path(sys.argv[1]), int(sys.argv[2])
    write = checkpoints.save_training

    def write_then_die(trainer, where):
        if trainer.current_epoch == stop:
            os.kill(os.getpid(), signal.SIGKILL)
        write(trainer, where)

    checkpoints.save_training = write_then_die
    trained(replace(QUICK, folder=folder))
    """
)


def killed_before_checkpoint(folder, epoch):
    """Run a training that is killed with signal 9 when it is about to write the checkpoint of `epoch`."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(folder), str(epoch)], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL


def test_a_killed_training_resumes_to_the_same_bits(tmp_path):
    whole, curve = trained(replace(QUICK, folder=tmp_path / "whole"))
    killed_before_checkpoint(tmp_path / "killed", 3)
    resumed, again = trained(replace(QUICK, folder=tmp_path / "killed"))
    assert again == curve
    np.testing.assert_array_equal(weights(resumed), weights(whole))
    assert (tmp_path / "killed" / "curve.csv").read_bytes() == (tmp_path / "whole" / "curve.csv").read_bytes()
    assert not (tmp_path / "whole" / SPENT_FILE).exists()
    spent = json.loads((tmp_path / "killed" / SPENT_FILE).read_text())
    assert 0.0 < spent["cpu_s"] < 600.0
    assert spent["wall_s"] > 0.0


@pytest.fixture
def finished(tmp_path):
    """Return the folder of a finished training with its two checkpoints, and its curve."""
    _, curve = trained(replace(QUICK, folder=tmp_path))
    assert [file.name for file in sorted(tmp_path.glob("*.ckpt"))] == ["epoch-000004.ckpt", "epoch-000005.ckpt"]
    return tmp_path, curve


def test_a_damaged_checkpoint_falls_back_to_the_one_before_and_says_so(finished, caplog):
    folder, curve = finished
    latest = folder / "epoch-000005.ckpt"
    rng = np.random.default_rng(7)
    content = latest.read_bytes()
    for _ in range(50):
        damaged = bytearray(content)
        if rng.random() < 0.3:
            damaged = damaged[: rng.integers(len(damaged))]
        else:
            damaged[rng.integers(len(damaged))] ^= 1 << int(rng.integers(8))
        latest.write_bytes(damaged)
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            assert latest_checkpoint(folder).name == "epoch-000004.ckpt"
        assert "epoch-000005.ckpt" in caplog.text
        assert not latest.exists()
    assert trained(replace(QUICK, folder=folder))[1] == curve


def test_without_any_whole_checkpoint_it_says_so_and_starts_anew(finished, caplog):
    folder, curve = finished
    for file in folder.glob("*.ckpt"):
        file.write_bytes(file.read_bytes()[:-1])
    with caplog.at_level(logging.WARNING):
        assert trained(replace(QUICK, folder=folder))[1] == curve
    assert "starts anew" in caplog.text


def test_checkpoints_of_another_training_are_put_aside_and_the_log_says_so(finished, tmp_path_factory, caplog):
    folder, _ = finished
    other = replace(QUICK, batch=5)
    before = [file.read_bytes() for file in sorted(folder.glob("*.ckpt"))]
    with caplog.at_level(logging.WARNING):
        curve = trained(replace(other, folder=folder))[1]
    assert "checkpoints of other data or settings" in caplog.text
    assert curve == trained(replace(other, folder=tmp_path_factory.mktemp("fresh")))[1]
    assert [file.read_bytes() for file in sorted(folder.glob("*.other*"))] == before


def lightning_settings(**changes):
    return replace(QUICK, epochs=1, **changes)


@pytest.mark.parametrize("changes", [{"accelerator": "gpu"}, {"strategy": "no_such"}])
@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has what is asked for")
def test_a_trainer_that_the_machine_cannot_give_is_refused_with_what_was_asked_for(changes):
    with pytest.raises(SetupError, match=next(iter(changes.values()))):
        trained(lightning_settings(**changes))


def test_precision_is_passed_to_lightning():
    network, _ = trained(lightning_settings(precision="64-true"))
    assert {p.dtype for p in network.parameters()} == {torch.float64}


def test_a_logger_is_any_class_of_lightning(tmp_path):
    trained(lightning_settings(folder=tmp_path, logger="pytorch_lightning.loggers.CSVLogger"))
    assert list(tmp_path.rglob("metrics.csv"))


def test_without_a_logger_only_curve_and_checkpoints_are_written(tmp_path):
    trained(lightning_settings(folder=tmp_path, logger="none"))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["curve.csv", "epoch-000000.ckpt"]


@pytest.mark.parametrize("logger", ["no_such.module.Logger", "pytorch_lightning.loggers.NoSuch", "logging.Handler"])
def test_a_logger_that_is_not_there_is_refused_with_the_reason(logger, tmp_path):
    with pytest.raises(SetupError, match=logger):
        trained(lightning_settings(folder=tmp_path, logger=logger))


def test_the_time_limit_ends_a_training_in_order(tmp_path):
    network, curve = trained(replace(QUICK, epochs=100_000, max_minutes=0.02, folder=tmp_path))
    assert 1 <= len(curve) < 100_000
    assert np.isfinite(weights(network)).all()


def test_patience_ends_a_training_that_no_longer_gets_better():
    _, curve = trained(replace(QUICK, epochs=200, learning_rate=1.0, patience=2))
    assert len(curve) < 200


def test_every_epoch_has_all_paths_once_in_an_order_of_its_own():
    order = EpochOrder(10, 4, seed=3)
    epochs = []
    for epoch in range(3):
        order.set_epoch(epoch)
        epochs.append([row for batch in order for row in batch])
        assert [len(batch) for batch in order] == [4, 4, 2]
    assert all(sorted(epoch) == list(range(10)) for epoch in epochs)
    assert epochs[0] != epochs[1] != epochs[2]


def test_the_learning_rate_falls_as_a_cosine():
    rates = [cosine(QUICK, fraction) for fraction in (0.0, 0.5, 1.0)]
    np.testing.assert_allclose(rates, [1e-2, 0.5 * (1e-2 + 1e-4), 1e-4])


def test_a_checkpoint_that_a_disk_does_not_deliver_stays_where_it_is(tmp_path, monkeypatch):
    file = tmp_path / "epoch-000004.ckpt"
    file.write_bytes(b"whole, for all we know")

    def fail(*arguments, **options):
        raise OSError(116, "stale file handle")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", fail)
        with pytest.raises(StoreError, match="cannot read"):
            latest_checkpoint(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == [file.name]


def test_a_full_disk_at_the_logger_is_one_error_and_costs_no_bit(tmp_path, monkeypatch):
    _, whole = trained(QUICK)
    with monkeypatch.context() as full:

        def no_room(*_):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        full.setattr(CSVLogger, "save", no_room)
        with pytest.raises(StoreError, match="no room to write"):
            trained(replace(QUICK, folder=tmp_path))
    _, again = trained(replace(QUICK, folder=tmp_path))
    assert again == whole


@pytest.mark.parametrize("content", [b"", b"text", b"PK"])
def test_a_sealed_checkpoint_of_another_program_is_put_aside(tmp_path, content):
    file = tmp_path / "epoch-000003.ckpt"
    file.write_bytes(content)
    seal(file)
    assert own_checkpoint(tmp_path, "mine") is None
    assert [kept.name for kept in tmp_path.iterdir()] == ["epoch-000003.other.damaged-1"]


def test_a_checkpoint_that_cannot_be_read_is_put_aside(tmp_path):
    (tmp_path / "epoch-000003.ckpt").mkdir()
    assert latest_checkpoint(tmp_path) is None
    assert [kept.name for kept in tmp_path.iterdir()] == ["epoch-000003.ckpt.damaged-1"]
