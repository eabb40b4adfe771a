"""Copies of the repository, and the real Snakemake to run in them."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml

from workflow.catalogue import complete

# Rules that only collect, and the last line of a dry run.
COLLECTING = {
    "all",
    "audit",
    "audit_coins",
    "audit_plan",
    "figures",
    "statements",
    "ledger",
    "total",
}
ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
# Who may read all, as this Python may lie in somebody's home, and write to nothing of others.
READS = [f"--{kind}-caps=+dac_read_search" for kind in ("inh", "ambient")]
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *READS]
as_root = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("setpriv"), reason="root alone may run it as another"
)


def repository_files():
    """Every file of the repository that git tracks or would track, relative to its root."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-coz", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return [Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()]


@dataclass(frozen=True)
class Checkout:
    """A copy of the repository in which a test may do what it likes."""

    folder: Path

    def command(self, *arguments, scale="smoke", **config):
        """The command line that runs one experiment on the CPU, or what `config` says.

        No audit beside it, unless a file of the command line asks for one; nothing is rehearsed.
        """
        settings = {"scale": scale, "device": "cpu", "experiments": "targeted", "rehearse": False}
        settings |= config
        if "--configfile" not in arguments:
            settings = {"audits": "[]", **settings}
        pairs = [f"{key}={value}" for key, value in settings.items()]
        return [sys.executable, "-m", "snakemake", *arguments, "--config", *pairs]

    def snakemake(self, *arguments, timeout=300, **config):
        """Run Snakemake to its end; its output and errors are in `stdout`."""
        return subprocess.run(
            self.command(*arguments, **config),
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
        )

    def make(self, *arguments, **config):
        """Run Snakemake, which must succeed; returns what it printed."""
        run = self.snakemake(*arguments, **config)
        assert run.returncode == 0, run.stdout
        return run.stdout

    def jobs(self, *arguments, **config):
        """{rule: number of jobs} of a dry run, without the target rules that only collect."""
        return self.done("-n", *arguments, **config)

    def done(self, *arguments, **config):
        """The same of a run, which must succeed."""
        _, _, told = self.make(*arguments, **config).partition("Job stats:\n")
        counts = re.findall(r"^(\w+) +(\d+)$", told.partition("\n\n")[0], re.MULTILINE)
        return {rule: int(count) for rule, count in counts if rule not in COLLECTING}

    def start(self, *arguments, **config):
        """Start Snakemake as the leader of a session of its own; it speaks to `snakemake.log`."""
        with (self.folder / "snakemake.log").open("w") as log:
            return subprocess.Popen(
                self.command(*arguments, **config),
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def edit(self, name, old, new):
        """Replace the first `old`, which must be there, in a file."""
        path = self.folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    def configure(self, change):
        """Let `change` alter the complete config in place, which config.yaml then says."""
        path = self.folder / "config.yaml"
        config = complete(yaml.safe_load(path.read_text()))
        change(config)
        path.write_text(yaml.safe_dump(config, sort_keys=False))

    def copy(self, folder):
        """The same, results and Snakemake's memory included, elsewhere."""
        # Snakemake knows its files by relative paths and modification times; both are kept.
        shutil.copytree(self.folder, folder)
        return Checkout(folder)


def clone(folder):
    """A Checkout of the repository as it is now, without its tests."""
    for name in repository_files():
        if name.parts[0] != "tests":
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return Checkout(folder)


@pytest.fixture(scope="session")
def root():
    """The repository itself: to read."""
    return ROOT


@pytest.fixture(scope="session")
def written(root):
    """What config.yaml and the catalogue say: not to be changed."""
    return complete(yaml.safe_load((root / "config.yaml").read_text()))


@pytest.fixture(scope="session")
def files():
    """Every file of the repository that git tracks or would track, relative to its root."""
    return repository_files()


@pytest.fixture(scope="session")
def pristine(tmp_path_factory):
    """A copy of the repository in which nothing has been made: for dry runs, not to be changed."""
    return clone(tmp_path_factory.mktemp("pristine"))


@pytest.fixture(scope="session")
def finished(once):
    """A copy in which the first experiment has been run to its end: to read, for all processes."""
    return Checkout(once("finished", run_first))


def run_first(folder):
    """Run the first experiment to its end, in a copy of the repository."""
    clone(folder).make("--cores", "2", timeout=600)


@pytest.fixture
def checkout(pristine, tmp_path):
    """A copy of the repository to change."""
    return pristine.copy(tmp_path / "checkout")


@pytest.fixture
def rerun(finished, tmp_path):
    """A copy of the finished run to change."""
    return finished.copy(tmp_path / "rerun")


@pytest.fixture
def place():
    """A folder that everybody can read, which those of pytest are not."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
