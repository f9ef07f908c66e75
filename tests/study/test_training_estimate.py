"""What `check` says about trainings before they run."""

import pytest

from hammerscale.config import load
from hammerscale.config.machinery.default_file import flow
from hammerscale.plan.model_jobs import Model
from hammerscale.study.training_estimate import START_S, estimate_lines, training_cost
from hammerscale.surrogate.rno.rno_entry import OPERATOR_TRAINING, RecurrentOperator
from tests.config.conftest import small

PATHS = [
    {"family": "random_walk", "split": split, "count": 4000, "max_strain": 0.1}
    for split in ("train", "validation", "test")
]


@pytest.fixture
def campaign(tmp_path):
    """Return a function that loads a campaign with one surrogate."""

    def made(kind, **settings):
        surrogate = {"kind": kind, "dataset": "bar", "train_paths": [1000, 3200]} | settings
        (tmp_path / "config.yaml").write_text(flow(small(paths=PATHS) | {"surrogates": {"net": surrogate}}))
        return load([tmp_path / "config.yaml"])

    return made


def cost(config, paths=3200):
    return training_cost(config, Model("net", paths, 0))


def test_the_published_network_takes_what_it_took(campaign):
    assert cost(campaign("pca_net")) == pytest.approx(1560, rel=0.05)


def test_the_cost_grows_with_paths_and_epochs_up_to_the_limit_of_time(campaign):
    own = cost(campaign("rno"), 1000) - START_S
    half = {"epochs": OPERATOR_TRAINING.epochs // 2}
    assert cost(campaign("rno"), 2000) - START_S == pytest.approx(2 * own)
    assert cost(campaign("rno", training=half), 1000) - START_S == pytest.approx(own / 2)
    assert cost(campaign("rno", training={"max_minutes": 2, "threads": 2})) == START_S + 240


def test_a_linear_map_takes_no_longer_than_its_start(campaign):
    assert cost(campaign("linear")) == START_S < cost(campaign("embedded_crystals"))


def test_the_sum_and_what_it_is_based_on_are_said(campaign):
    # 1.4 ms x 200 epochs x 4,200 paths, twice 10 s.
    assert list(estimate_lines(campaign("gru"))) == [
        "about 19.9 CPU minutes of training, 2 models",
        "  estimated: gru 1.4 ms per path and epoch, 10 s to start, as measured on an AMD EPYC (Zen 5)",
    ]


def test_a_kind_of_network_that_nobody_measured_has_an_estimate_too(campaign, monkeypatch):
    monkeypatch.delattr(RecurrentOperator, "path_s")
    assert cost(campaign("rno")) > START_S
    assert "rno 1.5 ms per path and epoch" in list(estimate_lines(campaign("rno")))[1]
