"""A checkpoint that somebody else made and sealed is put aside; what is in it is never run."""

import pickle

import pytest
import torch

from hammerscale.store.seal import seal
from hammerscale.surrogate.training.checkpoints import KEYS, own_checkpoint

IDENTITY = "1" * 64


class Mischief:
    """An object that leaves a mark when it is unpickled."""

    def __init__(self, mark):
        self.mark = str(mark)

    def __reduce__(self):
        return (open, (self.mark, "w"))


@pytest.mark.parametrize("what", ["program", "bytes", "list", "without keys", "other training"])
def test_a_foreign_checkpoint_is_put_aside_and_not_run(tmp_path, caplog, what):
    file, mark = tmp_path / "epoch-000004.ckpt", tmp_path / "mark"
    held = {
        "list": [1],
        "without keys": {"identity": IDENTITY},
        "other training": {key: {} for key in KEYS} | {"identity": "2" * 64},
    }
    if what == "program":
        file.write_bytes(pickle.dumps(Mischief(mark)))
    elif what == "bytes":
        file.write_bytes(b"no checkpoint")
    else:
        torch.save(held[what], file)
    seal(file)
    assert own_checkpoint(tmp_path, IDENTITY) is None
    assert not mark.exists()
    assert not file.exists()
    assert "are kept as epoch-000004.other" in caplog.text


def test_a_checkpoint_of_this_training_is_taken_up(tmp_path):
    file = tmp_path / "epoch-000004.ckpt"
    torch.save({key: {} for key in KEYS} | {"identity": IDENTITY}, file)
    seal(file)
    assert own_checkpoint(tmp_path, IDENTITY) == file
