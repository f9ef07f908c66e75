"""Progress goes to standard error: a bar on a terminal, lines otherwise."""

import logging
import os
import pty
import subprocess
import sys

from hammerscale.production import progress
from hammerscale.production.progress import reporting

ON_A_TERMINAL = """
import logging, sys
from hammerscale.production.progress import reporting
logging.basicConfig(format="%(message)s", level=logging.INFO)
with reporting("shard 0007", 40, 10) as report:
    report(20, 1)
    logging.getLogger().warning("simulation 12 failed")
    report(40, 3)
logging.getLogger().warning("afterwards")
"""


def test_a_log_gets_a_line_now_and_then_and_one_at_the_end(caplog, monkeypatch):
    caplog.set_level(logging.INFO)
    now = [1000.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    with reporting("shard 0007", 1000, 200) as report:
        for done in range(201, 1001):
            now[0] += 0.125
            report(done, 3)
        report(1000, 3)
    assert [record.getMessage() for record in caplog.records] == [
        "shard 0007: 440 of 1000 simulations done, 3 failed, 8 per second, 70 s to go",
        "shard 0007: 680 of 1000 simulations done, 3 failed, 8 per second, 40 s to go",
        "shard 0007: 920 of 1000 simulations done, 3 failed, 8 per second, 10 s to go",
        "shard 0007: 1000 of 1000 simulations done, 3 failed, 8 per second, 0 s to go",
    ]


def test_a_terminal_gets_a_bar_with_log_lines_above_it_and_standard_output_nothing():
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    done = subprocess.run(
        [sys.executable, "-c", ON_A_TERMINAL],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=slave,
        timeout=60,
        check=True,
    )
    os.close(slave)
    shown = os.read(master, 1 << 16).decode()
    os.close(master)
    assert done.stdout == b""
    assert "40/40" in shown
    assert "3 failed" in shown
    lines = [line.strip() for line in shown.replace("\r", "\n").split("\n")]
    assert any(line.endswith("simulation 12 failed") and "40" not in line for line in lines), lines
    assert "afterwards" in [line for line in lines if line][-1]
