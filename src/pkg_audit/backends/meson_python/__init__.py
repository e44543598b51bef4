"""Model meson-python (observed: meson-python 0.22 with meson 1.12, their documentation and sources, 2026-11)."""
