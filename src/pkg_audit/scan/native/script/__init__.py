"""Evaluate build scripts (setup.py, build.py, hatch_build.py) without running them."""
