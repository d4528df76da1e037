"""Strings that name classes of Motor's: `patch("app.db.AsyncIOMotorClient")`, `setattr(db, "AsyncIOMotorClient")`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.edit.pieces import edit
from pymongo_async_lint.link.modules import ModuleIndex
from pymongo_async_lint.link.scopes import path_key
from pymongo_async_lint.migrate.code import Code
from pymongo_async_lint.migrate.groups import Groups
from pymongo_async_lint.migrate.imports import Names
from pymongo_async_lint.migrate.names import is_motor, successor
from pymongo_async_lint.migrate.records import Found


def rewrite_paths(
    codes: Mapping[str, Code], index: ModuleIndex, everything: Mapping[str, Names], groups: Groups, found: Found
) -> None:
    """Let strings follow the names, which have become others in the modules that the strings lead to."""
    for code in codes.values():
        for node in code.nodes:
            if isinstance(node, f.Constant) and isinstance(node.value, str) and is_motor(node.value):
                _report_path_of_motor(code, node, node.value, found)
        for node, written, offset, old, source in _named(code, index):
            names = everything.get(source)
            new = names.renamed.get(old) if names is not None else None
            if names is None or new is None:
                continue
            groups.connect(code.path, source)
            row, start = names.classes[old].row, node.end - 1 - len(written) + offset
            message = f"this names `{old}` of `{source}`, where it becomes `{new}`"
            if code.text[start : node.end - 1] == written[offset:]:
                found.rewrite(row, code.place(node), (edit(code.path, start, start + len(old), new),), message)
            else:
                found.report(row, code.place(node), message)


def _named(code: Code, index: ModuleIndex) -> Iterator[tuple[f.Constant, str, int, str, str]]:
    """Each string that may name something in a module of the project: the name's offset in it, the name, the module's
    file.
    """
    modules = _modules(code, index)
    for node in code.nodes:
        match node:
            case f.Constant(value=str() as written) if "." in written and written.replace(".", "").isidentifier():
                parts = written.split(".")
                for count in range(1, len(parts)):
                    module = ".".join(parts[:count])
                    source = index.resolve(module, code.path)
                    if source is not None:
                        yield node, written, len(module) + 1, parts[count], source
            case f.Call(
                args=(f.Argument(value=f.Name() | f.Attribute() as owner), f.Argument(value=f.Constant() as name), *_)
            ) if isinstance(name.value, str):
                source = modules.get(path_key(owner) or "")
                if source is not None:
                    yield name, name.value, 0, name.value, source


def _modules(code: Code, index: ModuleIndex) -> dict[str, str]:
    """The modules of the project that a file imports, by how it writes them."""
    found = {}
    for node in code.nodes:
        if isinstance(node, f.Import):
            imported = [(name.alias or name.name, index.resolve(name.name, code.path)) for name in node.names]
        elif isinstance(node, f.ImportFrom):
            above = f"{node.module}." if node.module else ""
            imported = [
                (name.alias or name.name, index.resolve(above + name.name, code.path, node.level))
                for name in node.names
            ]
        else:
            continue
        found.update({local: source for local, source in imported if source is not None})
    return found


def _report_path_of_motor(code: Code, node: f.Constant, written: str, found: Found) -> None:
    """What the string is for, a patch or an import, decides whether the new class's path does the same."""
    new = successor(written)
    if new is not None:
        message = f"this names a class of Motor's; the one of Async PyMongo is `{new.module}.{new.name}`"
        found.report(new.row, code.place(node), message)
