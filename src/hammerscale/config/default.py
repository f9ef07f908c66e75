"""The default campaign: both solvers of the paper, a few minutes on two cores."""

from pathlib import Path

from hammerscale.config.machinery.yaml_file import Value

DEFAULT_CONFIG = Path("config/config.yaml")


def _walk(split: str, count: int) -> dict[str, Value]:
    return {"family": "random_walk", "split": split, "count": count, "max_strain": 0.1}


def _test(family: str, count: int) -> dict[str, Value]:
    return {"family": family, "split": "test", "count": count, "max_strain": 0.1}


DEFAULT: dict[str, Value] = {
    "campaign": {"name": "default", "seed": 2022},
    "datasets": {
        "taylor": {
            "rev": {"kind": "taylor", "material": "config/materials/magnesium.yaml", "grains": 128},
            "duration_s": 1e-6,
            "paths": [
                _walk("train", 200),
                _walk("validation", 40),
                _walk("test", 60),
                _test("uniaxial", 20),
                _test("uniaxial_true", 20),
                _test("load_unload", 20),
                _test("cavity", 20),
            ],
        },
        "cell": {
            "rev": {"kind": "spectral", "material": "config/materials/square_crystal.yaml"},
            "duration_s": 1.0,
            "paths": [_walk("train", 40), _walk("test", 10), _test("uniaxial", 5)],
        },
    },
    "surrogates": {
        "linear": {"kind": "linear", "dataset": "taylor", "train_paths": [50, 100, 200]},
        "pca_net": {
            "kind": "pca_net",
            "dataset": "taylor",
            "train_paths": [50, 200],
            "width": 200,
            "training": {"epochs": 60, "learning_rate": 1e-3},
        },
        "rno": {
            "kind": "rno",
            "dataset": "taylor",
            "train_paths": [50, 200],
            "states": 16,
            "width": 48,
            "training": {"epochs": 40},
        },
        "linear_cell": {"kind": "linear", "dataset": "cell"},
    },
    "laws": {
        "elastic": {"kind": "elastic", "dataset": "taylor"},
        "johnson_cook": {"kind": "johnson_cook", "dataset": "taylor"},
        "polycrystal": {"kind": "unit_cell", "dataset": "taylor"},
    },
    "problems": {
        "anvil": {
            "deck": "config/decks/taylor_anvil_coarse.yaml",
            "laws": ["elastic", "johnson_cook", "rno", "polycrystal"],
            "reference": "polycrystal",
            "compare_with": "config/reference/liu_2022_anvil_costs.csv",
            "sweep": {"velocity_m_s": [100.0, 300.0]},
        },
        "plate": {
            "deck": "config/decks/plate_coarse.yaml",
            "laws": ["johnson_cook", "pca_net", "rno", "polycrystal"],
        },
    },
}
