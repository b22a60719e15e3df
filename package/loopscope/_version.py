"""The version, in a room of its own: it is needed before the package is complete."""

__version__ = "0.1.0"
