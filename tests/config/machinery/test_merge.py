import pytest

from hammerscale.config import load
from hammerscale.config.machinery.merge import Tree
from hammerscale.config.machinery.yaml_file import Document
from hammerscale.errors import ConfigError
from tests.config.conftest import SQUARE, small


def test_a_later_file_changes_only_what_it_says(write):
    config = load([write(small()), write("datasets: {bar: {rev: {grains: 7}}}"), write("campaign: {seed: 3}")])
    assert (config.datasets["bar"].rev.grains, config.campaign.seed, config.campaign.name) == (7, 3, "small")


def test_a_later_list_replaces_the_earlier_one(write):
    paths = [{"family": "cavity", "split": "test", "count": 2, "max_strain": 0.2}]
    config = load([write(small()), write({"datasets": {"bar": {"paths": paths}}})])
    assert [block.family for block in config.datasets["bar"].paths] == ["cavity"]


def test_a_section_of_another_kind_is_replaced_as_a_whole(write):
    cell = {"kind": "spectral", "material": SQUARE}
    base = small(rev={"kind": "taylor", "material": SQUARE, "max_steps": 500})
    config = load([write(base), write({"datasets": {"bar": {"rev": cell}}})])
    assert config.datasets["bar"].rev.kind == "spectral"


def test_a_later_file_may_add_a_data_set(write):
    assert set(load([write(small()), write({"datasets": {"more": small()["datasets"]["bar"]}})]).datasets) == {
        "bar",
        "more",
    }


def test_errors_name_the_file_that_a_value_came_from(write):
    base, over = write(small()), write("# first line\ndatasets:\n  bar:\n    rev:\n      grains: 0\n")
    with pytest.raises(ConfigError) as caught:
        load([base, over])
    assert f"{over}:5: datasets.bar.rev.grains = 0" in str(caught.value)
    assert str(base) not in str(caught.value)


@pytest.mark.parametrize(
    ("override", "value"),
    [
        ("campaign.seed=7", lambda c: c.campaign.seed == 7),
        ("datasets.bar.rev.grains=64", lambda c: c.datasets["bar"].rev.grains == 64),
        ("datasets.bar.rev.tolerance=1e-8", lambda c: c.datasets["bar"].rev.tolerance == 1e-8),
        ("datasets.bar.paths.0.count=10", lambda c: c.datasets["bar"].paths[0].count == 10),
        ("datasets.bar.shards.max_shards=3", lambda c: c.datasets["bar"].shards.max_shards == 3),
        (
            "datasets.bar.rev.texture={kind: file, file: pyproject.toml}",
            lambda c: c.datasets["bar"].rev.texture.kind == "file",
        ),
        ("campaign={seed: 5}", lambda c: (c.campaign.seed, c.campaign.name) == (5, "small")),
        ("datasets.bar.paths.0={count: 9}", lambda c: (c.datasets["bar"].paths[0].count) == 9),
        ('campaign.name="a-b"', lambda c: c.campaign.name == "a-b"),
    ],
)
def test_an_override_changes_one_value(read, override, value):
    assert value(read(small(), override))


def test_the_last_override_wins_over_files_and_earlier_overrides(read):
    assert read(small(), "campaign.seed=7", "campaign.seed=8").campaign.seed == 8


@pytest.mark.parametrize(
    ("override", "key", "words"),
    [
        ("campaign.seed", "campaign.seed", "form section.key=value"),
        ("=3", "", "form section.key=value"),
        ("campaign..seed=3", "campaign..seed", "form section.key=value"),
        ("campaign.seed=[", "campaign.seed", "not YAML"),
        ("campaign.seed=", "campaign.seed", "write a value"),
        ("campaign.seed=012", "campaign.seed", "octal"),
        ("campaign.seed=on", "campaign.seed", "true or false"),
        ("campaign.seed=1.5", "campaign.seed", "an integer from 0"),
        ("campaign.seed.x=1", "campaign.seed", "no keys"),
        ("datasets.baz.rev.grains=3", "datasets.baz", "no such entry"),
        ("datasets.bar.paths.5.count=3", "datasets.bar.paths.5", "from 0 to 0"),
        ("datasets.bar.paths.x=3", "datasets.bar.paths.x", "from 0 to 0"),
        ("datasets.bar.paths.0.count.x=3", "datasets.bar.paths.0.count", "no keys"),
    ],
)
def test_a_wrong_override_is_named(refused, override, key, words):
    base = small()
    base["campaign"]["seed"] = 1
    problem = refused(base, override)[key]
    assert words in problem.message
    assert str(problem).startswith(f"--config {override}: ")


