"""Only regular files of a sane size are read: nothing that a user names can hang a verb or fill the memory."""

import hashlib
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from hammerscale.regular_files import MIB, open_regular, parse_json, read_bytes, read_json, read_text, sha256_of

ROOT = Path(__file__).parents[1]
CONFIG = """\
campaign: {name: tiny}
datasets:
  body:
    rev: {kind: elastic, material: MATERIAL}
    duration_s: 1.0e-6
    paths: [{family: uniaxial, split: train, count: 3, max_strain: 0.1}]
"""


@pytest.fixture
def pipe(tmp_path):
    """A pipe that nobody writes to."""
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


@pytest.mark.parametrize("read", [open_regular, lambda file: read_bytes(file, MIB), sha256_of, read_json])
def test_a_pipe_is_refused_without_waiting_for_its_writer(pipe, read):
    with pytest.raises(OSError, match="it is a pipe"):
        read(pipe)


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/null"])
def test_a_device_is_refused_also_behind_a_link(tmp_path, name):
    (tmp_path / "link").symlink_to(name)
    for file in (Path(name), tmp_path / "link"):
        with pytest.raises(OSError, match="it is a device"):
            read_bytes(file, MIB)


def test_a_socket_and_a_folder_are_refused(tmp_path, monkeypatch):
    # The address of a socket is short.
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind("socket")
        with pytest.raises(OSError, match="it is a socket"):
            open_regular(Path("socket"))
    with pytest.raises(IsADirectoryError):
        open_regular(tmp_path)


def test_a_link_to_a_regular_file_is_read(tmp_path):
    (tmp_path / "file").write_bytes(b"\xef\xbb\xbftext")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert read_text(tmp_path / "link", MIB) == "text"


@pytest.mark.parametrize("read", [read_bytes, read_text, sha256_of, read_json])
def test_a_file_above_the_limit_is_refused_before_it_is_read(tmp_path, read):
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(OSError, match=f"more than the {MIB:,} bytes"):
        read(tmp_path / "huge", MIB)


def test_a_file_of_exactly_the_limit_is_read_and_one_byte_more_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(bytes(100))
    assert read_bytes(tmp_path / "file", 100) == bytes(100)
    with pytest.raises(OSError, match="more than the 99 bytes"):
        read_bytes(tmp_path / "file", 99)


def test_a_file_whose_size_the_kernel_does_not_give_is_measured_while_it_is_read():
    # The kernel gives files of /proc a size of zero.
    with pytest.raises(OSError, match="more than the 5 bytes"):
        read_bytes(Path("/proc/self/status"), 5)


def test_the_digest_is_that_of_the_content(tmp_path):
    content = os.urandom(2 * MIB + 1)
    (tmp_path / "file").write_bytes(content)
    assert sha256_of(tmp_path / "file") == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000])
def test_json_of_a_hundred_thousand_brackets_is_an_ordinary_error(text):
    with pytest.raises(ValueError, match=r"nested too deeply|Expecting|double quotes"):
        parse_json(text)


def hammerscale(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hammerscale", *arguments]
    # Far above what a busy machine needs: only a verb that waits for ever reaches it.
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("check", "pipe"), 2),
        (("check", "config.yaml"), 2),
        (("check", "config.yaml", "--config", "datasets.body.rev.material=/dev/zero"), 2),
        (("impact", "pipe", "--law", "copper_j2", "-o", "out"), 2),
        (("impact", str(ROOT / "config/decks/plate.yaml"), "--law", "pipe.yaml", "-o", "out"), 2),
        (("run-path", "pipe", "-o", "out.csv"), 3),
        (("train", "--dataset", "pipe.nc", "--surrogate", "linear", "-o", "out"), 3),
        (("train", "--dataset", "zero.nc", "--surrogate", "linear", "-o", "out"), 3),
        (("import", "pipe.nc", "-o", "out.nc", "--strain-kind", "stretch", "--stress-unit", "Pa"), 3),
        (("import", "pipe.npz", "-o", "out.nc", "--strain-kind", "stretch", "--stress-unit", "Pa"), 3),
        (("import", "pipe.csv", "-o", "out.nc", "--strain-kind", "stretch", "--stress-unit", "Pa"), 3),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) else "",
)
def test_no_verb_waits_for_a_pipe_that_it_is_given(tmp_path, arguments, code):
    for name in ("pipe", "pipe.yaml", "pipe.nc", "pipe.npz", "pipe.csv"):
        os.mkfifo(tmp_path / name)
    (tmp_path / "zero.nc").symlink_to("/dev/zero")
    (tmp_path / "config.yaml").write_text(CONFIG.replace("MATERIAL", "pipe"))
    refused = hammerscale(tmp_path, *arguments)
    assert refused.returncode == code, refused.stderr
    assert "not a regular file" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_name_that_the_system_refuses_is_a_known_error(tmp_path):
    refused = hammerscale(tmp_path, "verify", "a" * 300)
    assert refused.returncode == 2
    assert "File name too long" in refused.stderr
    assert "Traceback" not in refused.stderr
