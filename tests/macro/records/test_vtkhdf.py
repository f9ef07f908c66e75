"""VTK's own reader finds the mesh, the times and the fields in a file of ours."""

import numpy as np
import pytest
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonDataModel import VTK_HEXAHEDRON
from vtkmodules.vtkCommonExecutionModel import vtkStreamingDemandDrivenPipeline as Pipeline
from vtkmodules.vtkFiltersVerdict import vtkCellSizeFilter
from vtkmodules.vtkIOHDF import vtkHDFReader

from hammerscale.macro.meshes.mesh import box_mesh
from hammerscale.macro.records.fields import Frame
from hammerscale.macro.records.vtkhdf import write_vtkhdf

MESH = box_mesh(np.linspace(0, 1, 3), np.linspace(0, 1, 2), np.linspace(0, 2, 4))
NODES, ELEMENTS = len(MESH.nodes), len(MESH.elements)
TIMES = (0.0, 1e-6, 3e-6)


@pytest.fixture(scope="module")
def frames():
    rng = np.random.default_rng(1)
    return [
        Frame(
            time,
            {name: rng.normal(size=(NODES, 3)) for name in ("displacement", "velocity")},
            {"stress": rng.normal(size=(ELEMENTS, 6)), "von_mises": rng.normal(size=ELEMENTS)},
        )
        for time in TIMES
    ]


@pytest.fixture(scope="module")
def reader(frames, tmp_path_factory):
    file = tmp_path_factory.mktemp("impact") / "fields.vtkhdf"
    write_vtkhdf(file, MESH, frames)
    reader = vtkHDFReader()
    assert reader.CanReadFile(str(file))
    reader.SetFileName(str(file))
    reader.UpdateInformation()
    return reader


def test_the_times_are_those_of_the_frames(reader):
    assert reader.GetOutputInformation(0).Get(Pipeline.TIME_STEPS()) == TIMES


@pytest.mark.parametrize("step", range(len(TIMES)))
def test_every_frame_has_its_fields_on_the_one_mesh(step, reader, frames):
    reader.SetStep(step)
    reader.Update()
    grid = reader.GetOutput()
    np.testing.assert_array_equal(vtk_to_numpy(grid.GetPoints().GetData()), MESH.nodes)
    corners = vtk_to_numpy(grid.GetCells().GetConnectivityArray())
    np.testing.assert_array_equal(corners.reshape(ELEMENTS, 8), MESH.elements)
    assert {grid.GetCellType(cell) for cell in range(ELEMENTS)} == {VTK_HEXAHEDRON}
    for data, fields in ((grid.GetPointData(), frames[step].points), (grid.GetCellData(), frames[step].cells)):
        assert {data.GetArrayName(i) for i in range(data.GetNumberOfArrays())} == set(fields)
        for name, field in fields.items():
            np.testing.assert_array_equal(vtk_to_numpy(data.GetArray(name)), field, err_msg=name)


def test_the_corners_stand_in_the_order_of_vtk(reader):
    """Another order has other volumes, negative ones among them."""
    reader.Update()
    size = vtkCellSizeFilter()
    size.SetInputData(reader.GetOutput())
    size.Update()
    volumes = vtk_to_numpy(size.GetOutput().GetCellData().GetArray("Volume"))
    np.testing.assert_allclose(volumes, 2.0 / ELEMENTS, rtol=1e-12)
