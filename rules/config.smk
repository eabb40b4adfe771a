# Before a config is read: is it one? Snakemake takes the last of two equal keys. No rules here.
import sys
from pathlib import Path

sys.path.insert(0, f"{workflow.basedir}/scripts")
from snakemake.exceptions import WorkflowError
from truthserum.data import written
from truthserum.sentences import OptionError

try:
    for path in map(Path, ["config.yaml", *workflow.overwrite_configfiles]):
        if path.is_file():
            written.read(path)
except OptionError as error:
    raise WorkflowError(str(error)) from None
