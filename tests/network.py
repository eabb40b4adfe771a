"""Whether a test that installs packages can reach them."""

import pytest

# What pip says where it reaches no index at all, rather than finds a package missing in one.
UNREACHED = ("Failed to establish a new connection", "Temporary failure in name resolution")


def skip_if_unreached(said: str) -> None:
    """Skip the test where pip, which said this, reached no packages."""
    if any(sign in said for sign in UNREACHED):
        pytest.skip("packages cannot be reached")
