"""The verbs of the command line: each reads files, calls one function of the library and writes files.

Libraries are imported inside the verbs, so that a wrong config is refused before anything heavy is loaded.
"""

from hammerscale.cli.arguments import THREADS
from hammerscale.cli.program import app, main

__all__ = ["THREADS", "app", "main"]
