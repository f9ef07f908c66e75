"""Fields come back as they were written."""

import resource

import numpy as np
import pytest

from hammerscale.errors import InputError, StoreError
from hammerscale.macro.meshes.mesh import box_mesh
from hammerscale.macro.records.fields import Frame
from hammerscale.macro.records.vtkhdf import write_vtkhdf
from hammerscale.macro.records.vtkhdf_reader import read_fields

MESH = box_mesh(np.linspace(0, 1, 3), np.linspace(0, 1, 2), np.linspace(0, 2, 4))


@pytest.fixture
def frames(tmp_path):
    rng = np.random.default_rng(1)
    nodes, cells = len(MESH.nodes), len(MESH.elements)
    frames = [
        Frame(t, {"displacement": rng.normal(size=(nodes, 3))}, {"heat": rng.normal(size=cells)}) for t in (0.0, 1e-6)
    ]
    write_vtkhdf(tmp_path / "fields.vtkhdf", MESH, frames)
    return frames


def test_mesh_times_and_fields_of_every_frame_come_back(frames, tmp_path):
    fields = read_fields(tmp_path / "fields.vtkhdf")
    np.testing.assert_array_equal(fields.nodes, MESH.nodes)
    np.testing.assert_array_equal(fields.elements, MESH.elements)
    assert fields.times.tolist() == [0.0, 1e-6]
    for k in (0, 1, -1):
        np.testing.assert_array_equal(fields.displacement(k), frames[k].points["displacement"])
        np.testing.assert_array_equal(fields.on_elements("heat", k), frames[k].cells["heat"])


def test_a_field_that_the_law_does_not_have_is_refused_with_those_that_are_there(frames, tmp_path):
    with pytest.raises(InputError, match=r"no field 'cold'[\s\S]*heat"):
        read_fields(tmp_path / "fields.vtkhdf").on_elements("cold", 0)


# HDF5 tries once more when it closes what it could not write.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_fields_on_a_full_disk_are_one_error_and_leave_the_old_ones(frames, tmp_path):
    before = (tmp_path / "fields.vtkhdf").read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(StoreError, match=r"no room to write .*fields\.vtkhdf"):
            write_vtkhdf(tmp_path / "fields.vtkhdf", MESH, frames)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (tmp_path / "fields.vtkhdf").read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["fields.vtkhdf"]


def test_another_file_is_refused(tmp_path):
    (tmp_path / "fields.vtkhdf").write_text("no fields")
    with pytest.raises(StoreError, match="its seal is missing"):
        read_fields(tmp_path / "fields.vtkhdf")
