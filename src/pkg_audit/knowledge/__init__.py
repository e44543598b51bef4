"""Data about the world outside the audited project, each file headed by its origin and date."""
