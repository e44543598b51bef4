"""Model scikit-build-core (observed: scikit-build-core 1.1, its documentation and settings, 2026-11)."""
