"""Imports of Motor, and all names that they bind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import Kind, module_names
from pymongo_async_lint.drivers.migration import migration_rows
from pymongo_async_lint.edit.pieces import edit
from pymongo_async_lint.link.modules import ModuleIndex
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.scopes import path_key
from pymongo_async_lint.migrate.code import Code
from pymongo_async_lint.migrate.names import Successor, is_motor, row_without_successor, successor
from pymongo_async_lint.migrate.records import Found, Kept
from pymongo_async_lint.report.text import plural
from pymongo_async_lint.rules.finding import Edit

_COMMENT = re.compile(r"#[^\r\n]*")
_NEWLINE = re.compile(r"\r\n?|\n")


class Names:
    """What the names of one file mean, as far as they come from Motor."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.classes: dict[str, Successor] = {}
        """Local names of Motor's classes"""
        self.modules: dict[str, str] = {}
        """Local names of Motor's modules"""
        self.renamed: dict[str, str] = {}
        """Local names that change, and what they become"""
        self.statements: list[f.Import | f.ImportFrom] = []
        for node in code.nodes:
            if isinstance(node, f.Import) and any(is_motor(name.name) for name in node.names):
                self.statements.append(node)
                for name in node.names:
                    if is_motor(name.name):
                        self.modules[name.alias or "motor"] = name.name if name.alias else "motor"
            elif isinstance(node, f.ImportFrom) and not node.level and is_motor(node.module):
                self.statements.append(node)
                if node.is_star:
                    for member in module_names(node.module) or ():
                        self._bind(member, f"{node.module}.{member}")
                for name in node.names:
                    self._bind(name.alias or name.name, f"{node.module}.{name.name}")

    def _bind(self, local: str, path: str) -> None:
        found = successor(path)
        if found is not None:
            self.classes[local] = found
        elif module_names(path) is not None:
            self.modules[local] = path

    def of(self, node: f.Expr) -> Successor | None:
        """What takes the place of the class of Motor's that an expression names."""
        if isinstance(node, f.Subscript):
            return self.of(node.value)
        if isinstance(node, f.Name):
            return self.classes.get(node.id)
        path = self.path_of(node)
        return successor(path) if path is not None else None

    def path_of(self, node: f.Expr) -> str | None:
        """The dotted path that an attribute of one of Motor's modules has."""
        written = path_key(node)
        if written is None:
            return None
        first, _, rest = written.partition(".")
        module = self.modules.get(first)
        return f"{module}.{rest}" if module is not None and rest else None


def names_of(codes: Mapping[str, Code], index: ModuleIndex) -> dict[str, Names]:
    """The names of all files, those too that one file imports from another."""
    found = {path: Names(code) for path, code in codes.items()}
    for names in found.values():
        _choose_names(names)
    changed = True
    while changed:
        changed = False
        for path, names in found.items():
            for node in names.code.nodes:
                if isinstance(node, f.ImportFrom) and (node.module or node.level):
                    source = index.resolve(node.module, path, node.level)
                    origin = found.get(source) if source is not None else None
                    if origin is not None and origin is not names:
                        changed |= _hand_on(origin, names, node)
    return found


def _hand_on(origin: Names, names: Names, statement: f.ImportFrom) -> bool:
    wanted = [(name.name, name.alias or name.name) for name in statement.names]
    if statement.is_star:
        wanted = [(name, name) for name in origin.classes]
    changed = False
    for name, local in wanted:
        if name in origin.classes and local not in names.classes:
            names.classes[local] = origin.classes[name]
            if name in origin.renamed and local == name:
                names.renamed[local] = origin.renamed[name]
            changed = True
    return changed


def _choose_names(names: Names) -> None:
    """Local names change unless they were chosen by the file, or the new one means something else there."""
    code = names.code
    aliases = {name.alias for statement in names.statements for name in statement.names if name.alias}
    bound = {node.name for node in code.nodes if isinstance(node, f.Param | f.FunctionDef | f.ClassDef | f.TypeAlias)}
    bound.update(name for node in code.nodes if isinstance(node, f.ScopeChange) for name in node.names)
    for local, new in names.classes.items():
        if local not in aliases and local not in bound and not _is_taken(code, new):
            names.renamed[local] = new.name


