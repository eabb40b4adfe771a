"""The catalogue: what experiments share, a file for each experiment, and what a config adds.

An experiment's settings at a scale are laid over one another: the defaults of its leak at every
scale, those at this scale, the experiment's own `settings`, and those of its own scale.
"""

from copy import deepcopy
from pathlib import Path
from typing import Any

from truthserum.sentences import OptionError, shown
from truthserum.storage import written

FOLDER = Path(__file__).resolve().parents[2] / "experiments"
SHARED = "_shared"


def complete(config: dict[str, Any]) -> dict[str, Any]:
    """The config with everything that stands in the folder of experiments, each at full length.

    What the config itself says comes last, name by name; of the defaults, setting by setting. What
    is no section of keys stays as it is, for the check to refuse.
    """
    files = {path.stem: written.read(path) for path in _files()}
    shared = files.pop(SHARED, None)
    if not isinstance(shared, dict):
        raise OptionError(f"{FOLDER / SHARED}.yaml: found {shown(shared)}, allowed are sections")
    known = {**shared, "catalogue": dict(sorted(files.items()))}
    deep = {"defaults": 3}  # leak, scale and setting; of what else there is, by name
    added = {part: _over(known[part], config.get(part, {}), deep.get(part, 1)) for part in known}
    whole = {**config, **added}
    if isinstance(whole["catalogue"], dict) and isinstance(whole.get("defaults"), dict):
        whole["catalogue"] = {
            name: _laid(whole["defaults"], entry) for name, entry in whole["catalogue"].items()
        }
    return whole


def _files() -> list[Path]:
    """The files of the folder; OptionError where it may not be read, and for an odd ending."""
    try:
        paths = list(FOLDER.iterdir())
    except OSError as error:
        raise OptionError(
            f"{FOLDER}: found that it cannot be read ({error.strerror}), allowed is a folder that "
            "can"
        ) from error
    # Editors keep hidden files of their own beside those that are being edited.
    visible = [path for path in paths if not path.name.startswith(".")]
    for path in visible:
        if path.suffix != ".yaml" and path.suffix.strip().lower() in (".yaml", ".yml"):
            raise OptionError(f"{path}: found the ending {shown(path.suffix)}, allowed is .yaml")
    return [path for path in visible if path.suffix == ".yaml"]


def _over(below: Any, above: Any, levels: int = 1) -> Any:
    """What two sections say, the second one where both do; what is no section, as it is.

    levels: of sections within sections, so many deep.
    """
    if not (levels and isinstance(below, dict) and isinstance(above, dict)):
        return above
    return below | {
        key: _over(below[key], said, levels - 1) if key in below else said
        for key, said in above.items()
    }


def _laid(defaults: dict[Any, Any], entry: Any) -> Any:
    """An entry with all settings of each of its scales."""
    if not (isinstance(entry, dict) and isinstance(entry.get("scales"), dict)):
        return entry
    leak, own = entry.get("leak"), entry.get("settings", {})
    by_scale = defaults.get(leak) if isinstance(leak, str) else None
    if not isinstance(by_scale, dict):
        by_scale = {}  # what is wrong with it, the check says
    scales = {}
    for scale, settings in entry["scales"].items():
        for below in (own, by_scale.get(scale, {}), by_scale.get("every", {})):
            machine = _over(_machine(below), _machine(settings))
            settings = _over(below, settings)
            if isinstance(settings, dict) and machine:
                settings = settings | {"machine": machine}
        scales[scale] = deepcopy(settings)  # no two share what one may change
    return {key: value for key, value in entry.items() if key != "settings"} | {"scales": scales}


def _machine(settings: Any) -> Any:
    return settings.get("machine", {}) if isinstance(settings, dict) else {}
