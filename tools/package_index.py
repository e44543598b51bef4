"""Ask the package index that pip is configured for, without building anything; used by the tools and the tests.

The index's address is never spelled here: it comes from pip's environment variable, its configuration, or its default.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

TIMEOUT = 60
JSON = "application/vnd.pypi.simple.v1+json"


def index_url() -> str:
    """Return the address of pip's index, without a slash at the end."""
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True, check=False
    )
    url = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    if not url:
        from pip._internal.models.index import PyPI

        url = PyPI.simple_url
    return url.rstrip("/")


def fetch(url: str, accept: str = "*/*") -> bytes:
    """Return the bytes at an http(s) address. Raises OSError."""
    if not url.startswith(("https://", "http://", "file://")):
        raise OSError(f"not an address of an index: {url}")
    request = urllib.request.Request(url, headers={"Accept": accept, "User-Agent": "pkg-audit-tools"})
    with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
        return bytes(response.read())


def files_of(project: str, index: str | None = None) -> list[dict[str, Any]]:
    """Return the files of a project as the index lists them, each with its absolute `url`. Raises OSError."""
    page = f"{index or index_url()}/{project}/"
    listed = json.loads(fetch(page, JSON))
    return [{**file, "url": urllib.parse.urljoin(page, file["url"])} for file in listed["files"]]


def download(file: dict[str, Any], folder: Path, sha256: str | None = None) -> Path:
    """Fetch one file into a folder unless it is there already, and check its hash. Raises OSError."""
    expected = sha256 or file["hashes"]["sha256"]
    target: Path = folder / str(file["filename"])
    if target.is_file() and hashlib.sha256(target.read_bytes()).hexdigest() == expected:
        return target
    data = fetch(file["url"])
    if hashlib.sha256(data).hexdigest() != expected:
        raise OSError(f"{file['filename']}: the hash is not the expected one")
    partial = target.with_name(f"{target.name}.{os.getpid()}")
    partial.write_bytes(data)
    partial.replace(target)
    return target
