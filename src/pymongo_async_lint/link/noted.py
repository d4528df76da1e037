"""What bodies do to something, kept by what they do it to."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

from pymongo_async_lint.link.engine import Engine
from pymongo_async_lint.link.scopes import Scope

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Noted(Generic[K, V]):
    """A register that bodies fill as they are run, such as "who calls this function"."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._by_key: dict[K, dict[Scope, tuple[V, ...]]] = {}
        self._by_scope: dict[Scope, dict[K, tuple[V, ...]]] = {}

    def note(self, scope: Scope, found: Iterable[tuple[K, V]]) -> None:
        """This is all that the body does; it replaces what was noted of it before."""
        lists: dict[K, list[V]] = {}
        for key, value in found:
            lists.setdefault(key, []).append(value)
        now = {key: tuple(values) for key, values in lists.items()}
        before = self._by_scope.get(scope, {})
        self._by_scope[scope] = now
        for key in {**before, **now}:
            if now.get(key) != before.get(key):
                self._by_key.setdefault(key, {})[scope] = now.get(key, ())
                self._engine.changed((self, key))

    def of(self, key: K) -> tuple[tuple[Scope, tuple[V, ...]], ...]:
        """All bodies that do something to it, with what they do; a question that reads this is asked again when there
        is more."""
        self._engine.observe((self, key))
        return tuple(self._by_key.get(key, {}).items())