def test_a_misspelt_override_gets_a_suggestion(refused):
    assert refused(small(), "datasets.bar.rev.grians=3")["datasets.bar.rev.grians"].suggestion == "grains"
    assert refused(small(), "datasets.bat.rev.grains=3")["datasets.bat"].suggestion == "bar"
    assert refused(small(), "campain.seed=3")["campain"].suggestion == "campaign"


def test_a_null_in_a_later_file_takes_a_key_away_so_that_the_default_holds(write):
    base = small(rev={"kind": "taylor", "material": SQUARE, "grains": 7})
    over = write(f"datasets: {{bar: {{rev: {{grains: null, texture: {{kind: file, file: {SQUARE}}}}}}}}}")
    assert load([write(base), over]).datasets["bar"].rev.grains is None


def test_a_null_takes_a_whole_entry_away(write):
    base = write(small() | {"datasets": small()["datasets"] | {"more": small()["datasets"]["bar"]}})
    assert set(load([base, write("datasets: {more: ~}")]).datasets) == {"bar"}


def test_an_override_may_take_a_key_away(read):
    assert read(small(), "campaign.seed=7", "campaign.seed=null").campaign.seed == 0
    assert read(small() | {"campaign": {"name": "small", "seed": 7}}, "campaign={seed: null}").campaign.seed == 0


def test_a_required_key_that_was_taken_away_is_missing(write):
    with pytest.raises(ConfigError, match=r"datasets\.bar\.duration_s: is missing"):
        load([write(small()), write("datasets: {bar: {duration_s: null}}")])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("problems:\n", "problems"),
        ("datasets:\n  bar:\n    time_limit_s:\n", r"datasets\.bar\.time_limit_s"),
        ("datasets: {bar: {rev: {microstructure_seed: }}}", r"datasets\.bar\.rev\.microstructure_seed"),
    ],
)
def test_an_empty_key_takes_nothing_away_without_a_word(write, text, key):
    base = small(time_limit_s=5.0, rev={"kind": "taylor", "material": SQUARE, "microstructure_seed": 5})
    base["problems"] = {"block": {"deck": "block.yaml", "laws": ["magnesium_elastic"]}}
    with pytest.raises(ConfigError, match=rf"{key}: is empty here and was given before: .* null to take it away"):
        load([write(base), write(text)])


def test_an_empty_override_takes_nothing_away_without_a_word(write):
    base = write(small(rev={"kind": "taylor", "material": SQUARE, "microstructure_seed": 5}))
    with pytest.raises(ConfigError, match="is empty here and was given before"):
        load([base], ["datasets.bar.rev.microstructure_seed="])


def test_a_file_of_many_keys_is_laid_in_time_that_grows_with_their_number():
    def steps(keys):
        """Return how many tuples are made while `keys` values are laid over as many."""
        seen = 0

        class Counted(tuple):
            def __getitem__(self, index):
                nonlocal seen
                seen += 1
                return tuple.__getitem__(self, index)

        value = {f"k{i}": 1 for i in range(keys)}
        lines = {Counted(()): 1} | {Counted((key,)): 2 for key in value}
        tree = Tree()
        for _ in range(2):
            tree.lay(Document(dict(value), dict(lines)), 0, "file")
        return seen

    assert steps(400) < 5 * steps(100)
