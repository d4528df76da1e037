"""From the text of one file to a small typed record of what it says."""

from __future__ import annotations

from pymongo_async_lint.capture.frontend import capture
from pymongo_async_lint.capture.source import SourceError

__all__ = ["SourceError", "capture"]