def _is_taken(code: Code, new: Successor) -> bool:
    """Does the file call something else so already?"""
    if new.name not in code.facts.identifiers:
        return False
    return not any(
        isinstance(node, f.ImportFrom)
        and any(name.name == new.name and name.alias is None for name in node.names)
        and not node.level
        and node.module.partition(".")[0] in ("pymongo", "gridfs")
        for node in code.nodes
    )


def rewrite_imports(names: Names, index: ModuleIndex, everything: Mapping[str, Names], found: Found) -> None:
    """Rewrite the imports of a file, and every use of the names that they bind."""
    code = names.code
    needed = _rewrite_uses(names, found)
    left = _report_what_has_no_successor(names, found)
    added: set[tuple[str, str, str]] = set()
    wanted_elsewhere = _wanted_elsewhere(code.path, index, everything)
    for statement in names.statements:
        lines: list[tuple[str, str, str]] = []
        keep: list[str] = []
        rows: list[str] = []
        for name, path, local in _imported(names, statement, wanted_elsewhere):
            new = successor(path) if isinstance(statement, f.ImportFrom) else None
            if new is not None:
                lines.append((new.module, new.name, "" if names.renamed.get(local) == new.name else local))
                rows.append(new.row)
            elif (isinstance(statement, f.ImportFrom) and module_names(path) is None) or not is_motor(path):
                keep.append(name)
            else:
                uses = needed.pop(local, [])
                rows.extend(one.row for one in uses)
                lines.extend((one.module, one.name, "") for one in uses)
                if local in left:
                    keep.append(name)
                elif not rows:
                    rows.append("IMP13")
        if not rows:
            continue
        if _is_at_top(code, statement):
            lines = [line for line in lines if line not in added and not _is_imported(code, line)]
            added.update(lines)
        _replace(names, statement, dict.fromkeys(lines), keep, rows, found)
        for row in dict.fromkeys(rows):
            if row == "IMP11":
                found.report(row, code.place(statement), migration_rows()[row].advice, Kept.NOTE)


def _is_at_top(code: Code, statement: f.Node) -> bool:
    return code.tree.parent(statement) is None


def _is_imported(code: Code, line: tuple[str, str, str]) -> bool:
    module, name, alias = line
    return any(
        isinstance(node, f.ImportFrom)
        and node.module == module
        and any(one.name == name and (one.alias or "") == alias for one in node.names)
        for node in code.facts.body
    )


def _imported(
    names: Names, statement: f.Import | f.ImportFrom, wanted_elsewhere: frozenset[str]
) -> Iterator[tuple[str, str, str]]:
    """What a statement imports: as it is written, by its path, and the local name."""
    if isinstance(statement, f.Import):
        for name in statement.names:
            written = f"{name.name} as {name.alias}" if name.alias else name.name
            yield written, name.name, name.alias or name.name.partition(".")[0]
    elif statement.is_star:
        used = {node.id for node in names.code.nodes if isinstance(node, f.Name)} | wanted_elsewhere
        for local in sorted(used & names.classes.keys()):
            yield local, f"{statement.module}.{local}", local
    else:
        for name in statement.names:
            written = f"{name.name} as {name.alias}" if name.alias else name.name
            yield written, f"{statement.module}.{name.name}", name.alias or name.name


def _wanted_elsewhere(path: str, index: ModuleIndex, everything: Mapping[str, Names]) -> frozenset[str]:
    """What other files import from this one."""
    wanted: set[str] = set()
    for other, names in everything.items():
        for node in names.code.nodes:
            if isinstance(node, f.ImportFrom) and index.resolve(node.module, other, node.level) == path:
                wanted.update(name.name for name in node.names)
                if node.is_star:
                    wanted.update(one.id for one in names.code.nodes if isinstance(one, f.Name))
    return frozenset(wanted)


