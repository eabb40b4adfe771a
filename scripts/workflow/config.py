"""Is the config right? If not, one sentence: the key, what was found, what is allowed."""

from difflib import get_close_matches
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator

SCHEMA = Path(__file__).resolve().parents[2] / "rules" / "config.schema.yaml"


class ConfigError(Exception):
    """The config is wrong; the message is one sentence for the user."""


def schema():
    """The JSON schema of config.yaml: each key with its meaning and its range."""
    return yaml.safe_load(SCHEMA.read_text())


def check(config):
    """Raise ConfigError for the first thing in `config` that the schema does not allow."""
    errors = Draft202012Validator(schema()).iter_errors(config)
    # The outermost error first; of several at one depth, the first in the file.
    first = min(errors, key=lambda error: len(error.absolute_path), default=None)
    if first is not None:
        raise ConfigError(_sentence(first))


def nearest(found, allowed):
    """' (did you mean 'x'?)' where an allowed name is close, else nothing."""
    close = get_close_matches(str(found), [str(name) for name in allowed], n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def choice(where, found, allowed):
    """Raise ConfigError unless `found` is one of `allowed`, naming the nearest."""
    if found not in allowed:
        listed = ", ".join(map(str, allowed))
        raise ConfigError(
            f"{where}: found {found!r}, allowed are {listed}{nearest(found, allowed)}"
        )


def _sentence(error):
    where = ".".join(str(part) for part in error.absolute_path) or "config"
    found, rule, limit = error.instance, error.validator, error.validator_value
    if rule == "additionalProperties":
        allowed = sorted(error.schema.get("properties", {}))
        unknown = next(key for key in found if key not in allowed)
        return (
            f"{where}: found the key {unknown!r}, allowed are {', '.join(allowed)}"
            f"{nearest(unknown, allowed)}"
        )
    if rule == "required":
        missing = next(key for key in limit if key not in found)
        return f"{where}: the key {missing!r} is missing, found are {', '.join(found) or 'none'}"
    if rule == "enum":
        allowed = ", ".join(map(str, limit))
        return f"{where}: found {found!r}, allowed are {allowed}{nearest(found, limit)}"
    if rule == "type":
        allowed = " or ".join([limit] if isinstance(limit, str) else limit)
        return f"{where}: found {found!r}, allowed is {allowed}"
    words = {
        "minimum": f"{limit} or more",
        "exclusiveMinimum": f"more than {limit}",
        "maximum": f"{limit} or less",
        "exclusiveMaximum": f"less than {limit}",
        "multipleOf": f"a multiple of {limit}",
        "minItems": f"a list of {limit} or more",
        "uniqueItems": "a list without repetitions",
        "minProperties": f"{limit} or more keys",
        "maxProperties": f"{limit} key or fewer",
        "pattern": f"what matches {limit}",
    }
    allowed = words.get(rule, error.message)
    return f"{where}: found {found!r}, allowed is {allowed}"
