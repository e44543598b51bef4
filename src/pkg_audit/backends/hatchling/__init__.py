"""Model hatchling (read: hatchling 1.33 with hatch-vcs 0.5, 2026-11, and its documentation)."""
