import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from hammerscale.config.choices import PathBlock
from hammerscale.loading.random_walk import random_walk
from hammerscale.loading.random_walk_entry import SINGLE_STEP_LIMITS, WALK_LIMITS

BLOCK = TypeAdapter(PathBlock)
WALK = {"family": "random_walk", "split": "train", "count": 3, "max_strain": 0.1}


def block(**changes):
    return BLOCK.validate_python(WALK | changes)


def test_a_block_is_labelled_by_split_and_family_unless_named():
    assert block().label == "train_random_walk"
    assert block(name="fine").label == "fine"


def test_a_file_block_is_one_simulation():
    assert BLOCK.validate_python({"family": "file", "split": "test", "file": "a.csv"}).simulations == 1


@pytest.mark.parametrize("steps", [1, 10])
@pytest.mark.parametrize("variant", ["literal", "reflected", "log_stretch"])
def test_a_walk_is_bounded_by_its_variant(variant, steps):
    limit = (SINGLE_STEP_LIMITS if steps == 1 else WALK_LIMITS)[variant]
    assert block(max_strain=limit, variant=variant, steps=steps).max_strain == limit
    with pytest.raises(ValidationError) as caught:
        block(max_strain=limit + 0.01, variant=variant, steps=steps)
    assert caught.value.errors()[0]["ctx"]["error"].conflicts[0].path == ("max_strain",)


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("steps", [1, 2, 10])
@pytest.mark.parametrize("variant", ["literal", "reflected", "log_stretch"])
def test_one_draw_in_a_hundred_is_admissible_at_the_limit(variant, steps, dimension):
    limit = (SINGLE_STEP_LIMITS if steps == 1 else WALK_LIMITS)[variant]
    rng = np.random.default_rng(11)
    rejected = [
        random_walk(rng, limit, steps=steps, dimension=dimension, variant=variant, min_gap=1e-3)[1] for _ in range(12)
    ]
    assert np.mean(rejected) < 100


@pytest.mark.parametrize(
    ("steps", "gap", "fine"), [(10, 0.02, True), (10, 0.06, False), (200, 1e-3, False), (1, 0.5, True)]
)
def test_gaps_that_random_knots_rarely_keep_are_refused(steps, gap, fine):
    if fine:
        assert block(steps=steps, min_gap=gap).steps == steps
    else:
        with pytest.raises(ValidationError):
            block(steps=steps, min_gap=gap)


def test_gaps_do_not_matter_with_fixed_spacing():
    assert block(steps=200, min_gap=0.1, spacing="fixed").steps == 200


def test_the_largest_gap_in_the_message_is_accepted():
    with pytest.raises(ValidationError) as caught:
        block(steps=20, min_gap=0.4)
    message = caught.value.errors()[0]["ctx"]["error"].conflicts[0].message
    largest = float(message.split("at most ")[1].split()[0])
    assert block(steps=20, min_gap=largest).min_gap > 0.01


@pytest.mark.parametrize(
    ("family", "bound"), [("cavity", 0.9), ("cyclic", 0.9), ("uniaxial", 1.0), ("load_unload", 1.0)]
)
def test_strain_is_bounded_by_family(family, bound):
    base = {"family": family, "split": "train", "count": 1}
    assert BLOCK.validate_python(base | {"max_strain": bound}).max_strain == bound
    with pytest.raises(ValidationError):
        BLOCK.validate_python(base | {"max_strain": bound + 0.01})
