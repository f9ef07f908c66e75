from hammerscale.study.tables.surrogate_table import write_surrogate_table
from hammerscale.study.tables.table import read_table
from tests.study.tables.evaluation_files import document, errors, write

FAMILIES = {"cavity": errors(0.1, 0.2), "uniaxial": errors(0.3, 0.4)}
PRESSURE = {"cavity": errors(0.5, 1.0), "uniaxial": errors(0.6, 1.0)}


def table(folder, *documents):
    """Return the rows of the CSV."""
    write_surrogate_table(write(folder, *documents), [folder / "table.csv", folder / "table.md"])
    assert (folder / "table.md").read_text().count("\n") == len(read_table(folder / "table.csv")) + 2
    return read_table(folder / "table.csv")


def test_every_family_has_its_errors_and_the_pressure_alone_above_them(tmp_path):
    rows = table(tmp_path, document(families=FAMILIES, pressure=PRESSURE))
    found = [(row["family"], row["surrogate"], row["total_percent"], row["deviatoric_percent"]) for row in rows]
    assert found == [
        ("all", "pressure only", "50", "100"),
        ("all", "rno", "10", "20"),
        ("cavity", "pressure only", "50", "100"),
        ("cavity", "rno", "10", "20"),
        ("uniaxial", "pressure only", "60", "100"),
        ("uniaxial", "rno", "30", "40"),
    ]


def test_the_pressure_alone_stands_there_once_for_all_models(tmp_path):
    sizes = [document(size=size, families=FAMILIES, pressure=PRESSURE) for size in (10, 100)]
    rows = [row for row in table(tmp_path, *sizes) if row["family"] == "cavity"]
    assert [row.get("train_paths") for row in rows] == [None, "10", "100"]


def test_spread_cost_and_the_papers_metric_stand_beside_the_mean(tmp_path):
    (row,) = table(tmp_path, document(families={"cavity": errors(0.1, 0.2)}))
    wanted = {"paper_metric_percent": "5", "deviatoric_p95_percent": "40", "total_max_percent": "30", "paths": "4"}
    assert wanted.items() <= row.items()
    assert (row["learned_from"], row["tested_on"], row["seed"], row["training_cpu_s"]) == (
        "taylor",
        "taylor",
        "0",
        "1.5",
    )


def test_histories_that_are_no_tensors_have_a_total_only(tmp_path):
    (row,) = table(tmp_path, document(families={"cavity": errors(0.1)}))
    assert row["total_percent"] == "10"
    assert "deviatoric_percent" not in row
