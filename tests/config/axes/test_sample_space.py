"""The axes of a data set: which variants there are, what each changes, and what is refused."""

import pytest

from tests.config.conftest import small

BASAL = {"name": "basal", "texture": {"kind": "fibre", "crystal_axis": [0, 0, 1], "sample_axis": [1, 0, 0]}}
RANDOM = {"name": "random"}
DRAG = "material.slip.basal.drag_stress"
WALK = {"family": "random_walk", "split": "train", "count": 3, "max_strain": 0.1}


def bar(config):
    return config.datasets["bar"]


def values(config, name):
    return [variant.parameters[name] for variant in bar(config).variants]


def test_a_data_set_without_axes_has_one_variant_that_changes_nothing(read):
    config = read(small())
    (variant,) = bar(config).variants
    assert (variant.key, config.at("bar", variant)) == ("", config)


def test_the_space_is_the_product_of_microstructures_and_samples(read):
    config = read(small(microstructures=[RANDOM, BASAL], parameters={DRAG: {"values": [10.0, 20.0, 40.0]}}))
    names = [(variant.realisation.name, variant.parameters[DRAG]) for variant in bar(config).variants]
    assert names == [(name, drag) for name in ("random", "basal") for drag in (10.0, 20.0, 40.0)]
    assert bar(config).simulations == 3 * 6
    assert len({variant.key for variant in bar(config).variants}) == 6


def test_a_variant_is_a_config_with_its_own_cell_material_and_paths(read):
    axes = {DRAG: {"values": [10.0]}, "path.max_strain": {"values": [0.05]}, "duration_s": {"values": [2e-6]}}
    config = read(small(microstructures=[BASAL], parameters=axes))
    one = config.at("bar", bar(config).variants[0])
    assert bar(one).rev.texture.kind == "fibre"
    assert (bar(one).paths[0].max_strain, bar(one).duration_s, bar(one).has_axes) == (0.05, 2e-6, False)
    assert one.materials["bar"].slip["basal"].drag_stress.si == 10e6
    assert config.materials["bar"].slip["basal"].drag_stress.si == 17.5e6


def test_a_variant_has_the_hash_of_a_data_set_that_is_written_out(read):
    config = read(small(microstructures=[{**BASAL, "count": 2}]), "campaign.seed=5")
    texture = BASAL["texture"]
    alone = read(small(rev={**small()["datasets"]["bar"]["rev"], "texture": texture, "microstructure_seed": 6}))
    second = config.at("bar", bar(config).variants[1])
    assert second.simulation_hash("bar", "1") == alone.simulation_hash("bar", "1")


def test_realisations_follow_the_seed_and_a_larger_count_keeps_the_smaller(read):
    two, three = (read(small(microstructures=[{**BASAL, "count": n}]), "campaign.seed=5") for n in (2, 3))
    assert [one.name for one in bar(three).realisations] == ["basal", "basal-2", "basal-3"]
    seeds = [bar(three.at("bar", variant)).rev.microstructure_seed for variant in bar(three).variants]
    assert seeds == [None, 6, 7]
    assert [one.key for one in bar(three).variants[:2]] == [one.key for one in bar(two).variants]


def test_a_grid_covers_its_ranges_with_both_ends(read):
    log = {DRAG: {"range": [1.0, 100.0], "scale": "log"}}
    config = read(small(parameters=log, sampling={"method": "grid", "count": 3}))
    assert values(config, DRAG) == pytest.approx([1.0, 10.0, 100.0], rel=1e-14)
    assert (values(config, DRAG)[0], values(config, DRAG)[-1]) == (1.0, 100.0)


@pytest.mark.parametrize("method", ["latin_hypercube", "sobol"])
def test_samples_stay_in_their_ranges_and_depend_on_the_seed(read, method):
    axes = {DRAG: {"range": [10.0, 20.0]}, "duration_s": {"range": [1e-7, 1e-5], "scale": "log"}}
    first, again, other = (
        values(read(small(parameters=axes, sampling={"method": method, "count": 8, "seed": seed})), DRAG)
        for seed in (0, 0, 1)
    )
    assert first == again != other
    # Each eighth of the range holds one sample.
    assert sorted(int((drag - 10.0) / 1.25) for drag in first) == list(range(8))