def _rewrite_uses(names: Names, found: Found) -> dict[str, list[Successor]]:
    """Every use gets the new name. Gives the classes that uses by way of a module need, by the module's local name."""
    code = names.code
    needed: dict[str, list[Successor]] = {}
    seen: set[tuple[int, int]] = set()
    roles: dict[int, str] = {}
    for node in code.nodes:
        if isinstance(node, f.Call):
            roles[id(node.func)] = "DB05"
        elif isinstance(node, f.Subscript):
            roles[id(node.value)] = "TYP01"
        if isinstance(node, f.ImportedName):
            above = code.tree.parent(node)
            is_ours = above is not None and above.node not in names.statements
            if is_ours and not node.alias and node.name in names.renamed and isinstance(_node(above), f.ImportFrom):
                found.rewrite(names.classes[node.name].row, code.place(node), (_renamed(code, node, node.name, names),))
            elif is_ours and node.alias and node.name in names.renamed and node.alias in names.classes:
                found.rewrite(
                    names.classes[node.alias].row, code.place(node), (_renamed(code, node, node.name, names),)
                )
        elif isinstance(node, f.Name) and node.id in names.renamed:
            if (node.start, node.end) in seen:
                continue
            if code.written(node) == node.id:
                seen.add((node.start, node.end))
                row = _row_of_use(names.classes[node.id], roles.get(id(node), ""))
                found.rewrite(row, code.place(node), (_renamed(code, node, node.id, names),))
            else:
                _in_string(names, node, seen, needed, found)
        elif isinstance(node, f.Attribute) and (node.start, node.end) not in seen:
            path = names.path_of(node)
            new_class = successor(path) if path is not None else None
            if new_class is None:
                continue
            local = (path_key(node) or "").partition(".")[0]
            if new_class not in needed.setdefault(local, []):
                needed[local].append(new_class)
            if code.written(node).replace(" ", "") == path_key(node):
                seen.add((node.start, node.end))
                found.rewrite(new_class.row, code.place(node), (edit(code.path, node.start, node.end, new_class.name),))
            else:
                _in_string(names, node, seen, needed, found)
        elif isinstance(node, f.Constant) and node.value in names.renamed and _is_name_in_string(code, node):
            _in_string(names, node, seen, needed, found)
        elif isinstance(node, f.Subscript) and node.start < node.value.end:
            _drop_subscript(names, node, found)
    return needed


def _row_of_use(new: Successor, role: str) -> str:
    """The row that tells of a use of a class: some calls and subscripts have rows of their own."""
    is_own = role == "TYP01" or (role == "DB05" and new.kind is Kind.DATABASE)
    return role if is_own and new.kind is not Kind.GRID_OUT_CURSOR else new.row


def _node(parent: object) -> object:
    return getattr(parent, "node", None)


def _renamed(code: Code, node: f.Node, old: str, names: Names) -> Edit:
    return edit(code.path, node.start, node.start + len(old), names.renamed[old])


def _is_name_in_string(code: Code, node: f.Constant) -> bool:
    """Does the string name a variable: in `__all__`, or for the typing module?"""
    for _, parent in code.tree.ancestors(node):
        match parent.node:
            case f.Assign(targets=(f.Name(id="__all__"),)) | f.AugAssign(target=f.Name(id="__all__")):
                return True
            case f.Call(func=f.Name(id=name) | f.Attribute(attr=name)) if name in ("cast", "TypeVar", "ForwardRef"):
                return True
    return False


def _in_string(
    names: Names, node: f.Node, seen: set[tuple[int, int]], needed: dict[str, list[Successor]], found: Found
) -> None:
    """An annotation that is written as a string: all names in it at once."""
    code = names.code
    span = node.start, node.end
    if span in seen:
        return
    seen.add(span)
    for match in re.finditer(r"[A-Za-z_][\w.]*", code.written(node)):
        word = match[0]
        path = f"{names.modules[word.partition('.')[0]]}.{word.partition('.')[2]}" if _is_dotted(names, word) else ""
        new = successor(path) if path else names.classes.get(word) if word in names.renamed else None
        if new is not None:
            start = node.start + match.start()
            local = word.partition(".")[0]
            if path and new not in needed.setdefault(local, []):
                needed[local].append(new)
            place = Place(code.path, start, start + len(word))
            found.rewrite(new.row, place, (edit(code.path, place.start, place.end, new.name),))


def _is_dotted(names: Names, word: str) -> bool:
    return "." in word and word.partition(".")[0] in names.modules


