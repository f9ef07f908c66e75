"""Damaged files are put aside, and none of them is lost."""

import pytest

from hammerscale.store.quarantine import quarantine


def test_damaged_files_are_numbered_and_kept(tmp_path):
    path = tmp_path / "3.nc"
    for content in ("first", "second"):
        path.write_text(content)
        quarantine(path)
    assert not path.exists()
    assert (tmp_path / "3.nc.damaged-1").read_text() == "first"
    assert (tmp_path / "3.nc.damaged-2").read_text() == "second"


def test_the_new_path_is_returned(tmp_path):
    (tmp_path / "model").mkdir()
    assert quarantine(tmp_path / "model") == tmp_path / "model.damaged-1"
    assert (tmp_path / "model.damaged-1").is_dir()


def test_a_file_that_is_gone_already_is_not_hidden(tmp_path):
    with pytest.raises(FileNotFoundError):
        quarantine(tmp_path / "3.nc")


def test_a_file_can_be_put_elsewhere_without_covering_another(tmp_path):
    (tmp_path / "parts").mkdir()
    for content in ("first", "second"):
        (tmp_path / "parts" / "3.nc").write_text(content)
        aside = quarantine(tmp_path / "parts" / "3.nc", tmp_path / "parts.3.nc")
        assert aside.read_text() == content
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [
        "parts",
        "parts.3.nc.damaged-1",
        "parts.3.nc.damaged-2",
    ]
