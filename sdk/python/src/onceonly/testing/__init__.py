"""An OnceOnly in memory, for tests of code that uses the client: `FakeOnceOnly`, and the pytest fixture ``fake_onceonly``."""

from ._asked import Asked
from ._fake import FakeOnceOnly

__all__ = ["Asked", "FakeOnceOnly"]
