"""Changes of files: the edits that a fix takes, which of them go together, and how they get to disk.

An edit is a span of the decoded text and what to write in place of it, so that all the rest of a file stays as it is,
byte by byte. Edits are made from facts and text alone; nothing is parsed for them.
"""

from __future__ import annotations

from pymongo_async_lint.edit.edits import apply, compatible
from pymongo_async_lint.edit.realise import realise
from pymongo_async_lint.edit.write import WriteError, compiles, replace, with_text

__all__ = ["WriteError", "apply", "compatible", "compiles", "realise", "replace", "with_text"]
