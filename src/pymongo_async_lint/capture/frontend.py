"""Text to facts: one parse, one walk.

What that takes, LibCST above all, is imported when the first file is captured, not before: most runs capture none.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from pymongo_async_lint.capture.source import LineTable, SourceError
from pymongo_async_lint.capture.stack import with_large_stack
from pymongo_async_lint.garbage import garbage_collector_off

if TYPE_CHECKING:
    from libcst import Module

    from pymongo_async_lint.capture.facts import Facts, Piece

_REFUSED = "LibCST does not parse this"


def capture(text: str) -> Facts:
    """What a file says, from its decoded text.

    Raises SourceError for what can't be parsed: a syntax error, or code nested beyond the bounds of `nesting`.
    """
    from pymongo_async_lint.capture.facts import whole

    return whole(capture_pieces(text))


def capture_pieces(text: str) -> tuple[Piece, ...]:
    """The same, statement by statement."""
    from pymongo_async_lint.capture.nesting import is_deep

    with garbage_collector_off():
        if not is_deep(text):
            with suppress(RecursionError):  # the caller's own recursion may leave too little room
                return _capture(text)
        return with_large_stack(_capture, text)


def _capture(text: str) -> tuple[Piece, ...]:
    from pymongo_async_lint.capture.walk import module_pieces

    return module_pieces(_parse(text), text)


def _parse(text: str) -> Module:
    import libcst

    from pymongo_async_lint.capture.blanks import with_more_blanks

    if "\0" in text:
        raise _error_at(text, text.index("\0"), "source code can't hold null characters")
    try:
        try:
            return libcst.parse_module(text)
        except (TypeError, libcst.CSTValidationError):
            # It takes `return(lambda: 0)` and the like for code that was put together wrongly. The walk does not mind
            # more blanks than there are: it compares the tree with the text as it is.
            return libcst.parse_module(with_more_blanks(text))
    except libcst.ParserSyntaxError as error:
        raise _syntax_error(text, error.editor_line, error.editor_column) from None
    except UnicodeEncodeError as error:
        raise _error_at(text, error.start, "a lone surrogate is no character") from None
    except (TypeError, libcst.CSTValidationError):
        raise SourceError(_REFUSED, 1, 1) from None


def _syntax_error(text: str, line: int, column: int) -> SourceError:
    """With Python's own message and place, which are better than LibCST's, if Python refuses the text too."""
    import ast
    import warnings

    message = _REFUSED
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as error:
        message, line, column = error.msg, error.lineno or line, error.offset or column
    except (MemoryError, RecursionError):
        pass  # too much for Python's parser
    return SourceError(message, line, max(column, 1))


def _error_at(text: str, offset: int, message: str) -> SourceError:
    line, column = LineTable(text).position(offset)
    return SourceError(message, line, column + 1)
