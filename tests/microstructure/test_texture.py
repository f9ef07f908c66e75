import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from hammerscale.errors import InputError
from hammerscale.microstructure.texture import (
    bunge_quaternions,
    check_orientations,
    fibre_texture,
    quaternion_product,
    random_texture,
    read_texture,
    rotation_matrices,
)

C_AXIS = np.array([0.0, 0.0, 1.0])


def rng() -> np.random.Generator:
    return np.random.default_rng(20)


def test_random_orientations_are_uniform_on_the_rotations():
    matrices = rotation_matrices(random_texture(rng(), 40_000))
    # Haar measure: entries have mean 0 and mean square 1/3; the rotation angle has density (1 - cos ω)/π.
    np.testing.assert_allclose(matrices.mean(axis=0), 0.0, atol=0.01)
    np.testing.assert_allclose((matrices**2).mean(axis=0), 1.0 / 3.0, atol=0.01)
    angle = np.arccos((np.trace(matrices, axis1=1, axis2=2) - 1.0) / 2.0)
    assert angle.mean() == pytest.approx(np.pi / 2 + 2 / np.pi, abs=0.01)


def test_equal_streams_give_equal_textures():
    np.testing.assert_array_equal(random_texture(rng(), 5), random_texture(rng(), 5))


def test_rotation_matrices_agree_with_scipy():
    quaternions = random_texture(rng(), 10)
    expected = Rotation.from_quat(quaternions, scalar_first=True).as_matrix()
    np.testing.assert_allclose(rotation_matrices(quaternions), expected, atol=1e-14)


def test_quaternion_product_turns_by_the_second_factor_first():
    a, b = random_texture(rng(), 7), random_texture(np.random.default_rng(3), 7)
    product = rotation_matrices(quaternion_product(a, b))
    np.testing.assert_allclose(product, rotation_matrices(a) @ rotation_matrices(b), atol=1e-14)


@pytest.mark.parametrize("sample", [[1.0, 0.0, 0.0], [0.0, 0.0, 3.0], [0.0, 0.0, -1.0], [1.0, 2.0, -1.0]])
def test_sharp_fibre_puts_the_crystal_axis_on_the_sample_axis(sample):
    matrices = rotation_matrices(fibre_texture(rng(), 50, C_AXIS, np.array(sample), 0.0))
    np.testing.assert_allclose(matrices @ C_AXIS, np.tile(sample / np.linalg.norm(sample), (50, 1)), atol=1e-12)


def test_fibre_is_uniform_about_its_axis():
    matrices = rotation_matrices(fibre_texture(rng(), 20_000, C_AXIS, C_AXIS, 0.0))
    np.testing.assert_allclose(matrices[:, 0, :2].mean(axis=0), 0.0, atol=0.02)


def test_fibre_tilt_has_the_asked_spread():
    axis = np.array([1.0, 1.0, 0.0])
    matrices = rotation_matrices(fibre_texture(rng(), 20_000, C_AXIS, axis, 8.0))
    tilt = np.degrees(np.arccos(np.clip(matrices @ C_AXIS @ axis / np.linalg.norm(axis), -1.0, 1.0)))
    assert np.sqrt((tilt**2).mean()) == pytest.approx(8.0, rel=0.02)


@pytest.mark.parametrize("axis", [[0.0, 0.0, 0.0], [np.nan, 0.0, 1.0]])
def test_fibre_axis_must_point_somewhere(axis):
    with pytest.raises(InputError, match="crystal_axis"):
        fibre_texture(rng(), 3, np.array(axis), C_AXIS, 1.0)


def test_bunge_angles_follow_the_zxz_convention():
    angles = rng().uniform(0.0, 90.0, size=(20, 3))
    expected = Rotation.from_euler("ZXZ", angles, degrees=True).as_matrix()
    np.testing.assert_allclose(rotation_matrices(bunge_quaternions(angles)), expected, atol=1e-14)


def test_bunge_tilt_of_90_degrees_lays_the_c_axis_along_minus_y():
    matrix = rotation_matrices(bunge_quaternions(np.array([[0.0, 90.0, 0.0]])))[0]
    np.testing.assert_allclose(matrix @ C_AXIS, [0.0, -1.0, 0.0], atol=1e-15)


def test_file_of_quaternions_is_read_and_normalised(tmp_path):
    file = tmp_path / "texture.csv"
    file.write_text("weight,q0,q1,q2,q3\n0.25,2,0,0,0\n0.75,0,0,3,0\n")
    quaternions, weights = read_texture(file)
    np.testing.assert_array_equal(quaternions, [[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]])
    np.testing.assert_array_equal(weights, [0.25, 0.75])


def test_file_of_bunge_angles_without_weights_weighs_grains_equally(tmp_path):
    file = tmp_path / "texture.csv"
    file.write_text("phi1, Phi, phi2\n10,20,30\n\n40,50,60\n")
    quaternions, weights = read_texture(file)
    np.testing.assert_allclose(quaternions, bunge_quaternions(np.array([[10.0, 20.0, 30.0], [40.0, 50.0, 60.0]])))
    np.testing.assert_array_equal(weights, [0.5, 0.5])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("a,b,c\n1,2,3\n", "line 1.*header"),
        ("q0,q1,q2,q3,phi1\n1,0,0,0,0\n", "line 1.*header"),
        ("q0,q1,q2,q3\n1,0,0,0\n1,0,0\n", "line 3.*3 entries"),
        ("q0,q1,q2,q3\n\n1,0,zero,0\n", "line 3.*not a number"),
        ("q0,q1,q2,q3\n1,0,nan,0\n", "line 2.*not finite"),
        ("q0,q1,q2,q3\n0,0,0,0\n", "grain 0"),
        ("q0,q1,q2,q3\n", "at least one grain"),
        ("q0,q1,q2,q3,weight\n1,0,0,0,0.5\n", "sum to 0.5"),
    ],
)
def test_faulty_file_is_named_with_its_line(tmp_path, text, message):
    file = tmp_path / "texture.csv"
    file.write_text(text)
    with pytest.raises(InputError, match=rf"texture\.csv.*{message}"):
        read_texture(file)


def test_missing_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="cannot read"):
        read_texture(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("quaternions", "weights", "message"),
    [
        (np.ones((2, 3)), None, "quaternions"),
        (np.empty((0, 4)), None, "at least one"),
        (np.array([[1.0, 0, 0, 0], [np.nan, 0, 0, 1]]), None, "grain 1"),
        (np.array([[1.0, 0, 0, 0], [0.0, 0, 0, 0]]), None, "grain 1"),
        (np.array([[1.0, 0, 0, np.inf]]), None, "grain 0"),
        (np.eye(4), np.array([0.5, 0.5, 0.5, -0.5]), "weight of grain 3"),
        (np.eye(4), np.array([0.5, np.nan, 0.5, 0.0]), "weight of grain 1"),
        (np.eye(4), np.full(4, 0.2500005), "sum to"),
        (np.eye(4), np.full(3, 1 / 3), "4 weights"),
    ],
)
def test_impossible_orientations_are_refused(quaternions, weights, message):
    with pytest.raises(InputError, match=message):
        check_orientations(quaternions, weights)
