"""PMA110"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint import drivers
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.answers import Answers
from pymongo_async_lint.link.scopes import Module, flat_statements
from pymongo_async_lint.rules.base import Example, Finding, Fix, FixKind, Place, Rule


class UnknownImport(Rule):
    """A module or name is imported that no release of PyMongo, bson, GridFS or Motor has ever had.

    `pymongo.async_` never existed. From `pymongo` itself only `AsyncMongoClient` can be imported; the other classes of
    Async PyMongo live below `pymongo.asynchronous`.

    Where the project's lock file, its requirements or `pymongo-version` tell the PyMongo that it runs with, a module or
    name that this one lacks is reported, too, unless the import depends on a condition.

    Limits: an import whose `ImportError` is caught stays silent. Names that any release has had are fine.
    """

    code, name, since = "PMA110", "unknown-import", "0.1.0"
    mistakes = (
        Example(
            """
            from pymongo import AsyncCollection, AsyncMongoClient  # expect: PMA110


            async def count(users: AsyncCollection) -> int:
                return await users.count_documents({})


            async def main():
                async with AsyncMongoClient("mongodb://localhost") as client:
                    print(await count(client.shop.users))
            """,
            happens="`ImportError: cannot import name 'AsyncCollection' from 'pymongo'`",
        ),
        Example(
            """
            from pymongo.async_ import AsyncMongoClient  # expect: PMA110


            async def main():
                async with AsyncMongoClient("mongodb://localhost") as client:
                    print(await client.shop.users.count_documents({}))
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
    fix_safety = "Safe: the import fails as it is, and the name has one home."

    options = ("pymongo-version",)

    def check(self, answers: Answers) -> Iterator[Finding]:
        for module in answers.project.scanned_modules:
            for body in (module, *module.all_functions()):
                yield from self.check_block(answers, module, body.body)

    def check_block(self, answers: Answers, module: Module, block: f.Block) -> Iterator[Finding]:
        statements = list(flat_statements(block))
        guarded = {
            id(inner)
            for node in statements
            if isinstance(node, f.Try) and any(catches_import_error(handler) for handler in node.handlers)
            for inner in flat_statements(node.body)
        }
        conditional = {
            id(inner)
            for node in statements
            if isinstance(node, f.If)
            for inner in (*flat_statements(node.body), *flat_statements(node.orelse))
        }
        for node in statements:
            if id(node) not in guarded:
                for imported, dotted, name in self.imports_of_drivers(answers, module, node):
                    place = Place(module.path, imported.start, imported.end)
                    yield from self.judged(place, dotted, name)
                    if id(node) not in conditional:
                        yield from self.untimely(answers, place, dotted, name)

    def imports_of_drivers(
        self, answers: Answers, module: Module, node: f.Statement
    ) -> Iterator[tuple[f.Node, str, str | None]]:
        """Module and name of all that a statement imports from a driver's package, with the node to point at."""
        if isinstance(node, f.Import):
            for imported in node.names:
                if self.is_theirs(answers, module, imported.name):
                    yield imported, imported.name, None
        elif isinstance(node, f.ImportFrom) and not node.level and self.is_theirs(answers, module, node.module):
            is_known = drivers.module_names(node.module) is not None
            for imported in node.names if is_known else node.names[:1]:
                yield imported, node.module, imported.name
            if not node.names:
                yield node, node.module, None

    def judged(self, place: Place, dotted: str, name: str | None) -> Iterator[Finding]:
        """What no release has."""
        names = drivers.module_names(dotted)
        if names is not None and (name is None or name in names):
            return
        better = drivers.replacement(dotted, name)
        home, _, last = (better or "").rpartition(".")
        instead = f"write `from {home} import {last}`" if better else "check its name"
        what = (
            f"`{dotted}` has no `{name}` in any release: the import raises an ImportError"
            if names is not None
            else f"no release has a module `{dotted}`: the import raises a ModuleNotFoundError"
        )
        fix = Fix(FixKind.MOVE_IMPORT, place, True, name=better) if better else None
        yield self.finding(place, f"{what}; {instead}", fix=fix)

    def untimely(self, answers: Answers, place: Place, dotted: str, name: str | None) -> Iterator[Finding]:
        """What the release that the project has does not have yet, or no more."""
        span, target = drivers.span_of(dotted, name), answers.project.told.target
        if target.has(span):
            return
        what = f"`{dotted}.{name}`" if name else f"`{dotted}`"
        is_gone = span.until is not None and max(target.releases) >= drivers.parsed(span.until)
        when = f"went with PyMongo {span.until}" if is_gone else f"came with PyMongo {span.since}"
        instead = "require an older one" if is_gone else "require a newer one"
        yield self.finding(
            place, f"{what} {when}, and the project has {target}: the import raises an ImportError; {instead}"
        )

    def is_theirs(self, answers: Answers, module: Module, dotted: str) -> bool:
        if (dotted.partition(".")[0],) in answers.project.index.by_parts:
            return False  # the project has a package of this name
        return drivers.is_driver_module(dotted) and answers.project.index.resolve(dotted, module.path) is None


def catches_import_error(handler: f.Handler) -> bool:
    if handler.type is None:
        return True
    types = handler.type.items if isinstance(handler.type, f.Sequence) else (handler.type,)
    return any(
        isinstance(kind, f.Name) and kind.id in ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")
        for kind in types
    )
