"""What the measuring programs of an audit write: claims.json, records.csv and charts' tables."""

import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from program import write_json

import numpy as np
import pandas as pd

from truthserum.audit.document import RULE, Result, document
from truthserum.audit.products import digest_of
from truthserum.audit.report.formats import inert
from truthserum.audit.result import Input, Records
from truthserum.storage.frames import write_text
from truthserum.storage.manifests import sha256_of, signing
from workflow.fingerprint import code_of


def input_of(source: Path, rows: int) -> Input:
    """What the user gave, which holds so many records."""
    return Input(str(source), digest_of(source), rows)


def write(result: Result, settings: Mapping[str, Any], folder: Path) -> None:
    """All files of an audit but for the verdict, each whole or not at all."""
    for table, frame in result.measured.tables.items():
        with signing(folder / f"{table}.csv") as part:
            write_text(part, inert(frame))
    records = folder / "records.csv"
    named = result.measured.tables["records"]["named"]
    # Which a program has from the workflow, and not where it is run by hand.
    code = settings.get("code") or code_of(Path(sys.argv[0]).stem, settings)
    provenance = {
        "seed": result.about.declared["seed"],
        "settings": settings["audit"],
        "code": {**settings.get("fingerprints", {}), "audit": code},
        "trained_by": result.trained_by,
        **({"libraries": dict(result.libraries)} if result.libraries else {}),
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "pandas": pd.__version__,
        },
        "machine": platform.machine(),
    }
    told = Records(records.name, sha256_of(records), len(named), int(named.sum()), RULE)
    write_json(folder / "claims.json", asdict(document(result, told, provenance)))
