"""The environment of the user's shell, which jobs do not see and a user's own program does."""

import json
from collections.abc import Mapping

USERS = "TRUTHSERUM_USERS_SHELL"  # the variable that holds what others said before


def users_shell(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment as it was before the variables that `USERS` names were set or unset."""
    before = json.loads(environ.get(USERS, "{}"))
    kept = {name: value for name, value in environ.items() if name not in (*before, USERS)}
    return kept | {name: value for name, value in before.items() if value is not None}
