"""A headless Chromium that is told what to do through its pipe, so that no driver has to be installed."""

import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium")
# A container has no sandbox of Chromium's own; a frame of a file may be looked into.
OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--remote-debugging-pipe")
TIMEOUT_S = 60.0
# The file descriptors that Chromium reads commands from and writes answers to.
COMMANDS, ANSWERS = 3, 4


class Page:
    """One page of the browser; everything that its console complained about is in `complaints`."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands, self._answers = commands, answers
        self._received, self._sent, self._session = b"", 0, ""
        self.complaints: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def open(self, file: Path) -> None:
        """Load a file and wait for its load event."""
        self.call("Page.navigate", url=file.resolve().as_uri())
        while self._message().get("method") != "Page.loadEventFired":
            pass

    def evaluate(self, script: str) -> Any:
        """Return what a script evaluates to, after its promise is kept."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Return what the browser answers to a command of the DevTools protocol."""
        self._sent += 1
        session = {"sessionId": self._session} if self._session else {}
        command = {"id": self._sent, "method": method, "params": parameters, **session}
        os.write(self._commands, json.dumps(command).encode() + b"\0")
        while (message := self._message()).get("id") != self._sent:
            pass
        assert "error" not in message, message
        return message["result"]

    def _message(self) -> dict[str, Any]:
        """Return the next message and note it if it is a complaint."""
        end = time.monotonic() + TIMEOUT_S
        while b"\0" not in self._received:
            ready, _, _ = select.select([self._answers], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"the browser has said nothing for {TIMEOUT_S:g} s"
            self._received += os.read(self._answers, 1 << 20)
        text, _, self._received = self._received.partition(b"\0")
        message = json.loads(text)
        details = message.get("params", {})
        failed = message.get("method") == "Runtime.exceptionThrown"
        logged = details.get("type") == "error" or details.get("entry", {}).get("level") == "error"
        if failed or logged:
            self.complaints.append(json.dumps(details))
        return message


@contextmanager
def open_browser(profile: Path) -> Iterator[Page]:
    """Start a browser whose settings lie in the folder `profile`; it ends with the block."""
    (answers, answers_in), (commands_out, commands) = os.pipe(), os.pipe()
    # The shell gives the pipes the numbers that Chromium expects.
    script = f'exec {COMMANDS}<&{commands_out} {ANSWERS}>&{answers_in}; exec "$@"'
    command = ["bash", "-c", script, "bash", str(CHROMIUM), *OPTIONS, f"--user-data-dir={profile}"]
    with subprocess.Popen(command, pass_fds=(commands_out, answers_in), stderr=subprocess.DEVNULL) as process:
        os.close(commands_out)
        os.close(answers_in)
        try:
            yield Page(commands, answers)
        finally:
            # Its end of the pipe closed, the browser ends and tidies up; killed, it would leave a folder in /tmp.
            os.close(commands)
            with suppress(subprocess.TimeoutExpired):
                process.wait(TIMEOUT_S)
            process.kill()
            os.close(answers)
