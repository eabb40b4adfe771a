"""A set of five images of 2 x 2 pixels that is published, packed and altered like a real one."""

import gzip
import hashlib
import json
import subprocess
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from torchvision import datasets

from truthserum.data import idx
from truthserum.data.image_sets import ImageSet, image_set
from truthserum.data.images import Images
from truthserum.data.sources import Sources

ROOT = Path(__file__).parents[2]


@pytest.fixture
def tiny_images():
    pixels = np.arange(20, dtype=np.uint8).reshape(5, 1, 2, 2)
    labels = np.array([3, 1, 4, 1, 5])
    return Images(pixels[:3], labels[:3], pixels[3:], labels[3:], classes=10)


@pytest.fixture
def tiny_content(tiny_images):
    return idx.content(tiny_images)


def digest(data):
    return hashlib.md5(data).hexdigest()


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    """The publishers' addresses are where nobody listens."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9/")


@pytest.fixture
def tiny(tiny_content) -> ImageSet:
    """Known by the MD5s of its files."""
    digests = {name: digest(data) for name, data in tiny_content.items()}
    described = {"class": "MNIST", "shape": [1, 2, 2], "classes": 10, "folder": "MNIST/raw"}
    known = image_set("tiny", described | {"train": 3, "test": 2, "files": digests})
    return replace(known, package=None)


@pytest.fixture
def nowhere(tmp_path):
    return Sources(tmp_path / "no-resources", download=False)


@pytest.fixture
def prepare(tmp_path):
    """prepare(set, train, test): what the program writes of what ships, and its manifest."""

    def run(name, train, test):
        settings = {"set": name, "train": train, "test": test}
        sources = {"folder": None, "package_clients": False, "download": False}
        made = tmp_path / f"{name}.npz", tmp_path / f"{name}.json"
        command = [
            *(sys.executable, ROOT / "scripts" / "prepare_data.py"),
            *("--settings", json.dumps(settings), "--sources", json.dumps(sources)),
            *("--output", made[0], "--manifest", made[1]),
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        return made[0], json.loads(made[1].read_text())

    return run


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """The folder in which temporary folders are made during the test."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture
def serve(monkeypatch):
    """serve({path: (body, stated length)}) -> address; other paths are 404."""
    monkeypatch.setenv("no_proxy", "*")
    servers = []

    def start(bodies):
        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self):
                self.body, length = bodies.get(self.path[1:], (b"", None))
                self.send_response(404 if length is None else 200)
                self.send_header("Content-Length", str(length or 0))
                self.end_headers()

            def do_GET(self):
                self.do_HEAD()
                self.wfile.write(self.body)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def published(tiny, tiny_content, serve, monkeypatch):
    """published(harm) -> the tiny set at an address that serves harm(file) for the last file."""

    def publish(harm):
        packed = {f"{name}.gz": gzip.compress(data) for name, data in tiny_content.items()}
        last = list(packed)[-1]
        bodies = {name: (data, len(data)) for name, data in packed.items()}
        bodies[last] = harm(packed[last])
        known = [(name, digest(data)) for name, data in packed.items()]
        monkeypatch.setattr(datasets.MNIST, "resources", known)
        monkeypatch.setattr(datasets.MNIST, "mirrors", [serve(bodies)])
        return tiny

    return publish


@pytest.fixture
def client(tmp_path, monkeypatch):
    """client(name, script) puts a stand-in for a package client first on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder), prepend=":")

    def install(name, script):
        program = Path(folder, name)
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)

    return install
