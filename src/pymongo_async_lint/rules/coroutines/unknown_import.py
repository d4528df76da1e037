"""PMA110"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint import drivers
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.answers import Answers
from pymongo_async_lint.link.scopes import Module, flat_statements
from pymongo_async_lint.rules.base import Example, Finding, Place, Rule


class UnknownImport(Rule):
    """A module or name is imported that no release of PyMongo, bson, GridFS or Motor has ever had.

    `pymongo.async_` never existed. From `pymongo` itself only `AsyncMongoClient` can be imported; the other classes of
    Async PyMongo live below `pymongo.asynchronous`.

    Limits: an import whose `ImportError` is caught stays silent. Names that any release has had are fine.
    """

    code, name, since = "PMA110", "unknown-import", "0.1.0"
    mistakes = (
        Example(
            """
            from pymongo import AsyncCollection  # expect: PMA110


            async def count(users: AsyncCollection) -> int:
                return await users.count_documents({})
            """,
            happens="`ImportError: cannot import name 'AsyncCollection' from 'pymongo'`",
        ),
        Example(
            """
            from pymongo.async_ import AsyncMongoClient  # expect: PMA110

            client = AsyncMongoClient("mongodb://localhost")
            """,
            happens="`ModuleNotFoundError: No module named 'pymongo.async_'`",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient
            from pymongo.asynchronous.collection import AsyncCollection


            async def count(users: AsyncCollection) -> int:
                return await users.count_documents({})


            async def main():
                async with AsyncMongoClient("mongodb://localhost") as client:
                    print(await count(client.shop.users))
            """,
        ),
        Example(
            """
            try:
                from pymongo.async_ import AsyncMongoClient
            except ImportError:
                from pymongo import AsyncMongoClient


            async def main():
                async with AsyncMongoClient("mongodb://localhost") as client:
                    print(await client.shop.users.count_documents({}))
            """,
        ),
    )

    def check(self, answers: Answers) -> Iterator[Finding]:
        for module in answers.project.scanned_modules:
            for body in (module, *module.all_functions()):
                yield from self.check_block(answers, module, body.body)

    def check_block(self, answers: Answers, module: Module, block: f.Block) -> Iterator[Finding]:
        guarded = {
            id(inner)
            for node in flat_statements(block)
            if isinstance(node, f.Try) and any(catches_import_error(handler) for handler in node.handlers)
            for inner in flat_statements(node.body)
        }
        for node in flat_statements(block):
            if id(node) in guarded:
                continue
            if isinstance(node, f.Import):
                for imported in node.names:
                    if self.is_theirs(answers, module, imported.name) and drivers.module_names(imported.name) is None:
                        yield self.unknown(module, imported, imported.name, None)
            elif isinstance(node, f.ImportFrom) and not node.level and self.is_theirs(answers, module, node.module):
                names = drivers.module_names(node.module)
                if names is None:
                    first = node.names[0] if node.names else node
                    yield self.unknown(module, first, node.module, node.names[0].name if node.names else None)
                    continue
                for imported in node.names:
                    if imported.name not in names:
                        yield self.unknown(module, imported, node.module, imported.name)

    def is_theirs(self, answers: Answers, module: Module, dotted: str) -> bool:
        if (dotted.partition(".")[0],) in answers.project.index.by_parts:
            return False  # the project has a package of this name
        return drivers.is_driver_module(dotted) and answers.project.index.resolve(dotted, module.path) is None

    def unknown(self, module: Module, node: f.Node, dotted: str, name: str | None) -> Finding:
        better = drivers.replacement(dotted, name)
        home, _, last = (better or "").rpartition(".")
        instead = f"; write `from {home} import {last}`" if better else ""
        what = (
            f"`{dotted}` has no `{name}` in any release: the import raises an ImportError"
            if drivers.module_names(dotted) is not None
            else f"no release has a module `{dotted}`: the import raises a ModuleNotFoundError"
        )
        return self.finding(Place(module.path, node.start, node.end), what + instead)


def catches_import_error(handler: f.Handler) -> bool:
    if handler.type is None:
        return True
    types = handler.type.items if isinstance(handler.type, f.Sequence) else (handler.type,)
    return any(
        isinstance(kind, f.Name) and kind.id in ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")
        for kind in types
    )
