"""Files of textures and paths are read before anything is planned, and what is wrong names key and file."""

import pytest

from hammerscale.config import load
from hammerscale.config.machinery.default_file import flow
from hammerscale.errors import InputError
from hammerscale.plan.named_files import check_named_files
from tests.config.conftest import MAGNESIUM, small

HALVES = "phi1,Phi,phi2,weight\n0,90,0,0.5\n45,90,30,0.5\n"
BAD_TEXTURES = {
    "no file of numbers": "phi1,Phi,phi2\n0,ninety,0\n",
    "a weight too much": HALVES + "10,20,30,0.5\n",
    "a negative weight": "phi1,Phi,phi2,weight\n0,90,0,1.5\n45,90,30,-0.5\n",
    "a zero quaternion": "q0,q1,q2,q3\n1,0,0,0\n0,0,0,0\n",
    "an angle that is none": "phi1,Phi,phi2\n0,nan,0\n",
    "too few entries": "phi1,Phi,phi2\n0,90\n",
    "no grains": "phi1,Phi,phi2\n",
    "nothing": "",
    "an unknown header": "a,b,c\n1,2,3\n",
    "no text": "phi1,Phi,phi2\n0,\0,0\n",
}


@pytest.fixture
def check(tmp_path):
    """Return a function that checks the files of a config with changes in its data set `bar`."""

    def _check(**changes):
        file = tmp_path / "config.yaml"
        file.write_text(flow(small(**changes)))
        check_named_files(load([file]))

    return _check


def textured(file):
    return {"kind": "taylor", "material": MAGNESIUM, "texture": {"kind": "file", "file": str(file)}}


@pytest.mark.parametrize("text", BAD_TEXTURES.values(), ids=BAD_TEXTURES)
def test_a_texture_that_is_none_is_refused_with_its_key_and_file(check, tmp_path, text):
    file = tmp_path / "texture.csv"
    file.write_text(text)
    with pytest.raises(InputError, match=r"datasets\.bar\.rev\.texture\.file: .*texture\.csv"):
        check(rev=textured(file))


def test_a_texture_of_a_microstructure_is_read_too(check, tmp_path):
    (tmp_path / "texture.csv").write_text("phi1,Phi,phi2\n0,90\n")
    listed = {"name": "listed", "texture": {"kind": "file", "file": str(tmp_path / "texture.csv")}}
    with pytest.raises(InputError, match=r"datasets\.bar\.microstructures\.1\.texture\.file: .*texture\.csv"):
        check(microstructures=[{"name": "plain"}, listed])


def test_a_good_texture_passes(check, tmp_path):
    (tmp_path / "texture.csv").write_text(HALVES)
    check(rev=textured(tmp_path / "texture.csv"))


def test_a_path_that_cannot_be_simulated_is_refused_with_its_key_and_file(check, tmp_path):
    file = tmp_path / "crushed.csv"
    file.write_text("t,U11,U22,U33,U12,U23,U13\n0,1,1,1,0,0,0\n1,-0.2,1,1,0,0,0\n")
    with pytest.raises(InputError, match=r"datasets\.bar\.paths\.0\.file: .*crushed\.csv"):
        check(paths=[{"family": "file", "split": "train", "file": str(file)}])


def test_the_texture_of_a_law_is_read_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config" / "laws").mkdir(parents=True)
    (tmp_path / "config" / "laws" / "rolled.yaml").write_text(
        flow({"law": {"kind": "unit_cell", "rev": textured("t.csv")}})
    )
    (tmp_path / "t.csv").write_text("q0,q1,q2,q3\n0,0,0,0\n")
    deck = {"title": "block", "body": {"kind": "box", "size_mm": [1.0, 1.0, 1.0], "elements": [1, 1, 1]}}
    deck |= {"impact": {"kind": "wall", "velocity_m_s": 50.0}, "duration_us": 0.1}
    (tmp_path / "block.yaml").write_text(flow(deck))
    file = tmp_path / "config.yaml"
    file.write_text(flow(small() | {"problems": {"block": {"deck": "block.yaml", "laws": ["rolled"]}}}))
    with pytest.raises(InputError, match=r"problems\.block\.laws\.0: t\.csv"):
        check_named_files(load([file]))
