"""A training that is killed at any moment, again and again, ends with the bits of one that nobody disturbed."""

import logging
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace

import numpy as np
import pytest

from tests.surrogate.test_fitting import QUICK, trained, weights

EPOCHS = 30
KILLS = 2
# Longer than any moment that is drawn, as long as a training takes on a busy machine.
LATEST_S = 2.0
SLOW = replace(QUICK, epochs=EPOCHS)
SCRIPT = textwrap.dedent(
    """
    import os, signal, sys, threading
    from dataclasses import replace
    from pathlib import Path
    from tests.faults.test_killed_training import SLOW, trained

    timer = threading.Timer(float(sys.argv[2]), os.kill, (os.getpid(), signal.SIGKILL))
    timer.daemon = True
    timer.start()
    trained(replace(SLOW, folder=Path(sys.argv[1])))
    """
)


@pytest.fixture(scope="module")
def whole_training(tmp_path_factory):
    """Return folder, weights and curve of a training that ran through."""
    folder = tmp_path_factory.mktemp("whole")
    network, curve = trained(replace(SLOW, folder=folder))
    return folder, weights(network), curve


def killed_after(folder, seconds):
    """Train in another process that dies by signal 9 after `seconds`; return whether it died before the end."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", SCRIPT, str(folder), str(seconds)]
    code = subprocess.run(command, env=environment, check=False, timeout=300).returncode
    assert code in (0, -signal.SIGKILL)
    return code != 0


def test_kills_at_random_moments_change_no_bit(whole_training, tmp_path, seed):
    whole, expected, curve = whole_training
    rng = np.random.default_rng(seed)
    died = [killed_after(tmp_path, rng.uniform(0.0, LATEST_S)) for _ in range(KILLS)]
    network, again = trained(replace(SLOW, folder=tmp_path))
    assert again == curve, f"died: {died}"
    np.testing.assert_array_equal(weights(network), expected)
    assert (tmp_path / "curve.csv").read_bytes() == (whole / "curve.csv").read_bytes()


def test_a_damaged_checkpoint_is_reported_and_costs_no_bit(whole_training, tmp_path, seed, caplog):
    whole, expected, curve = whole_training
    for file in whole.glob("epoch-*.ckpt"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    latest = max(tmp_path.glob("epoch-*.ckpt"))
    content = bytearray(latest.read_bytes())
    rng = np.random.default_rng(seed)
    if rng.random() < 0.3:
        content = content[: rng.integers(len(content))]
    else:
        content[rng.integers(len(content))] ^= 1 << int(rng.integers(8))
    latest.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        network, again = trained(replace(SLOW, folder=tmp_path))
    assert latest.name in caplog.text
    assert again == curve
    np.testing.assert_array_equal(weights(network), expected)
