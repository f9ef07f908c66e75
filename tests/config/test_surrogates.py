import pytest
from pydantic import TypeAdapter, ValidationError

from hammerscale.config.dataset import Dataset
from hammerscale.config.surrogates import SurrogateSettings
from hammerscale.config.training_keys import TrainingKeys
from tests.config.conftest import SQUARE, small

SURROGATE = TypeAdapter(SurrogateSettings)
PATHS = [
    {"family": "random_walk", "split": "train", "count": 30, "max_strain": 0.1},
    {"family": "uniaxial", "split": "test", "count": 3, "max_strain": 0.1},
]


def config(**surrogate):
    """A config whose data set `bar` has 30 training paths, and one surrogate `net`."""
    return small(paths=PATHS) | {"surrogates": {"net": {"kind": "pca_net", "dataset": "bar"} | surrogate}}


def test_surrogates_may_be_left_out(read):
    assert read(small()).surrogates == {}


@pytest.mark.parametrize(
    ("changes", "key", "words", "guess"),
    [
        ({"dataset": "bra"}, "surrogates.net.dataset", "is no data set of this config", "bar"),
        ({"tested_on": ["baar"]}, "surrogates.net.tested_on.0", "is no data set", "bar"),
        ({"train_paths": [10, 31]}, "surrogates.net.train_paths.1", "at most 30", ""),
        ({"train_paths": [10, 10]}, "surrogates.net.train_paths.1", "twice", ""),
        ({"seeds": [3, 1, 3]}, "surrogates.net.seeds.2", "twice", ""),
        ({"kind": "pca_nte"}, "surrogates.net.kind", "must be pressure", "pca_net"),
        ({"modse": 3}, "surrogates.net.modse", "unknown key", "modes"),
        ({"folds_by": "path"}, "surrogates.net.folds_by", "set `folds`", ""),
        ({"folds": 5, "folds_by": "texture"}, "surrogates.net.folds_by", "must be path", ""),
        ({"averages_over": ["texture"]}, "surrogates.net.averages_over.0", "must be microstructure", ""),
        ({"training": {"epoch": 3}}, "surrogates.net.training.epoch", "unknown key", "epochs"),
        ({"training": {"precision": "32-treu"}}, "surrogates.net.training.precision", "must be", "32-true"),
        ({"training": {"devices": "0;1"}}, "surrogates.net.training.devices", "a number, auto", ""),
        ({"training": {"logger": "tensorboard"}}, "surrogates.net.training.logger", "path of a class", ""),
    ],
)
def test_a_wrong_surrogate_is_refused_at_its_key(refused, changes, key, words, guess):
    problems = refused(config(**changes))
    assert list(problems) == [key]
    assert words in problems[key].message
    assert problems[key].suggestion == guess


def test_crystals_are_embedded_for_a_taylor_polycrystal_alone(refused):
    data = config(kind="embedded_crystals")
    data["datasets"]["bar"]["rev"]["kind"] = "elastic"
    problems = refused(data)
    assert "must be a data set of the taylor unit cell" in problems["surrogates.net.dataset"].message


def test_a_data_set_without_training_paths_is_refused(refused):
    problems = refused(small(paths=PATHS[1:]) | {"surrogates": {"net": {"kind": "linear", "dataset": "bar"}}})
    assert "split: train" in problems["surrogates.net.dataset"].message


def test_a_data_set_without_test_paths_is_refused(refused):
    problems = refused(small(paths=PATHS[:1]) | {"surrogates": {"net": {"kind": "linear", "dataset": "bar"}}})
    assert "split: test" in problems["surrogates.net.dataset"].message


@pytest.fixture
def varied(monkeypatch):
    """Let data sets vary material and microstructure among their training simulations."""
    monkeypatch.setattr(Dataset, "varied", ("microstructure", "parameters"))


@pytest.mark.parametrize(
    ("surrogate", "unseen", "wanted"),
    [
        ({"kind": "linear"}, "varies microstructure, which", "[microstructure]"),
        ({"kind": "nearest"}, "varies microstructure and parameters, which", "[microstructure, parameters]"),
        ({"kind": "rno", "averages_over": ["microstructure"]}, "varies parameters", "[microstructure, parameters]"),
    ],
)
def test_a_surrogate_is_not_trained_on_what_varies_without_its_notice(varied, refused, surrogate, unseen, wanted):
    message = refused(config(**surrogate))["surrogates.net.dataset"].message
    assert unseen in message
    assert f"averages_over: {wanted}" in message


@pytest.mark.parametrize("averages_over", [["microstructure"], ["microstructure", "parameters"]])
def test_a_surrogate_that_takes_parameters_or_averages_over_them_is_accepted(varied, read, averages_over):
    assert read(config(kind="gru", averages_over=averages_over)).surrogate("net").dataset == "bar"


