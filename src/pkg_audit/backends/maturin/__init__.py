"""Model maturin (observed: maturin 1.16, its documentation and sources, 2026-11)."""
