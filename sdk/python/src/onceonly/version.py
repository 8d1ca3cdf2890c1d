"""The version, under the module's name of the published client."""

from ._version import __version__

__all__ = [
    "__version__",
]