def in_the_plane(**surrogate):
    """A config with a data set in space, `bar`, and one in the plane, `flat`."""
    data = config(**surrogate)
    data["datasets"]["flat"] = small(paths=PATHS, rev={"kind": "spectral", "material": SQUARE})["datasets"]["bar"]
    return data


@pytest.mark.parametrize("kind", ["pressure", "elastic"])
def test_a_surrogate_of_tensors_does_not_learn_from_data_in_the_plane(refused, kind):
    problems = refused(in_the_plane(kind=kind, dataset="flat"))
    assert "needs three dimensions" in problems["surrogates.net.dataset"].message


@pytest.mark.parametrize(("own", "other"), [("bar", "flat"), ("flat", "bar")])
def test_a_surrogate_is_not_tested_in_another_number_of_dimensions(refused, own, other):
    problems = refused(in_the_plane(dataset=own, tested_on=[other]))
    assert "dimensions" in problems["surrogates.net.tested_on.0"].message


def with_slow_paths(kind):
    """A config whose surrogate is tested on paths that last longer than those that it learns from."""
    data = config(kind=kind, tested_on=["slow"])
    data["datasets"]["slow"] = small(paths=PATHS, duration_s=2.5)["datasets"]["bar"]
    return data


def test_a_surrogate_is_not_tested_on_paths_of_another_duration(refused):
    assert "2.5 s" in refused(with_slow_paths("linear"))["surrogates.net.tested_on.0"].message


def test_the_lengths_of_an_axis_are_those_of_the_paths(refused, read):
    data = with_slow_paths("linear")
    data["datasets"]["slow"]["parameters"] = {"duration_s": {"values": [1e-6]}}
    assert read(data).datasets["slow"].lengths_s == read(data).datasets["bar"].lengths_s
    data["datasets"]["bar"]["parameters"] = {"duration_s": {"values": [1e-6, 3e-6]}}
    problems = refused(data)
    assert "paths of 1e-06 to 3e-06 s" in problems["surrogates.net.dataset"].message


def test_a_surrogate_without_a_rate_is_tested_on_paths_of_any_duration(read):
    assert read(with_slow_paths("pressure")).surrogate("net").tests == ("bar", "slow")


@pytest.mark.parametrize("section", ["datasets", "surrogates", "problems"])
def test_a_name_with_a_capital_is_refused_at_its_key(refused, section):
    data = config() | {"problems": {"bar": {"deck": "none.yaml", "laws": ["magnesium_elastic"]}}}
    name = next(iter(data[section]))
    data[section]["Big"] = data[section][name]
    assert "a name of small letters" in refused(data)[f"{section}.Big"].message


def test_a_name_with_a_capital_in_an_override_is_refused_at_its_key(refused):
    problems = refused(config(), "surrogates={Big: {kind: linear, dataset: bar}}")
    assert "a name of small letters" in problems["surrogates.Big"].message


@pytest.mark.parametrize(
    ("training", "gpus"),
    [
        ({}, 0),
        ({"devices": 4}, 0),
        ({"accelerator": "gpu"}, 1),
        ({"accelerator": "cuda", "devices": 4}, 4),
        ({"accelerator": "gpu", "devices": "0,2"}, 2),
        ({"accelerator": "gpu", "devices": "2,"}, 1),
        ({"accelerator": "gpu", "devices": "auto"}, 1),
    ],
)
def test_a_job_asks_for_as_many_gpus_as_the_config_names(training, gpus):
    assert TrainingKeys(**training).gpus == gpus


@pytest.mark.parametrize("wrong", [True, 0, -2, 1.5, "", "two"])
def test_devices_are_a_number_or_a_list_of_numbers(wrong):
    with pytest.raises(ValidationError):
        TrainingKeys(devices=wrong)


def test_settings_of_the_kind_leave_out_what_is_shared_and_what_is_not_set():
    operator = SURROGATE.validate_python({"kind": "rno", "dataset": "bar", "states": 5, "seeds": [1]})
    assert operator.model_settings() == {"states": 5, "width": 96, "readout_width": 64}


@pytest.mark.parametrize(
    ("override", "changes"),
    [
        ("surrogates.net.modes=20", True),
        ("surrogates.net.training.epochs=3", True),
        ("surrogates.net.training.max_minutes=3", True),
        ("surrogates.net.training.precision=64-true", True),
        ("surrogates.net.training.accelerator=cpu", False),
        ("surrogates.net.training.threads=2", False),
        ("surrogates.net.seeds=[4]", False),
        ("surrogates.net.train_paths=[4]", False),
        ("datasets.bar.rev.grains=7", False),
    ],
)
def test_what_is_learned_with_decides_the_hash_of_a_surrogate(read, override, changes):
    before, after = (read(config(), *overrides).surrogate_hash("net") for overrides in ((), (override,)))
    assert (before != after) is changes
