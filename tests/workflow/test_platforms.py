"""The pinned packages on machines that are not here: a Mac, and Linux on ARM."""

import subprocess
import sys

import pytest
from network import skip_if_unreached
from packaging.requirements import Requirement

# Pure Python without a wheel: pip makes one, which takes no compiler.
FROM_SOURCE = {"connection_pool"}
# Said elsewhere to be there for both; a mirror may have those of its own machines alone.
TORCH = {"torch", "torchvision"}
MAC = [f"macosx_{version}" for version in ("14_0", "12_0", "11_0", "10_13", "10_9")]
LINUX = [f"manylinux_2_{minor}_aarch64" for minor in (28, 27, 26, 24, 17)]
PLATFORMS = {
    "mac": (
        {"platform_system": "Darwin", "platform_machine": "arm64", "sys_platform": "darwin"},
        [f"{system}_{machine}" for system in MAC for machine in ("arm64", "universal2")],
    ),
    "arm": (
        {"platform_system": "Linux", "platform_machine": "aarch64", "sys_platform": "linux"},
        [*LINUX, "manylinux2014_aarch64"],
    ),
}


@pytest.mark.parametrize(("machine", "platforms"), PLATFORMS.values(), ids=PLATFORMS)
def test_every_pinned_package_has_a_wheel(root, tmp_path, machine, platforms):
    lines = (root / "envs" / "requirements.txt").read_text("utf-8").splitlines()
    pinned = [Requirement(line.partition(" #")[0]) for line in lines if line[:1] not in ("", "#")]
    asked = [
        f"{one.name}{one.specifier}"
        for one in pinned
        if one.name not in FROM_SOURCE | TORCH
        and (one.marker is None or one.marker.evaluate(machine))
    ]
    assert 50 < len(asked) < len(pinned) - len(FROM_SOURCE | TORCH)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--no-deps"]
    there = ["--only-binary=:all:", "--python-version=3.12", "--implementation=cp"]
    there += [f"--abi={abi}" for abi in ("cp312", "abi3", "none")]
    there += [f"--platform={platform}" for platform in platforms]
    found = subprocess.run(
        [*pip, *there, f"--target={tmp_path}", *asked], capture_output=True, text=True
    )
    skip_if_unreached(found.stderr)
    assert found.returncode == 0, found.stderr
