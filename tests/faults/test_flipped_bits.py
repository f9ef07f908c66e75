"""A flipped bit in any file that a job reads is a known error or changes nothing; never another result."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from hammerscale.errors import HammerscaleError
from hammerscale.ledger.outline_file import read_outline
from hammerscale.ledger.places import dataset_file, design_file, outline_file
from hammerscale.macro.meshes.mesh import box_mesh
from hammerscale.macro.records.fields import Frame
from hammerscale.macro.records.vtkhdf import write_vtkhdf
from hammerscale.macro.records.vtkhdf_reader import read_fields
from hammerscale.plan.controller import WorkflowPlan as Controller
from hammerscale.plan.resolved import load_resolved
from hammerscale.provenance import collect
from hammerscale.store.netcdf import read_netcdf, write_netcdf
from hammerscale.store.plan_record import read_plan_record
from hammerscale.store.sealed_json import write_sealed_json
from hammerscale.store.variable import Variable
from hammerscale.study.tables.campaign_tables import provenance_rows
from hammerscale.study.tables.evaluations import read_evaluation
from hammerscale.study.tables.impact_costs import read_summary
from hammerscale.study.tables.table import read_made, write_table
from hammerscale.surrogate.model_folder import ModelFile, read_model, read_report, write_model
from hammerscale.surrogate.training_data import open_dataset
from tests.study.tables.evaluation_files import document, errors

BITS = 25
ORIGIN = collect("test", {})
SUMMARY = {
    "ranks": 1, "wall_time_s": 2.5, "us_per_element_step": 0.7, "law_time_fraction": None, "elements": 8, "steps": 90
}  # fmt: skip


def of_contents(contents):
    return {name: variable.data.tolist() for name, variable in contents.variables.items()}


def of_fields(file):
    fields = read_fields(file)
    return fields.nodes.tolist(), fields.times.tolist(), fields.displacement(-1).tolist()


def of_dataset(file):
    data = open_dataset(file)
    histories = data.histories(data.rows())
    return histories.stress.tobytes(), histories.stretch.tobytes(), data.split.tolist()


def write_fields(file):
    mesh = box_mesh(*(np.linspace(0.0, 1.0, n) for n in (2, 2, 3)))
    write_vtkhdf(file, mesh, [Frame(1e-6, {"displacement": mesh.nodes}, {"heat": np.arange(2.0)})])


def write_history(file):
    write_netcdf(file, {"total": Variable(("time",), np.arange(9.0), "J", "energy")}, {}, ORIGIN)


def write_weights(file):
    write_model(file.parent, ORIGIN, ModelFile("rno", {"states": 3}, {"a": np.arange(9.0)}), {"training_wall_s": 50.0})


def of_model(file):
    model = read_model(file.parent)
    return model.kind, dict(model.document), model.arrays["a"].tolist(), read_report(file.parent)


def write_errors(file):
    write_sealed_json(file, document(families={"cavity": errors(0.1, 0.2)}))


# File → what writes it, what reads it back as a job does.
FILES = {
    "summary.json": (lambda file: write_sealed_json(file, SUMMARY), lambda file: read_summary(file.parent)),
    "history.nc": (write_history, lambda file: of_contents(read_netcdf(file))),
    "fields.vtkhdf": (write_fields, of_fields),
    "errors.json": (write_errors, lambda file: read_evaluation(file).errors),
    "provenance.json": (lambda file: write_sealed_json(file, ORIGIN.document()), provenance_rows),
    "table.csv": (lambda file: write_table(file, ("a", "b"), [{"a": "rno", "b": 1.25}]), read_made),
    "model/manifest.json": (write_weights, of_model),
    "model/model.json": (write_weights, of_model),
    "model/weights.npz": (write_weights, of_model),
    "model/metrics.json": (write_weights, of_model),
}


def flip_and_read(file: Path, read, rng: random.Random) -> None:
    """Flip bits of a file, one at a time, and read it each time."""
    whole, expected = file.read_bytes(), read(file)
    for _ in range(BITS):
        place = rng.randrange(8 * len(whole))
        content = bytearray(whole)
        content[place // 8] ^= 1 << place % 8
        file.write_bytes(content)
        with suppress(HammerscaleError):
            assert read(file) == expected, f"bit {place} of {file.name}"
    file.write_bytes(whole)


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_in_a_file_of_a_job_is_never_silently_wrong(tmp_path, seed, name):
    write, read = FILES[name]
    file = tmp_path / "place" / name
    file.parent.mkdir(parents=True)
    write(file)
    flip_and_read(file, read, random.Random(seed))


def test_a_flipped_bit_in_a_file_of_the_campaign_is_never_silently_wrong(copied, seed):
    controller = Controller(copied.config)
    controller.announce()
    rng = random.Random(seed)
    flip_and_read(controller.folder / "plan.json", read_plan_record, rng)
    flip_and_read(controller.resolved_config, lambda file: json.dumps(load_resolved(file).settings.model_dump()), rng)
    flip_and_read(outline_file(copied.config, "body"), read_outline, rng)
    flip_and_read(dataset_file(copied.config, "body"), of_dataset, rng)
    flip_and_read(design_file(copied.config, "body"), lambda file: of_contents(read_netcdf(file)), rng)
