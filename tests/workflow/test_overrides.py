"""Overrides on Snakemake's command line mean what they mean to every verb, in the controller and in its jobs."""

import json

import pytest

PATHS = "[{family: uniaxial, split: test, count: 3, max_strain: 0.1}]"


def resolved(workflow, *arguments):
    """Return the config that a controller writes for its jobs, after a run of the smallest part."""
    result = workflow.snakemake(*arguments, "--until", "design_paths", "--quiet")
    assert result.returncode == 0, result.stderr
    (file,) = workflow.folder.rglob("config.json")
    return json.loads(file.read_text())


def test_a_list_of_paths_can_be_replaced(workflow):
    found = resolved(workflow, "--config", f"datasets={{body: {{paths: {PATHS}}}}}")
    assert [block["count"] for block in found["datasets"]["body"]["paths"]] == [3]


def test_another_kind_of_unit_cell_replaces_the_keys_of_the_first(workflow):
    material = "config/materials/magnesium.yaml"
    workflow.edit(f"{{kind: elastic, material: {material}}}", f"{{kind: taylor, material: {material}, grains: 4}}")
    found = resolved(workflow, f"--config=datasets={{body: {{rev: {{kind: elastic, material: {material}}}}}}}")
    assert found["datasets"]["body"]["rev"] == {"kind": "elastic", "material": material}


def test_a_key_that_stands_twice_is_refused(workflow):
    result = workflow.snakemake("--dry-run", "--config", "campaign={seed: 7, seed: 8}")
    assert result.returncode == 2
    assert "campaign.seed" in result.stderr
    assert "Traceback" not in result.stderr


def test_quotes_make_text_of_a_number(workflow):
    assert resolved(workflow, "-C", 'campaign={results: "2024"}')["campaign"]["results"] == "2024"
    assert (workflow.folder / "2024" / "tiny" / "data" / "body" / "design.nc").exists()


def test_a_number_where_text_is_due_is_refused(workflow):
    result = workflow.snakemake("--dry-run", "-C", "campaign={results: 2024}")
    assert result.returncode == 2
    assert "campaign.results = 2024" in result.stderr


@pytest.mark.parametrize(
    "options", [("--config", "campaign={seed: 7}", "--config", "campaign={seed: 8}"), ("--configfiles", "tiny.yaml")]
)
def test_an_option_of_which_only_the_last_would_count_is_refused(workflow, options):
    result = workflow.snakemake("--dry-run", *options)
    assert result.returncode == 2
    assert "is given more than once" in result.stderr


def test_of_several_config_files_the_later_overrides_the_earlier(workflow):
    (workflow.folder / "more.yaml").write_text("campaign: {seed: 9}\n")
    assert resolved(workflow, "more.yaml")["campaign"] == {"name": "tiny", "seed": 9}


def test_jobs_that_read_the_snakefile_again_have_the_overrides(workflow):
    # A shadow folder makes Snakemake start the job as a process of its own, as clusters do.
    workflow.edit("    shell:\n", '    shadow:\n        "minimal"\n    shell:\n', "workflow/rules/figures.smk")
    override = f"datasets={{body: {{paths: {PATHS}, shards: {{seconds_per_path: {{default: 30}}}}}}}}"
    result = workflow.snakemake("--config", override, 'campaign={results: "my results"}')
    assert result.returncode == 0, result.stderr
    assert (workflow.folder / "my results" / "tiny" / "figures" / "body.svg").exists()
    shards = workflow.folder / "my results" / "tiny" / "data" / "body" / "shards"
    assert sorted(file.name.split("-")[0] for file in shards.glob("*.nc")) == ["0000", "0001"]
