"""Files of settings, which every start of Snakemake reads."""

from pathlib import Path
from typing import Any

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # not every machine has LibYAML


def read_yaml(path: Path) -> Any:
    """What a YAML file says; raises yaml.YAMLError.

    LibYAML parses where there is one: the parser in Python takes eight times as long.
    """
    return yaml.load(path.read_text("utf-8"), Loader=LOADER)
