"""Model poetry-core (read: poetry-core 2.5 and the differences of 1.9, 2026-11)."""
