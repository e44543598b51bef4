"""Say how a Python repository can be shipped, what stands in the way and where, without running it."""

__version__ = "0.1.0"
