"""Elementary functions for vector lanes: branch-free, of stated accuracy, so that a loop around them vectorises.

The library's exp and pow are scalar calls and would leave the whole loop scalar; tests/crystal/test_elementary.py
bounds the errors.
"""

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

from hammerscale.compiler import njit

LOG2_E = float(np.log2(np.e))
# Adding 1.5·2^52 rounds to the nearest integer and leaves that integer in the low bits.
ROUNDING = 6755399441055744.0
LARGEST_ARGUMENT = 700.0
# Chebyshev fit of 2^r on [-1/2, 1/2], ascending powers; relative error below 1e-10.
P0 = 0.9999999999595622
P1 = 0.6931471805568341
P2 = 0.24022651213495422
P3 = 0.055504109063177154
P4 = 0.009618025613598036
P5 = 0.0013333478480888061
P6 = 0.00015469729140704658
P7 = 1.5303699001378845e-05
# Series of artanh r/r in r².
A0, A1, A2, A3, A4, A5, A6, A7 = 1.0, 1 / 3, 1 / 5, 1 / 7, 1 / 9, 1 / 11, 1 / 13, 1 / 15
TWICE_LOG2_E = 2.0 * LOG2_E
LARGEST_BINARY = 1000.0
HALF_ROOT_BITS = 0x3FE6A09E667F3BCD  # bits of 1/√2
EXPONENT_UNIT = 4503599627370496.0  # 2^52, one step of the binary exponent
# Bits of 1.0, shifted by the offset that centres the error of reading a logarithm off the bits of a number.
LOGARITHM_OFFSET = 4607182418800017408.0 - 0.0430 * EXPONENT_UNIT


@intrinsic
def bits_of(typing_context, value):  # type: ignore[no-untyped-def]
    """Return the bits of a float64 as an int64."""

    def code(context, builder, signature, args):  # type: ignore[no-untyped-def]
        return builder.bitcast(args[0], ir.IntType(64))

    return types.int64(types.float64), code


@intrinsic
def float_of(typing_context, bits):  # type: ignore[no-untyped-def]
    """Return the float64 whose bits are an int64."""

    def code(context, builder, signature, args):  # type: ignore[no-untyped-def]
        return builder.bitcast(args[0], ir.DoubleType())

    return types.float64(types.int64), code


@intrinsic
def select(typing_context, condition, a, b):  # type: ignore[no-untyped-def]
    """Return a where the condition holds, else b: one instruction; an if-expression is three blocks to compile."""

    def code(context, builder, signature, args):  # type: ignore[no-untyped-def]
        return builder.select(args[0], args[1], args[2])

    return types.float64(types.boolean, types.float64, types.float64), code


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def decay(x):  # type: ignore[no-untyped-def]
    """Return exp(-x) for x >= 0 with a relative error below 2e-10; below exp(-700) it stays at exp(-700)."""
    x = select(x > LARGEST_ARGUMENT, LARGEST_ARGUMENT, x)  # type: ignore[call-arg]
    y = -LOG2_E * x
    shifted = y + ROUNDING
    r = y - (shifted - ROUNDING)
    power = P0 + r * (P1 + r * (P2 + r * (P3 + r * (P4 + r * (P5 + r * (P6 + r * P7))))))
    return float_of(bits_of(power) + (bits_of(shifted) << 52))


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def rough_log2(x):  # type: ignore[no-untyped-def]
    """Return log2 x of a normal x > 0 with an error below 0.05: good enough to choose a step size."""
    return (float(bits_of(x)) - LOGARITHM_OFFSET) * (1.0 / EXPONENT_UNIT)  # type: ignore[call-arg]


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def rough_exp2(x):  # type: ignore[no-untyped-def]
    """Return 2^x for |x| < 1000 with a relative error below 4 %."""
    return float_of(np.int64(x * EXPONENT_UNIT + LOGARITHM_OFFSET))  # type: ignore[call-arg]


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def power(x, exponent):  # type: ignore[no-untyped-def]
    """Return x^exponent for x >= 0 and an exponent > 0, relative error below 2e-10 plus exponent times 3e-14.

    Below 2^-1000 it is zero, above 2^1000 infinite.
    """
    bits = bits_of(x)  # type: ignore[call-arg,var-annotated]
    # x = 2^whole · fraction with the fraction between 1/√2 and √2.
    whole = (bits - HALF_ROOT_BITS) >> 52
    fraction = float_of(bits - (whole << 52))
    # log fraction = 2 artanh r, r = (fraction - 1)/(fraction + 1), |r| < 0.172
    r = (fraction - 1.0) / (fraction + 1.0)
    q = r * r
    series = A0 + q * (A1 + q * (A2 + q * (A3 + q * (A4 + q * (A5 + q * (A6 + q * A7))))))
    y = exponent * (whole + TWICE_LOG2_E * r * series)
    high, low = y > LARGEST_BINARY, y < -LARGEST_BINARY
    y = select(high | low, 0.0, y)
    shifted = y + ROUNDING
    r = y - (shifted - ROUNDING)
    value = P0 + r * (P1 + r * (P2 + r * (P3 + r * (P4 + r * (P5 + r * (P6 + r * P7))))))
    value = float_of(bits_of(value) + (bits_of(shifted) << 52))
    value = select(low | (x <= 0.0), 0.0, value)
    return select(high, np.inf, value)


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def inverse_cube_root(x):  # type: ignore[no-untyped-def]
    """Return x^(-1/3) of a normal x > 0 to round-off; the volume ratio J^(-2/3) is its square."""
    y = rough_exp2((-1.0 / 3.0) * rough_log2(x))
    third = x * (1.0 / 3.0)
    # Newton's iteration doubles the digits: 3e-2, 2e-3, 8e-6, 2e-10, round-off.
    y *= 4.0 / 3.0 - third * y * y * y
    y *= 4.0 / 3.0 - third * y * y * y
    y *= 4.0 / 3.0 - third * y * y * y
    y *= 4.0 / 3.0 - third * y * y * y
    return y
