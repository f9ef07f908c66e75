"""A dense network for blocks of points: one point per lane, so that loops over lanes vectorise.

A lane gets the same bits whatever its neighbours are, which products of matrices by BLAS do not promise. BLAS is also
slower here: the OpenBLAS of the NumPy wheels takes this kind of processor for one without AVX-512.
"""

import numpy as np

from hammerscale.arrays import Array, Floats
from hammerscale.compiler import njit
from hammerscale.crystal.elementary import decay
from hammerscale.surrogate.pca_net.onnx_graph import SELU_SCALE, SELU_SLOPE

LANES = 256
# Rows and columns of a tile of weights that stay in registers while the lanes pass.
ROWS, COLUMNS = 6, 4
TILE = 12
# So many columns are summed by themselves: shorter sums lose fewer digits.
PANEL = 256
BYTES_OF_SINGLE = 4


def packed(weights: tuple[Floats, ...], biases: tuple[Floats, ...]) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
    """Return layers (inputs, outputs), biases (outputs,) as `evaluate_layers` takes them: transposed, whole tiles."""
    matrices, offsets = [], []
    for weight, bias in zip(weights, biases, strict=True):
        inputs, outputs = (-(-size // TILE) * TILE for size in weight.shape)
        matrix, offset = np.zeros((outputs, inputs), weight.dtype), np.zeros(outputs, weight.dtype)
        matrix[: weight.shape[1], : weight.shape[0]] = weight.T
        offset[: bias.size] = bias
        matrices.append(matrix)
        offsets.append(offset)
    return tuple(matrices), tuple(offsets)


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def multiply_panel(w, x, i, start, stop, tile):  # type: ignore[no-untyped-def]
    """Write rows i to i + ROWS of w (m, n) times x (n, LANES), summed over some columns, into `tile` (ROWS, LANES)."""
    y0, y1, y2, y3, y4, y5 = tile[0], tile[1], tile[2], tile[3], tile[4], tile[5]
    for lane in range(LANES):
        y0[lane], y1[lane], y2[lane], y3[lane], y4[lane], y5[lane] = 0, 0, 0, 0, 0, 0
    for j in range(start, stop, COLUMNS):
        a0, a1, a2, a3 = w[i, j], w[i, j + 1], w[i, j + 2], w[i, j + 3]
        b0, b1, b2, b3 = w[i + 1, j], w[i + 1, j + 1], w[i + 1, j + 2], w[i + 1, j + 3]
        c0, c1, c2, c3 = w[i + 2, j], w[i + 2, j + 1], w[i + 2, j + 2], w[i + 2, j + 3]
        d0, d1, d2, d3 = w[i + 3, j], w[i + 3, j + 1], w[i + 3, j + 2], w[i + 3, j + 3]
        e0, e1, e2, e3 = w[i + 4, j], w[i + 4, j + 1], w[i + 4, j + 2], w[i + 4, j + 3]
        f0, f1, f2, f3 = w[i + 5, j], w[i + 5, j + 1], w[i + 5, j + 2], w[i + 5, j + 3]
        x0, x1, x2, x3 = x[j], x[j + 1], x[j + 2], x[j + 3]
        for lane in range(LANES):
            p, q, r, s = x0[lane], x1[lane], x2[lane], x3[lane]
            y0[lane] = y0[lane] + a0 * p + a1 * q + a2 * r + a3 * s
            y1[lane] = y1[lane] + b0 * p + b1 * q + b2 * r + b3 * s
            y2[lane] = y2[lane] + c0 * p + c1 * q + c2 * r + c3 * s
            y3[lane] = y3[lane] + d0 * p + d1 * q + d2 * r + d3 * s
            y4[lane] = y4[lane] + e0 * p + e1 * q + e2 * r + e3 * s
            y5[lane] = y5[lane] + f0 * p + f1 * q + f2 * r + f3 * s


@njit(cache=True, error_model="numpy")
def multiply(matrix, inputs, tile, outputs):  # type: ignore[no-untyped-def]
    """Write matrix (m, n) times inputs (n, LANES) into `outputs` (m, LANES); m and n are whole tiles."""
    columns = matrix.shape[1]
    for i in range(0, matrix.shape[0], ROWS):
        for start in range(0, columns, PANEL):
            multiply_panel(matrix, inputs, i, start, min(start + PANEL, columns), tile)
            for k in range(ROWS):
                row, part = outputs[i + k], tile[k]
                for lane in range(LANES):
                    row[lane] = part[lane] if start == 0 else row[lane] + part[lane]


@njit(cache=True, error_model="numpy")
def activate(values, bias):  # type: ignore[no-untyped-def]
    """Replace values (m, LANES) by the scaled exponential linear unit of values + bias (m,)."""
    zero, scale = bias.dtype.type(0), bias.dtype.type(SELU_SCALE)
    steep = bias.dtype.type(SELU_SCALE * SELU_SLOPE)
    for i in range(bias.size):
        b = bias[i]
        row = values[i]
        for lane in range(LANES):
            v = row[lane] + b
            below = min(v, zero)
            if bias.itemsize == BYTES_OF_SINGLE:
                # Accurate to 2e-10, and it vectorises, which the library's function does not.
                change = bias.dtype.type(decay(-np.float64(below)) - 1.0)
            else:
                change = np.expm1(below)
            row[lane] = scale * max(v, zero) + steep * change


@njit(cache=True, error_model="numpy")
def evaluate_layers(inputs, matrices, offsets, outputs):  # type: ignore[no-untyped-def]
    """Write the outputs of the network for inputs (n, p) into `outputs` (n, q); layers as `packed` returns them."""
    dtype = matrices[0].dtype
    widest = matrices[0].shape[1]
    for matrix in matrices:
        widest = max(widest, matrix.shape[0])
    here, there = np.zeros((widest, LANES), dtype), np.zeros((widest, LANES), dtype)
    tile = np.empty((ROWS, LANES), dtype)
    last = len(matrices) - 1
    for begin in range(0, len(inputs), LANES):
        count = min(LANES, len(inputs) - begin)
        # Rows beyond the inputs meet weights of zero; lanes beyond the last point change no other lane.
        here[: inputs.shape[1], :count] = inputs[begin : begin + count].T
        for k, matrix in enumerate(matrices):
            multiply(matrix, here, tile, there)
            if k < last:
                activate(there[: matrix.shape[0]], offsets[k])
            here, there = there, here
        for lane in range(count):
            for i in range(outputs.shape[1]):
                outputs[begin + lane, i] = here[i, lane] + offsets[last][i]
