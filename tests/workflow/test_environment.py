"""What programs find in their environment."""

import os
import sys
from pathlib import Path

from workflow import KEPT_MEMORY, keep_freed_memory, use_this_python


def test_freed_memory_is_kept_unless_the_user_says_otherwise(monkeypatch):
    first, *others = KEPT_MEMORY
    for name in others:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(first, "7")
    keep_freed_memory()
    assert os.environ[first] == "7"
    assert all(os.environ[name] == KEPT_MEMORY[name] for name in others)


def test_programs_run_with_this_python(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    use_this_python()
    assert os.environ["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)
