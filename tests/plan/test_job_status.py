"""How far trainings and impacts are is read from results, locks, loss curves and logs."""

import os

import pytest

from hammerscale.config import load
from hammerscale.config.law_file import MANIFEST
from hammerscale.config.machinery.default_file import flow
from hammerscale.ledger.places import dataset_file
from hammerscale.plan.controller import WorkflowPlan
from hammerscale.plan.impact_jobs import SUMMARY
from hammerscale.plan.job_status import DONE, RUNNING, WAITING, Jobs, JobStatus, job_lines, jobs_of
from hammerscale.plan.model_jobs import first_model, model_folder
from hammerscale.store.lock import filling
from hammerscale.store.sealed_json import sealed_text
from hammerscale.store.spending import spent_folder
from tests.config.conftest import MAGNESIUM, ROOT

DATASET = {
    "rev": {"kind": "taylor", "material": MAGNESIUM},
    "duration_s": 1.0e-6,
    "paths": [
        {"family": "random_walk", "split": "train", "count": 30, "max_strain": 0.1},
        {"family": "uniaxial", "split": "test", "count": 3, "max_strain": 0.1},
    ],
}
NET = {"kind": "rno", "dataset": "bar", "training": {"epochs": 40}}
BLOCK = {"deck": str(ROOT / "config/decks/taylor_anvil.yaml"), "laws": ["magnesium_elastic", "net"]}


@pytest.fixture
def config(tmp_path, monkeypatch):
    """A campaign of one network and an impact under it and under a law of a file."""
    monkeypatch.chdir(ROOT)
    content = {"campaign": {"name": "small", "results": str(tmp_path)}, "datasets": {"bar": DATASET}}
    file = tmp_path / "config.yaml"
    file.write_text(flow(content | {"surrogates": {"net": NET}, "problems": {"anvil": BLOCK}}))
    return load([file])


def states(config):
    return [[job.state for job in jobs.jobs] for jobs in jobs_of(config)]


def make(file, time_s, text=""):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    os.utime(file, (time_s, time_s))


def manifest(config):
    return model_folder(config, first_model(config, "net")) / MANIFEST


def run(config, law):
    return WorkflowPlan(config).impacts.run_folder("anvil", law)


def test_what_has_no_result_waits(config):
    assert states(config) == [[WAITING], [WAITING, WAITING]]


def test_what_is_as_young_as_its_sources_is_done(config):
    make(dataset_file(config, "bar"), 100)
    make(manifest(config), 200)
    make(run(config, "magnesium_elastic") / SUMMARY, 50)
    make(run(config, "net") / SUMMARY, 300)
    assert states(config) == [[DONE], [DONE, DONE]]


def test_what_is_older_than_its_source_waits_to_be_made_again(config):
    make(dataset_file(config, "bar"), 100)
    make(manifest(config), 99)
    make(run(config, "net") / SUMMARY, 98)
    assert states(config) == [[WAITING], [WAITING, WAITING]]


def test_a_training_whose_folder_is_locked_runs_and_its_pace_gives_the_time_to_go(config):
    folder = manifest(config).parent
    make(folder.with_name(f"{folder.name}.training") / "curve.csv", 1, "epoch,train,validation\n" + "0,1.0,1.0\n" * 10)
    note = {"identity": "a", "finished": False, "cpu_s": 4.0, "begun": 0.0, "ended": 5.0}
    make(spent_folder(folder) / "host-1.json", 1, sealed_text(note))
    with filling(folder):
        (job,) = jobs_of(config)[0].jobs
    assert job == JobStatus("net/paths_30_seed_0", RUNNING, "10 of 40 epochs", 15.0)


def test_an_impact_whose_folder_is_locked_runs_as_far_as_its_log_says(config):
    log = WorkflowPlan(config).folder / "logs" / "impact" / "anvil" / "net.log"
    source = "INFO hammerscale.macro.explicit.run: "
    line = source + "%3.0f %%, step 7 of 1e-09 s at 200 m/s, %d s to go, law 9 %% of the time\n"
    make(log, 1, line % (12, 90) + line % (43, 60))
    folder = run(config, "net")
    folder.mkdir(parents=True)
    with filling(folder):
        job = jobs_of(config)[1].jobs[1]
    assert job == JobStatus("anvil/net", RUNNING, "43 %", 60.0)


@pytest.mark.parametrize(
    ("jobs", "words"),
    [
        ([JobStatus("a", DONE)], "1 of 1 done, 0 running, 0 waiting, ready in 0 s"),
        ([JobStatus("a", DONE), JobStatus("b", WAITING)], "1 of 2 done, 0 running, 1 waiting, time to go unknown"),
        ([JobStatus("a", RUNNING, "43 %", 90.0)], "0 of 1 done, 1 running, 0 waiting, ready in 1.5 min"),
        ([JobStatus("a", RUNNING)], "0 of 1 done, 1 running, 0 waiting, time to go unknown"),
    ],
)
def test_the_time_to_go_is_given_where_it_is_known_alone(jobs, words):
    assert next(job_lines(Jobs("impacts", jobs))) == f"impacts: {words}"
