"""Say by an exit status whether an audit keeps its policy.

python scripts/gate.py audit.json [...]

0: within all limits, or there are none. 1: a limit is exceeded. 2: undecided or not measurable, and
the policy does not let that pass; or not tested. 3: the audit is void. Of several audits, the
largest of these; 4: a file is no audit with a verdict, or what was asked is nothing that this
program does.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from program import read_json

from truthserum.audit.report.verdict import exit_status
from truthserum.audit.result import read_audit
from truthserum.sentences import OptionError
from truthserum.storage.files import DataError

NO_AUDIT = 4


def judged(path: Path) -> tuple[int, str]:
    """(exit status, one line) of the verdict in an audit.json; OptionError where there is none."""
    audit = read_audit(read_json(path), str(path))
    if audit.policy is None:
        raise OptionError(f"{path}: found no policy, allowed is audit.json of a report")
    verdict = audit.policy
    line = f"{path}: {verdict.verdict}. {verdict.because}"
    status = exit_status(verdict, audit.checks)
    return status, "".join(sign if sign.isprintable() else " " for sign in line)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("audits", type=Path, nargs="+")
    try:
        options = arguments.parse_args(argv)
    except SystemExit as end:  # with 2, which is a verdict here
        return NO_AUDIT if end.code else 0
    try:
        found = [judged(path) for path in options.audits]
    except (OptionError, DataError, OSError) as error:
        print(f"gate: {error}", file=sys.stderr)
        return NO_AUDIT
    for _, line in found:
        with suppress(OSError):  # nobody listens: the status tells
            print(line, flush=True)
    return max(status for status, _ in found)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):  # whatever they can show: a crash would be a verdict
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    status = main()
    with suppress(OSError):
        sys.stdout.flush()  # of --help, which argparse prints
    os._exit(status)  # at its end Python says 120 of what could not be printed
