"""Model setuptools: which packages it finds, which files it ships, what it writes as metadata.

Source: setuptools 84.2.1 (2026-10-20): its user guide and its modules `discovery`, `command.build_py`,
`command.egg_info`, `command.sdist`, `config.*`, read as documentation.
"""
