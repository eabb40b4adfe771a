"""Run a command in a Slurm of its own: this machine as the only node, with two pretend GPUs.

python tests/workflow/slurm/one_node.py FOLDER COMMAND...

Configuration, key, state and logs lie in FOLDER, with a line for each finished job in `jobs.txt`;
the ports are free ones. A Slurm that this machine has already is not touched, root is not needed,
and the daemons end with this program, however that ends.
"""

import argparse
import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from string import Template

HERE = Path(__file__).parent
READY_SECONDS = 30


def free_ports(count):
    """Ports that nobody listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(closing(socket.socket())) for _ in range(count)]
        for each in sockets:
            each.bind(("localhost", 0))
        return [each.getsockname()[1] for each in sockets]


def configure(folder):
    """Write all that the daemons read; returns the environment in which commands find them."""
    for name in ("control", "node", "bin"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    control_port, node_port = free_ports(2)
    template = Template((HERE / "slurm.conf").read_text())
    values = {"user": getpass.getuser(), "folder": folder}
    text = template.substitute(values, control_port=control_port, node_port=node_port)
    configuration = folder / "slurm.conf"
    configuration.write_text(text)
    shutil.copy(HERE / "gres.conf", folder)
    key = folder / "munge.key"
    key.touch(mode=0o600)
    key.write_bytes(os.urandom(128))
    # Snakemake's job step starts `srun` without any SLURM_ variable, and so without SLURM_CONF.
    srun = folder / "bin" / "srun"
    srun.write_text(f'#!/bin/sh\nSLURM_CONF={configuration} exec {shutil.which("srun")} "$@"\n')
    srun.chmod(0o755)
    path = os.pathsep.join([str(srun.parent), os.environ["PATH"]])
    return {**os.environ, "SLURM_CONF": str(configuration), "PATH": path}


@contextmanager
def daemon(folder, name, *arguments, environment):
    """A daemon in a session of its own; the kernel ends it if this program is killed."""
    with (folder / f"{name}.log").open("w") as log:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", name, *arguments],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def says(command, answer, environment):
    """Whether a command prints `answer` and nothing else."""
    try:
        found = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=5
        )
    except subprocess.TimeoutExpired:
        return False
    return found.returncode == 0 and found.stdout.decode().strip() == answer


def wait_for(condition, seconds):
    """Whether a condition comes true in time."""
    end = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < end:
        time.sleep(0.2)
    return met


@contextmanager
def cluster(folder):
    """Slurm, up and idle; yields the environment in which commands find it."""
    environment = configure(folder)
    munge = [f"--{kind}-file={folder}/munge.{kind}" for kind in ("key", "pid", "seed")]
    # By force: the folder need not be open to other users.
    munge += ["--foreground", "--force", f"--socket={folder}/munge.socket"]
    with ExitStack() as stack:
        for name, arguments in (
            ("munged", munge),
            ("slurmctld", ["-D", "-i"]),
            ("slurmd", ["-D", "-N", "localhost"]),
        ):
            stack.enter_context(daemon(folder, name, *arguments, environment=environment))
        if not wait_for(lambda: says(["sinfo", "-ho%t"], "idle", environment), READY_SECONDS):
            logs = "\n".join(log.read_text()[-2000:] for log in folder.glob("*.log"))
            sys.exit(f"Slurm was not up after {READY_SECONDS} s; see {folder}\n{logs}")
        try:
            yield environment
        finally:
            subprocess.run(["scancel", "--partition=ci"], env=environment, timeout=10)
            wait_for(lambda: says(["squeue", "-h"], "", environment), 10)


def main():
    """Exits with the command's exit code."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("command", nargs=argparse.REMAINDER)
    said = arguments.parse_args()
    if not said.command:
        arguments.error("found no command, allowed is one")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with cluster(said.folder.resolve()) as environment:
        # Ctrl-C is the command's business: it ends, then Slurm does.
        signal.signal(signal.SIGINT, lambda *_: None)
        command = ["setpriv", "--pdeathsig", "INT", *said.command]
        sys.exit(subprocess.run(command, env=environment).returncode)


if __name__ == "__main__":
    main()
