"""Fetch the pinned releases through pip's configured index, once, into pytest's cache."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RELEASES = [json.loads(line) for line in (Path(__file__).parent / "releases.jsonl").read_text("utf-8").splitlines()]

sys.path.insert(0, str(ROOT / "tools"))
import package_index  # noqa: E402


@pytest.fixture(scope="session")
def released(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the sdists by project name; skips where the index cannot be reached and nothing is cached."""
    cache = getattr(request.config, "cache", None)
    folder = Path(cache.mkdir("real-releases")) if cache is not None else tmp_path_factory.mktemp("releases")
    index = None
    found = {}
    for release in RELEASES:
        file = {"filename": release["sdist"], "hashes": {"sha256": release["sha256"]}, "url": ""}
        try:
            if not (folder / release["sdist"]).is_file():
                index = index or package_index.index_url()
                listed = package_index.files_of(release["name"], index)
                file = next(entry for entry in listed if entry["filename"] == release["sdist"])
            found[release["name"]] = package_index.download(file, folder, release["sha256"])
        except (OSError, ValueError, StopIteration) as error:
            pytest.skip(f"no network: pip's index could not be read ({type(error).__name__}: {error})")
    return found
