"""Model flit_core (read: flit_core 3.12 and 4.2, flit_scm 1.7, 2026-11)."""