def test_more_samples_of_the_sobol_sequence_keep_the_first(read):
    axes = {DRAG: {"range": [10.0, 20.0]}, "path.max_strain": {"range": [0.01, 0.1]}}
    few, many = (
        [one.key for one in bar(read(small(parameters=axes, sampling={"method": "sobol", "count": n}))).variants]
        for n in (5, 13)
    )
    assert many[:5] == few


def test_integers_stay_integers(read):
    config = read(small(paths=[WALK], parameters={"path.steps": {"values": [5, 7]}}))
    assert [bar(config.at("bar", variant)).paths[0].steps for variant in bar(config).variants] == [5, 7]


def test_who_holds_a_simulation_back_furthest_decides_its_split(read):
    paths = [WALK, WALK | {"split": "validation"}, WALK | {"split": "test"}]
    region = {"held_out": [{DRAG: [30.0, 50.0]}], "parameters": {DRAG: {"values": [10.0, 40.0]}}}
    kept = {**BASAL, "split": "validation"}
    config = read(small(paths=paths, microstructures=[RANDOM, kept], **region))
    found = [[variant.split(block.split) for block in bar(config).paths] for variant in bar(config).variants]
    everything_tested = ["test"] * 3
    assert found == [
        ["train", "validation", "test"],
        everything_tested,
        ["validation", "validation", "test"],
        everything_tested,
    ]


