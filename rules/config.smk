# Where the project lies, and before a config is read: is it one? Snakemake takes the last of two
# equal keys. No rules here.
import os
import sys
from pathlib import Path

# Not workflow.basedir, which is that of another workflow where this one is its module. Where the
# files are, not by which link one came there.
HERE = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).parent.resolve()
sys.path.insert(0, str(HERE / "scripts"))
from snakemake.exceptions import WorkflowError
from snakemake.utils import update_config
from truthserum.storage import written
from truthserum.sentences import OptionError
from workflow.folders import check_names

PLACES = workflow.modifier.path_modifier


def own(path):
    """A file of the project, as jobs name it: they may run in another folder, or in a prefix."""
    return local(path if HERE == Path.cwd() else str(HERE / path))


def placed(path):
    """A file or folder of results, as jobs name it: a module may have a prefix."""
    return PLACES.replace_prefix(path)


def programs(wildcards, output):
    """The folder of our programs, which decides nothing.

    Depending on outputs, so that Snakemake does not remember it: a project may move.
    """
    return own("scripts")


def command(said, settings="--settings {params.settings:q} "):
    """The command of a job, whose log is kept: a program of scripts/ by its name, and arguments."""
    name, _, arguments = said.partition(" ")
    return f"python {{params.programs:q}}/{name}.py {settings}{arguments} 2>&1 | tee {{log:q}}"


CONFIG = "config.yaml" if os.path.lexists("config.yaml") else own("config.yaml")
try:
    from truthserum.data.catalogue import SETS  # as resources/image_sets.yaml says

    check_names(HERE, Path.cwd(), Path(sys.executable).parent)
    for path in map(Path, [CONFIG, *workflow.overwrite_configfiles]):
        written.section(path)
    asked = workflow.config_settings
    for section in written.given(asked.config_args or [], asked.config):
        update_config(asked.overwrite_config, section)
except OptionError as error:
    raise WorkflowError(str(error)) from None
