"""The workflow as a user sees it: what it makes, what it reruns, what it refuses."""

import re
import subprocess
import sys
import zipfile

import pytest
import xarray as xr

from hammerscale.store.lock import locked
from hammerscale.store.netcdf import verify_file

SIMULATIONS = {"simulate_shard"}
# What follows the simulations.
MADE_AGAIN = {"all", "gather_dataset", "plot_dataset", "tabulate_campaign"}


def test_a_campaign_runs_from_paths_to_figure(finished_template):
    folder = finished_template.folder / "results" / "tiny"
    for file in folder.rglob("*.nc"):
        verify_file(file)
    with xr.open_dataset(folder / "data" / "body" / "dataset.nc") as data:
        assert data.path.size == 14
    assert (folder / "figures" / "body.svg").stat().st_size > 10_000
    assert (folder / "figures" / "body.png").stat().st_size > 10_000
    assert not list(folder.rglob("*.parts"))
    assert not list(folder.rglob("*.tmp"))


def test_a_second_run_has_nothing_to_do(finished):
    assert finished.planned() == {}


def test_touching_files_and_editing_comments_reruns_no_simulation(finished):
    for file in (finished.folder / "results").rglob("*.nc"):
        file.touch()
    for file in ("workflow/rules/simulate.smk", "workflow/rules/design.smk", "workflow/rules/gather.smk"):
        path = finished.folder / file
        path.write_text(path.read_text() + "\n# a comment\n")
    finished.edit("campaign:", "# a comment\ncampaign:")
    assert not SIMULATIONS & set(finished.planned())


def test_an_enlarged_campaign_runs_only_what_is_new(finished):
    finished.edit("count: 10", "count: 17")
    assert finished.planned()["simulate_shard"] == 2
    assert finished.snakemake().returncode == 0
    with xr.open_dataset(finished.folder / "results/tiny/data/body/dataset.nc") as data:
        assert data.path.size == 21
    assert finished.planned() == {}


def test_a_changed_block_reruns_its_own_shards_only(finished):
    finished.edit("split: test, count: 4, max_strain: 0.1", "split: test, count: 4, max_strain: 0.2")
    assert finished.planned()["simulate_shard"] == 1


@pytest.mark.parametrize(
    "override", ["datasets={body: {duration_s: 2.0e-6}}", "campaign={seed: 6}", "datasets={body: {output_times: 21}}"]
)
def test_a_change_of_the_simulation_reruns_every_shard(finished, override):
    assert finished.planned("--config", override)["simulate_shard"] == 3


def test_a_value_that_was_tried_and_taken_back_costs_no_simulation(finished):
    assert finished.snakemake("--config", "datasets={body: {duration_s: 2.0e-6}}").returncode == 0
    assert finished.planned().keys() == {*MADE_AGAIN, "design_paths"}
    assert finished.snakemake().returncode == 0
    assert finished.planned() == {}


def test_a_shard_on_several_ranks_asks_for_less_time(workflow):
    # Five simulations of 12 s each in shard 0 and 1; three ranks compute two in a row.
    ranks = "simulate_shard:tasks=3 if int(wildcards.shard) == 1 else 1"
    said = workflow.snakemake("--dry-run", "--set-resources", ranks).stdout
    times = dict(re.findall(r"(?s)wildcards: dataset=body, shard=(\d+).*?runtime=(\d+),", said))
    assert (times["0000"], times["0001"]) == ("8", "6")


def test_a_node_is_asked_for_the_memory_of_its_ranks(workflow):
    asked = ("--set-resources", "simulate_shard:tasks=33", "simulate_shard:nodes=2", "--cores", "33")
    said = workflow.snakemake("--dry-run", *asked).stdout
    # 17 ranks on the fuller of two nodes.
    assert set(re.findall(r"tasks=33, nodes=2.*?mem_mb=(\d+),", said)) == {str(1500 + 17 * 500)}


def test_names_folders_and_costs_rerun_nothing(finished):
    assert finished.planned("--config", "datasets={body: {shards: {seconds_per_path: {default: 1.0}}}}") == {}
    assert finished.planned("--config", "datasets={body: {max_failed_fraction: 0.5}}") == {}


def test_a_wrong_config_ends_with_code_2_and_no_traceback(workflow):
    workflow.edit("count: 10", "cuont: 10")
    result = workflow.snakemake()
    assert result.returncode == 2
    assert "did you mean 'count'" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (workflow.folder / "results").exists()