REFUSED = {
    "a misspelt parameter": (
        {"parameters": {"material.slip.basal.drag_stres": {"values": [1.0]}}},
        "parameters.material.slip.basal.drag_stres",
        DRAG,
    ),
    "a misspelt key of the paths": (
        {"parameters": {"path.max_strian": {"values": [0.1]}}},
        "parameters.path.max_strian",
        "path.max_strain",
    ),
    "a key of some blocks only": (
        {
            "paths": [WALK, {"family": "uniaxial", "split": "test", "count": 1, "max_strain": 0.1}],
            "parameters": {"path.steps": {"values": [5]}},
        },
        "parameters.path.steps",
        "test_uniaxial",
    ),
    "a strain out of its bounds": (
        {"parameters": {"path.max_strain": {"values": [0.1, 2.0]}}},
        "parameters.path.max_strain",
        "above 0 up to 1, and a value is 2",
    ),
    "a constant out of its bounds": (
        {"parameters": {DRAG: {"range": [-1.0, 1.0]}}, "sampling": {"count": 2}},
        f"parameters.{DRAG}",
        "above 0 up to 1e13, and a value is -1",
    ),
    "a constant that another one forbids": (
        {"parameters": {"material.slip.basal.saturation_stress": {"values": [0.0]}}},
        "parameters.material.slip.basal.saturation_stress",
        "positive otherwise",
    ),
    "a fraction of a step": (
        {"paths": [WALK], "parameters": {"path.steps": {"values": [2.5]}}},
        "parameters.path.steps",
        "an integer",
    ),
    "a length of zero": ({"parameters": {"duration_s": {"values": [0.0]}}}, "parameters.duration_s", "above 0"),
    "a value twice": ({"parameters": {DRAG: {"values": [1.0, 1.0]}}}, f"parameters.{DRAG}.values", "twice"),
    "values and a range": (
        {"parameters": {DRAG: {"values": [1.0], "range": [1.0, 2.0]}}},
        f"parameters.{DRAG}",
        "either",
    ),
    "a falling range": ({"parameters": {DRAG: {"range": [2.0, 1.0]}}}, f"parameters.{DRAG}.range", "rise"),
    "a logarithm of zero": (
        {"parameters": {DRAG: {"range": [0.0, 1.0], "scale": "log"}}},
        f"parameters.{DRAG}.scale",
        "above zero",
    ),
    "a range without sampling": ({"parameters": {DRAG: {"range": [1.0, 2.0]}}}, f"parameters.{DRAG}.range", "count"),
    "a hypercube without a count": (
        {"parameters": {DRAG: {"values": [1.0]}}, "sampling": {"method": "latin_hypercube"}},
        "sampling.method",
        "count",
    ),
    "sampling of nothing": ({"sampling": {"count": 3}}, "sampling", "parameters"),
    "too many variants": (
        {
            "parameters": {DRAG: {"range": [1.0, 2.0]}, "path.max_strain": {"range": [0.1, 0.2]}},
            "sampling": {"count": 200},
        },
        "parameters",
        "40000 variants",
    ),
    "a region of no parameter": (
        {"held_out": [{"material.drag": [0.0, 1.0]}], "parameters": {DRAG: {"values": [1.0]}}},
        "held_out.0.material.drag",
        "no parameter",
    ),
    "a region without samples": (
        {"held_out": [{DRAG: [2.0, 3.0]}], "parameters": {DRAG: {"values": [1.0]}}},
        "held_out.0",
        "none of the samples",
    ),
    "a microstructure twice": (
        {"microstructures": [BASAL, {**BASAL, "name": "other"}]},
        "microstructures.1",
        "same microstructure as basal",
    ),
    "a name twice": (
        {"microstructures": [{**BASAL, "count": 2}, {"name": "basal-2"}]},
        "microstructures.1.name",
        "basal-2",
    ),
    "grains next to a list of grains": (
        {"microstructures": [{"name": "a", "texture": {"kind": "file", "file": "t.csv"}, "grains": 9}]},
        "microstructures.0.grains",
        "left out",
    ),
    "realisations of a list of grains": (
        {"microstructures": [{"name": "a", "texture": {"kind": "file", "file": "t.csv"}, "count": 2}]},
        "microstructures.0.count",
        "must be 1",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused_with_its_key(refused, case):
    changes, key, words = REFUSED[case]
    problem = refused(small(**changes))[f"datasets.bar.{key}"]
    assert words in problem.message or words == problem.suggestion


def test_a_texture_of_a_cell_without_one_is_refused(refused):
    body = {"kind": "elastic", "material": small()["datasets"]["bar"]["rev"]["material"]}
    problem = refused(small(rev=body, microstructures=[BASAL]))["datasets.bar.microstructures.0.texture"]
    assert "kind elastic" in problem.message


@pytest.mark.parametrize(
    ("section", "entry", "key"),
    [
        ("laws", {"kind": "unit_cell", "dataset": "bar"}, "laws.it.dataset"),
        ("surrogates", {"kind": "embedded_crystals", "dataset": "bar"}, "surrogates.it.dataset"),
    ],
)
def test_what_stands_for_one_cell_is_refused_on_several(refused, read, section, entry, key):
    paths = [WALK, WALK | {"split": "test"}]
    read(small(paths=paths) | {section: {"it": entry}})
    message = refused(small(paths=paths, microstructures=[BASAL]) | {section: {"it": entry}})[key].message
    assert "without the keys `microstructures` and `parameters`" in message


def test_a_surrogate_of_several_cells_is_no_law_of_a_problem(refused):
    problem = {"deck": "config/decks/taylor_anvil.yaml", "laws": ["it"]}
    paths = [WALK, WALK | {"split": "test"}]
    content = small(paths=paths, parameters={DRAG: {"values": [10.0, 20.0]}})
    content |= {"surrogates": {"it": {"kind": "rno", "dataset": "bar"}}, "problems": {"anvil": problem}}
    assert "stands for one" in refused(content)["problems.anvil.laws.0"].message


def test_a_key_of_the_material_is_found_in_any_section_of_its_file(read):
    axes = {"material.lattice.c_over_a": {"values": [1.6]}, "material.twin.drag_stress": {"values": [4.0]}}
    config = read(small(parameters=axes))
    constants = config.at("bar", bar(config).variants[0]).materials["bar"].constants()
    assert (constants["c_over_a"], constants["twin"]["drag_stress"]) == (1.6, 4e6)
