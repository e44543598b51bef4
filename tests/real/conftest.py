"""Fetch the pinned releases through pip's configured index, once, into pytest's cache."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

RELEASES = [json.loads(line) for line in (Path(__file__).parent / "releases.jsonl").read_text("utf-8").splitlines()]


def index_url() -> str:
    """Return the index that pip would use: its environment variable, its configuration, else its own default."""
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True, check=False
    )
    url = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    if not url:
        from pip._internal.models.index import PyPI

        url = PyPI.simple_url
    return url.rstrip("/")


def fetch(url: str, accept: str = "*/*") -> bytes:
    request = urllib.request.Request(url, headers={"Accept": accept, "User-Agent": "pkg-audit-tests"})
    with urllib.request.urlopen(request, timeout=60) as response:
        return bytes(response.read())


@pytest.fixture(scope="session")
def released(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the sdists by project name; skips where the index cannot be reached and nothing is cached."""
    cache = getattr(request.config, "cache", None)
    folder = Path(cache.mkdir("real-releases")) if cache is not None else tmp_path_factory.mktemp("releases")
    index = None
    found = {}
    for release in RELEASES:
        target = folder / release["sdist"]
        if not target.is_file() or hashlib.sha256(target.read_bytes()).hexdigest() != release["sha256"]:
            index = index or index_url()
            page = f"{index}/{release['name']}/"
            try:
                listing = json.loads(fetch(page, "application/vnd.pypi.simple.v1+json"))
                url = next(file["url"] for file in listing["files"] if file["filename"] == release["sdist"])
                data = fetch(urllib.parse.urljoin(page, url))
            except (OSError, ValueError, urllib.error.URLError) as error:
                pytest.skip(f"no network: pip's index could not be read ({type(error).__name__})")
            assert hashlib.sha256(data).hexdigest() == release["sha256"]
            partial = target.with_name(f"{target.name}.{os.getpid()}")
            partial.write_bytes(data)
            partial.replace(target)
        found[release["name"]] = target
    return found
