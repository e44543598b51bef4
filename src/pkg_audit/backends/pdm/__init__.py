"""Model pdm-backend (read: pdm-backend 2.5) and its predecessor pdm-pep517 1.1 (2026-11)."""