def _drop_subscript(names: Names, node: f.Subscript, found: Found) -> None:
    """`AsyncIOMotorGridOutCursor[…]`: the new class takes no parameters."""
    code = names.code
    new = names.of(node.value)
    if new is not None and new.kind is Kind.GRID_OUT_CURSOR and code.text[node.value.end : node.end].startswith("["):
        message = f"`{new.name}` takes no type of documents; leave it out"
        found.rewrite("TYP02", code.place(node), (edit(code.path, node.value.end, node.end, ""),), message)


def _report_what_has_no_successor(names: Names, found: Found) -> set[str]:
    """Names of Motor's that stay, with the local names of the modules that they need."""
    code = names.code
    left: set[str] = set()
    rows = migration_rows()
    for statement in names.statements:
        if isinstance(statement, f.ImportFrom):
            for name in statement.names:
                path = f"{statement.module}.{name.name}"
                if successor(path) is None and module_names(path) is None:
                    row = row_without_successor(path)
                    found.report(row, code.place(name), f"`{name.name}`: {rows[row].advice}")
    inside: set[int] = set()
    for node in code.nodes:
        if isinstance(node, f.Attribute):
            path_or_none = names.path_of(node)
            if id(node) in inside or path_or_none is None:
                continue
            below: f.Expr = node
            has_successor = False
            while isinstance(below, f.Attribute):
                inside.add(id(below))
                has_successor |= successor(names.path_of(below) or "") is not None
                below = below.value
            inside.add(id(below))
            if not has_successor:
                row = row_without_successor(path_or_none)
                found.report(row, code.place(node), f"`{path_key(node)}`: {rows[row].advice}")
                left.add((path_key(node) or "").partition(".")[0])
        elif isinstance(node, f.Name) and node.id in names.modules and id(node) not in inside:
            found.report("IMP13", code.place(node), f"`{node.id}` is handed on as a module: {rows['IMP13'].advice}")
            left.add(node.id)
    return left


def _replace(
    names: Names,
    statement: f.Import | f.ImportFrom,
    lines: Iterable[tuple[str, str, str]],
    keep: list[str],
    rows: list[str],
    found: Found,
) -> None:
    """Write other imports in the place of a statement."""
    code = names.code
    by_module: dict[str, list[str]] = {}
    for module, name, alias in lines:
        by_module.setdefault(module, []).append(f"{name} as {alias}" if alias else name)
    written = [f"from {module} import {', '.join(sorted(imported))}" for module, imported in sorted(by_module.items())]
    if keep:
        old = ", ".join(keep)
        written.append(
            f"from {statement.module} import {old}" if isinstance(statement, f.ImportFrom) else f"import {old}"
        )
    text = code.text
    line = max(text.rfind("\n", 0, statement.start), text.rfind("\r", 0, statement.start)) + 1
    indent = text[line : statement.start]
    comments = "  ".join(_COMMENT.findall(code.written(statement)))
    newline = _NEWLINE.search(text)
    message = _message(by_module)
    if not written:
        found.rewrite(rows[0], code.place(statement), _removed(code, statement, indent), message)
        return
    if comments:
        written[0] += f"  {comments}"
    between = "; " if indent.strip(" \t\f") else (newline[0] if newline else "\n") + indent
    place = code.place(statement)
    edits = (edit(code.path, statement.start, statement.end, between.join(written)),)
    for row in dict.fromkeys(rows):
        found.rewrite(row, place, edits, message)


def _message(by_module: Mapping[str, Sequence[str]]) -> str:
    """Of an import, by what is imported in its place."""
    names = [name for module in sorted(by_module) for name in by_module[module]]
    others = f" and {plural(len(names) - 1, 'more name')}" if len(names) > 1 else ""
    way_out = f"import `{names[0]}`{others} of Async PyMongo" if names else "the line goes"
    return f"`motor` is past its end of life (2026-05-14); {way_out}"


def _removed(code: Code, statement: f.Node, indent: str) -> tuple[Edit, ...]:
    """Take out a statement, with its line where it has one of its own."""
    text = code.text
    above = code.tree.parent(statement)
    block = getattr(above.node, above.field) if above is not None else code.facts.body
    rest = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r\n?|\n|\Z)").match(text, statement.end)
    if (len(block) == 1 and above is not None) or rest is None or indent.strip(" \t\f"):
        return (edit(code.path, statement.start, statement.end, "pass"),)
    return (edit(code.path, statement.start - len(indent), rest.end(), ""),)
