"""A page in Chromium, with no network: what it shows, asks for and says on its console."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
from dataclasses import dataclass

import pytest

ALLOWED = "script-src &#39;"
# What the browser itself asks its makers, page or no page.
MAKERS = re.compile(r"https?://([a-z0-9.-]+\.)?(google\.com|googleapis\.com|gvt1\.com)/")


@dataclass(frozen=True)
class Seen:
    """The document as the browser made it, lines of its console, addresses that it asked for."""

    document: str
    console: list[str]
    asked: list[str]
    answer: object


def chromium():
    """The browser's program; skips the test where none is installed."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no Chromium is installed (on Debian: apt install chromium)")
    return found


def scripted(page, script):
    """The page with one more script, which its policy allows; it writes `answer(value)`."""
    text = (
        "const answer = (value) => document.documentElement.setAttribute("
        f"'data-answer', JSON.stringify(value));\n{script}"
    )
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    allowed = page.replace(ALLOWED, f"script-src &#39;sha256-{digest}&#39; &#39;", 1)
    head, end, tail = allowed.rpartition("</body>")
    return f"{head}<script>{text}</script>{end}{tail}"


def see(page, folder, script=None, width=1280):
    """Open the text of a page; script: runs after the page's own, calls `answer` with a value."""
    path, log = folder / "seen.html", folder / "net.json"
    path.write_text(page if script is None else scripted(page, script), "utf-8")
    command = [chromium(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    command += ["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder / 'profile'}"]
    command += ["--disable-background-networking", "--disable-component-update", "--no-first-run"]
    command += ["--enable-logging=stderr", f"--log-net-log={log}", f"--window-size={width},900"]
    command += ["--virtual-time-budget=4000", "--dump-dom", path.as_uri()]
    run = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True)
    console = [line for line in run.stderr.splitlines() if "CONSOLE" in line]
    urls = set(re.findall(r'"url":"([^"]+)"', log.read_text("utf-8", "replace")))
    asked = sorted(url for url in urls - {path.as_uri()} if not MAKERS.match(url))
    found = re.search(r'data-answer="([^"]*)"', run.stdout)
    value = json.loads(found[1].replace("&quot;", '"').replace("&amp;", "&")) if found else None
    return Seen(run.stdout, console, asked, value)
