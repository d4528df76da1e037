"""What the expressions of a line are, and how that is known."""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.answers import Answers
from pymongo_async_lint.link.flow import Given
from pymongo_async_lint.link.scopes import Class, Function, Module, Scope
from pymongo_async_lint.link.shapes import Shape, is_worth_keeping, members, without_nil
from pymongo_async_lint.link.why.breaks import Tracer, is_outside
from pymongo_async_lint.link.why.reasons import Reasons
from pymongo_async_lint.link.why.record import Explained, Recording, anchor, explained_nodes, label
from pymongo_async_lint.link.why.recordings import Recordings
from pymongo_async_lint.link.why.records import Break, Cause, Explanation, Reading, Step
from pymongo_async_lint.link.why.words import words

WRITTEN_OUT = (f.Constant, f.Compare, f.Not, f.FString, f.Opaque, f.Starred)
"""What these are is plain to see."""

CONTAINERS = (f.Dict, f.Sequence, f.Comprehension)
"""So is what these are, unless they hold something that is followed."""


class Explainer:
    """Explains lines of the project's files, and single expressions."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.project = answers.project
        self.recordings = Recordings(self.project)
        self.tracer = Tracer(self.project, self.recordings)

    def line(self, module: Module, start: int, end: int) -> list[Reading]:
        """What begins between two offsets, and is not plain to see."""
        found = [
            (recording, node)
            for recording, node in self._nodes(module, start, end)
            if start <= anchor(node) < end and self._is_telling(recording, node)
        ]
        return self._readings(found)

    def at(self, module: Module, offset: int) -> list[Reading]:
        """The smallest expression at an offset."""
        found = [
            (recording, node)
            for recording, node in self._nodes(module, offset, offset + 1)
            if node.start <= offset < node.end
        ]
        return self._readings(found and [min(found, key=lambda item: item[1].end - item[1].start)])

    def _readings(self, found: list[tuple[Recording, Explained]]) -> list[Reading]:
        """Once for all callers together, and once for each set of parameters that makes a difference."""
        together = [self.explanation(recording, node) for recording, node in found]
        readings = [Reading(tuple(together))]
        for scope in dict.fromkeys(recording.scope for recording, _ in found):
            for given in self._contexts(scope):
                recording = self.recordings.of(scope, given)
                other = [
                    explanation
                    for (agreed, node), known in zip(found, together, strict=True)
                    if agreed.scope is scope and (explanation := self.explanation(recording, node)).words != known.words
                ]
                callers = self.answers.callers(scope, given)
                if other and callers:
                    readings.append(Reading(tuple(other), callers))
        return readings

    def _nodes(self, module: Module, start: int, end: int) -> Iterator[tuple[Recording, Explained]]:
        for scope in self._scopes(module, start, end):
            recording = self.recordings.of(scope, ())
            for node in explained_nodes(scope):
                yield recording, node

    def _is_telling(self, recording: Recording, node: Explained) -> bool:
        if isinstance(node, CONTAINERS):
            return is_worth_keeping(recording.shape(node))
        return not isinstance(node, WRITTEN_OUT)

    def explanation(self, recording: Recording, node: Explained) -> Explanation:
        shape = self.recordings.shape(recording, node)
        place = recording.place(node)
        if isinstance(node, f.Param | f.Name | f.ImportedName):
            place = type(place)(place.path, node.start, node.start + len(label(node)))
        reasons: tuple[Step, ...] = ()
        broken: Break | None = None
        if isinstance(node, f.Expr) and not recording.is_reached(node):
            broken = Break(Cause.NOT_REACHED, (Step("nothing leads here: the code before always leaves", place),))
        elif is_known(shape):
            reasons = Reasons(self.project, self.recordings, recording).of(node, shape)
        else:
            broken = self.tracer.trace(recording, node)
        return Explanation(place, label(node), shape, words(shape), reasons, broken)

    def _contexts(self, scope: Scope) -> list[Given]:
        if not isinstance(scope, Function):
            return []
        return sorted(self.project.contexts.get(scope, ()), key=repr)

    def _scopes(self, module: Module, start: int, end: int) -> Iterator[Scope]:
        """The bodies that have a part in the span, lambdas too."""
        definitions: tuple[Class | Function, ...] = (*module.all_classes(), *module.all_functions())
        pending: list[Scope] = [module, *(one for one in definitions if one.node.start < end and start < one.node.end)]
        seen = set(pending)
        while pending:
            scope = pending.pop()
            yield scope
            for function in self.recordings.of(scope, ()).lambdas:
                if function not in seen and function.node.start < end and start < function.node.end:
                    seen.add(function)
                    pending.append(function)


def is_known(shape: Shape) -> bool:
    """Is it more than `None`, or than something of another library?"""
    return bool(members(without_nil(shape))) and not is_outside(shape)