def test_the_report_holds_the_figure(finished):
    assert finished.snakemake("--report", "report.zip").returncode == 0
    with zipfile.ZipFile(finished.folder / "report.zip") as report:
        assert any(name.endswith("report.html") for name in report.namelist())
        assert any("body.svg" in name for name in report.namelist())


def test_lint_has_no_complaint(workflow):
    result = workflow.snakemake("--lint")
    assert "in a good condition" in result.stdout + result.stderr


def test_the_root_snakefile_is_a_table_of_contents(workflow):
    assert len((workflow.folder / "Snakefile").read_text().splitlines()) <= 60
    for file in (workflow.folder / "workflow" / "rules").iterdir():
        assert len(file.read_text().splitlines()) <= 150


def test_a_failed_rule_names_its_log_and_keeps_the_other_results(finished):
    data = finished.folder / "results/tiny/data/body"
    *kept, blocked = sorted((data / "shards").glob("*.nc"))
    before = [file.read_bytes() for file in kept]
    # Block the way of one shard: a folder stands under its name.
    for file in (data / "dataset.nc", blocked, finished.folder / "results/tiny/figures/body.svg"):
        file.unlink()
    lock = blocked.with_suffix(".lock")
    lock.unlink(missing_ok=True)
    lock.mkdir()
    result = finished.snakemake()
    said = result.stdout + result.stderr
    assert result.returncode != 0
    log = f"results/tiny/logs/body/simulate_{blocked.stem}.log"
    assert log in said
    assert lock.name in (finished.folder / log).read_text()
    assert [file.read_bytes() for file in kept] == before
    assert not (data / "dataset.nc").exists()


def test_a_data_set_outlives_a_failed_gather(finished):
    file = finished.folder / "results/tiny/data/body/dataset.nc"
    before = file.read_bytes()
    finished.edit("-m hammerscale gather", "-m hammerscale gather --no-such-option", "workflow/rules/gather.smk")
    assert finished.snakemake("--forcerun", "gather_dataset", "--until", "gather_dataset").returncode != 0
    assert file.read_bytes() == before


def test_a_results_folder_that_cannot_be_made_is_refused_even_by_a_dry_run(workflow):
    (workflow.folder / "results").write_text("a file")
    for options in ((), ("--dry-run",)):
        result = workflow.snakemake(*options)
        assert result.returncode == 4
        assert "cannot write" in result.stderr
        assert "is not a folder" in result.stderr
        assert "Traceback" not in result.stderr


def test_the_report_is_made_beside_a_running_controller(finished):
    with locked(finished.folder / "results" / "tiny" / ".controller", wait=False):
        assert finished.snakemake("--report=report.zip").returncode == 0
        assert finished.snakemake().returncode == 6


def test_a_job_refuses_a_material_that_changed_after_the_controller_started(finished):
    finished.edit(
        '"NUMBA_NUM_THREADS',
        '"echo >> config/materials/magnesium.yaml; NUMBA_NUM_THREADS',
        "workflow/rules/design.smk",
    )
    result = finished.snakemake("--forcerun", "design_paths", "--until", "design_paths")
    assert result.returncode != 0
    log = (finished.folder / "results/tiny/logs/body/design.log").read_text()
    assert "config/materials/magnesium.yaml changed since the workflow was started" in log
    assert "Traceback" not in log


def test_every_job_computes_on_as_many_threads_as_its_rule_has(workflow):
    show = "import numba, os; print(numba.config.NUMBA_NUM_THREADS, os.environ['OMP_NUM_THREADS'])"
    # The threads of a shard are its ranks, and each of them computes on one.
    for rule, threads in (
        ("design", "{threads}"),
        ("simulate", "1"),
        ("gather", "{threads}"),
        ("figures", "{threads}"),
    ):
        text = (workflow.folder / f"workflow/rules/{rule}.smk").read_text()
        assert f'shell:\n        "NUMBA_NUM_THREADS={threads} ' in text
    workflow.edit("-m hammerscale design", f'-c \\"{show}\\" ', "workflow/rules/design.smk")
    workflow.snakemake("--until", "design_paths", "--set-threads", "design_paths=2", "--cores", "2")
    assert (workflow.folder / "results/tiny/logs/body/design.log").read_text().split() == ["2", "2"]


def test_the_program_starts_without_the_workflow_packages():
    # A node that trains has none of these.
    code = (
        "import sys\n"
        "for name in ('snakemake', 'pydantic', 'netCDF4'):\n"
        "    sys.modules[name] = None\n"
        "import hammerscale.surrogate.baselines.pressure, hammerscale.crystal.material, hammerscale.tensor.polar\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
