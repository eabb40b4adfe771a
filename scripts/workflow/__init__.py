"""Between config.yaml and the rules: checking, unfolding into arms, and the code's fingerprint.

Nothing here is slow to import: the Snakefile is read again by every cluster job.
"""

import os
import sys
from pathlib import Path


def use_this_python():
    """Let programs run with the Python that runs Snakemake, on a cluster node too."""
    here = str(Path(sys.executable).parent)
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    os.environ["PATH"] = os.pathsep.join([here, *(path for path in folders if path != here)])
