"""`# noqa` as flake8 understands it: by flake8's own code, which is imported only where the word occurs."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from flake8.processor import FileProcessor


class Noqa:
    """The `# noqa` comments of one file."""

    def __init__(self, text: str) -> None:
        self._lines: Final = _physical_lines(text) if "noqa" in text.lower() else []
        self._processor: Final = _processor(self._lines) if self._lines else None
        self._whole_file: Final = self._processor is not None and self._processor.should_ignore_file()

    def hides(self, code: str, line: int) -> bool:
        """Whether a finding of this code that starts on this line (from 1) is suppressed.

        A comment counts for all lines of the string or of the backslash continuation that it follows. Where this
        interpreter can't tokenize the file, a comment counts for its own line.
        """
        if self._processor is None:
            return False
        if self._whole_file:
            return True
        from flake8.violation import Violation

        physical_line = self._processor.noqa_line_for(line)
        if physical_line is None:
            physical_line = self._lines[line - 1] if 0 < line <= len(self._lines) else ""
        violation = Violation(code, "", line, 1, "", physical_line)
        return bool(violation.is_inline_ignored(disable_noqa=False))


def _physical_lines(text: str) -> list[str]:
    return io.StringIO(text, newline=None).readlines()


def _processor(lines: list[str]) -> FileProcessor:
    from argparse import Namespace

    from flake8.processor import FileProcessor

    # Only the first option counts for suppression, but the processor copies the others.
    options = Namespace(
        disable_noqa=False,
        hang_closing=False,
        indent_size=4,
        max_doc_length=None,
        max_line_length=79,
        verbose=0,
    )
    return FileProcessor("", options, lines)
