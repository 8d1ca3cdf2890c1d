"""The version of this distribution, in one place: the build reads it from here."""

__version__ = "4.0.0"
