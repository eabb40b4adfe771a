"""The arms of an experiment: its settings with one option swept, or in named variants."""

from copy import deepcopy

from workflow.config import choice


def option_of(entry):
    """The name of what is swept, as arms and figures call it."""
    (factor,) = entry["sweep"]
    return factor.split(".")[-1]


def arms_of(entry, settings, sections, where):
    """(value, a copy of the settings with the swept options set, what it is called in errors) each.

    What is swept is an option with a list of values, or a name with named sets of several options.
    settings: of one scale, which may have a `sweep` of its own: other values, or some of the names.
    sections: those with options that may be swept. Raises ConfigError for any other.
    """
    ((factor, values),) = entry["sweep"].items()
    chosen = settings.get("sweep", list(values))
    plain = {key: value for key, value in settings.items() if key != "sweep"}
    for value in chosen:
        if isinstance(values, dict):
            choice(f"{where}.{factor}", value, list(values))
            changes = values[value]
        else:
            changes = {factor: value}
        arm = deepcopy(plain)
        for path, wanted in changes.items():
            _set(arm, path, wanted, sections, where)
        yield value, arm, f"{where}: {factor} = {value}"


def _set(settings, path, value, sections, where):
    section, _, option = path.partition(".")
    choice(where, section, sections)
    if not option:
        settings[section] = value
        return
    holder = settings.setdefault(section, {})
    if section in ("game", "model"):
        (holder,) = holder.values()
    holder[option] = value
