from tests.config.conftest import small

WALK = {"family": "random_walk", "split": "train", "count": 5, "max_strain": 0.1}


def test_simulations_are_counted_over_all_blocks(read):
    paths = [WALK, WALK | {"split": "test", "count": 7}]
    assert read(small(paths=paths)).datasets["bar"].simulations == 12


def test_two_blocks_of_one_label_are_refused_and_the_second_is_named(refused):
    problems = refused(small(paths=[WALK, WALK]))
    assert "train_random_walk" in problems["datasets.bar.paths.1"].message


def test_two_blocks_of_one_family_and_split_may_stand_under_names(read):
    paths = [WALK, WALK | {"name": "more"}]
    assert [block.label for block in read(small(paths=paths)).datasets["bar"].paths] == ["train_random_walk", "more"]


def test_costs_are_looked_up_by_label_and_fall_back_to_the_default(read):
    costs = {"default": 2.0, "train_uniaxial": 0.5}
    dataset = read(small(shards={"seconds_per_path": costs})).datasets["bar"]
    assert (dataset.cost("train_uniaxial"), dataset.cost("other")) == (0.5, 2.0)


def test_costs_that_are_not_given_are_estimated(read):
    few, many = (
        read(small(), f"datasets.bar.rev.grains={n}").datasets["bar"].cost("train_uniaxial") for n in (32, 512)
    )
    assert 7.0 < many / few < 16.0


def test_a_cost_of_no_block_is_refused_with_the_block_that_was_meant(refused):
    problems = refused(small(shards={"seconds_per_path": {"default": 1.0, "train_uniaxal": 0.5}}))
    assert problems["datasets.bar.shards.seconds_per_path.train_uniaxal"].suggestion == "train_uniaxial"


def test_costs_without_a_default_are_refused(refused):
    assert "datasets.bar.shards.seconds_per_path" in refused(
        small(shards={"seconds_per_path": {"train_uniaxial": 1.0}})
    )


def test_a_misspelt_default_cost_is_recognised(refused):
    problems = refused(small(shards={"seconds_per_path": {"defualt": 1.0}}))
    assert problems["datasets.bar.shards.seconds_per_path.defualt"].suggestion == "default"
