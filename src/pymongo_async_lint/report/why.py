"""What is known of a line: for people, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.why import Break, Explanation, Inspection, Reading, Step
from pymongo_async_lint.report.positions import Positions
from pymongo_async_lint.report.quotes import Quotes
from pymongo_async_lint.report.terminal import PLAIN, Terminal

INDENT = "    "


def render(inspection: Inspection, terminal: Terminal = PLAIN) -> Iterator[str]:
    """The line, and beneath it each of its expressions with how it is known, or where the chain breaks."""
    yield from _Report(inspection, terminal).lines()


class _Report:
    def __init__(self, inspection: Inspection, terminal: Terminal) -> None:
        self.inspection = inspection
        self.terminal = terminal
        self.positions = Positions(inspection.sources)
        self.quotes = Quotes(inspection.sources, self.positions)
        self.quoted: set[tuple[str, int]] = {(inspection.path, inspection.line)}
        """The lines that have been shown; once is enough."""
        self.origins: set[Step] = set()
        """How chains end that have been told; where the client of a line is made need be said once only."""
        self.broken: dict[tuple[Step, ...], str] = {}
        """Where chains break, with the first expression that was told of."""

    def lines(self) -> Iterator[str]:
        path, number = self.inspection.path, self.inspection.line
        begin = self.positions.offset(path, number)
        quoted = self.quotes.of(Place(path, begin, begin), self.terminal.width - len(str(number)) - 3)
        yield f"{self.terminal.styled(path, bold=True)}:{number}"
        yield f"{self.terminal.styled(f'{number} |', fg='blue')} {quoted.line}"
        for reading in self.inspection.readings:
            if reading.callers:
                yield ""
                yield self._called_from(reading)
            told: set[tuple[str, str]] = set()
            for explanation in reading.expressions:
                key = explanation.text, explanation.words
                if key in told:
                    continue
                told.add(key)
                yield ""
                yield from self._expression(explanation)

    def _called_from(self, reading: Reading) -> str:
        first, *others = reading.callers
        more = f" and {len(others)} more" if others else ""
        return f"called from {self._position(first)}{more}:"

    def _expression(self, explanation: Explanation) -> Iterator[str]:
        known = explanation.broken is None
        text = self.terminal.styled(explanation.text, bold=True)
        yield f"{text}: {self.terminal.styled(explanation.words, fg='green' if known else 'yellow')}"
        last = explanation.reasons[-1:]
        is_repeated = len(explanation.reasons) > 1 and last[0] in self.origins
        yield from self._steps(explanation.reasons[:-1] if is_repeated else explanation.reasons)
        self.origins.update(last)
        if explanation.broken is not None:
            yield from self._break(explanation.broken, explanation.text)

    def _break(self, broken: Break, text: str) -> Iterator[str]:
        end = broken.steps[-1:]
        if end in self.broken:
            yield f"{INDENT}for the same reason as `{self.broken[end]}`"
            return
        self.broken[end] = text
        yield from self._steps(broken.steps)
        if broken.declaration:
            yield f"{INDENT}if it gives a driver object, declare that in pyproject.toml:"
            yield f"{INDENT * 2}[tool.pymongo-async-lint.objects]"
            yield f'{INDENT * 2}"{broken.declaration}" = "async.database"  # or sync, motor; client, collection, …'

    def _steps(self, steps: tuple[Step, ...]) -> Iterator[str]:
        for step in steps:
            if step.place is None:
                yield f"{INDENT}{step.text}"
                continue
            yield f"{INDENT}{self._position(step.place)}: {step.text}"
            where = step.place.path, self.positions.start(step.place)[0]
            if where not in self.quoted:
                self.quoted.add(where)
                quoted = self.quotes.of(step.place, self.terminal.width - len(INDENT) * 2)
                yield self.terminal.styled(f"{INDENT * 2}{quoted.line.lstrip()}", dim=True)

    def _position(self, place: Place) -> str:
        line, column = self.positions.start(place)
        return f"{self.terminal.styled(place.path, bold=True)}:{line}:{column}"


def as_json(inspection: Inspection) -> str:
    """One object: `path`, `line` and `readings`; lines and columns count from 1."""
    positions = Positions(inspection.sources)

    def span(place: Place | None) -> dict[str, Any]:
        if place is None:
            return {"path": None, "line": None, "column": None}
        line, column = positions.start(place)
        return {"path": place.path, "line": line, "column": column}

    def steps(found: tuple[Step, ...]) -> list[dict[str, Any]]:
        return [{**span(step.place), "message": step.text} for step in found]

    def expression(one: Explanation) -> dict[str, Any]:
        end_line, end_column = positions.end(one.place)
        return {
            "text": one.text,
            **span(one.place),
            "end_line": end_line,
            "end_column": end_column,
            "is": one.words,
            "reasons": steps(one.reasons),
            "break": one.broken
            and {
                "cause": one.broken.cause.name.lower(),
                "steps": steps(one.broken.steps),
                "declare": one.broken.declaration or None,
            },
        }

    document = {
        "path": inspection.path,
        "line": inspection.line,
        "readings": [
            {
                "callers": [span(place) for place in reading.callers],
                "expressions": [expression(one) for one in reading.expressions],
            }
            for reading in inspection.readings
        ],
    }
    return msgspec.json.format(msgspec.json.encode(document)).decode()
