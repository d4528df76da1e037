"""Constructors and methods with other arguments, and members that are gone."""

from __future__ import annotations

from collections.abc import Mapping

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import Kind
from pymongo_async_lint.drivers.migration import home_of, migration_rows, row_of_member, successor_kind
from pymongo_async_lint.edit.pieces import edit
from pymongo_async_lint.link.scopes import path_key
from pymongo_async_lint.link.shapes import CURSORS, UNKNOWN, Proof, Shape, members
from pymongo_async_lint.link.shapes import Driver as DriverShape
from pymongo_async_lint.migrate.code import Code, nodes_of
from pymongo_async_lint.migrate.imports import Names
from pymongo_async_lint.migrate.objects import Objects, Touch
from pymongo_async_lint.migrate.records import Found, Kept
from pymongo_async_lint.rules.finding import Edit

_REMOVED = {
    Kind.CLIENT: {"io_loop": "CLI01", "connect": "CLI02"},
    Kind.ENCRYPTION: {"io_loop": "ENC02"},
    Kind.BUCKET: {},
}
_RENAMED = {Kind.BUCKET: {"database": "db", "collection": "bucket_name"}}
_NOT_NAMED = ("database", "name")
_NAMED = ("codec_options", "read_preference", "write_concern", "read_concern")
"""The arguments of Motor's collection, in order; those of Async PyMongo's have `create` after the name."""
_MADE_BY_OTHERS = CURSORS | {Kind.CHANGE_STREAM, Kind.SESSION}
_LOOP = frozenset({"get_io_loop", "io_loop"})
_GONE = frozenset({"CLI13", "CUR02", "CUR10", "GFS10"})


_NO_ARGUMENT = "`{}` is no argument in Async PyMongo"


def _renaming(argument: f.Argument, name: str) -> str:
    return f"{_NO_ARGUMENT.format(argument.keyword)}; it is called `{name}` there"


def rewrite_constructors(names: Names, found: Found) -> None:
    """Arguments of the classes of Motor's that a file calls, and annotations that speak of another class."""
    code = names.code
    for node in code.nodes:
        if isinstance(node, f.Assign) and isinstance(node.value, f.Call) and node.annotation is not None:
            _correct_annotation(names, node, node.annotation, node.value, found)
        if not isinstance(node, f.Call):
            continue
        new = names.of(node.func)
        if new is None:
            continue
        removed = {a: row for a in node.args if (row := _REMOVED.get(new.kind, {}).get(a.keyword or ""))}
        if removed:
            edits = _without(code, node, list(removed))
            for argument, row in removed.items():
                found.rewrite(
                    row, code.place(argument), edits, f"{_NO_ARGUMENT.format(argument.keyword)}; take it away"
                )
        for argument in node.args:
            wanted = _RENAMED.get(new.kind, {}).get(argument.keyword or "")
            if wanted:
                end = argument.start + len(argument.keyword or "")
                edits = (edit(code.path, argument.start, end, wanted),)
                found.rewrite("GFS01", code.place(argument), edits, _renaming(argument, wanted))
        if new.kind is Kind.COLLECTION:
            _name_arguments(code, node, found)
        elif new.kind in _MADE_BY_OTHERS:
            message = f"`{new.name}` takes other arguments than this class of Motor's, which methods are to make"
            found.report(new.row, code.place(node), message)


def _name_arguments(code: Code, call: f.Call, found: Found) -> None:
    """`Collection(db, "name", options)` -> `Collection(db, "name", codec_options=options)`: `create` is third now."""
    places = [argument for argument in call.args if not argument.keyword and argument.star < 2]
    is_spread = any(argument.star for argument in places)
    if len(places) <= len(_NOT_NAMED) and not is_spread:
        return
    advice = migration_rows()["COL16"].advice
    if is_spread or len(places) > len(_NOT_NAMED) + len(_NAMED):
        found.report("COL16", code.place(call), advice)
        return
    named = zip(places[len(_NOT_NAMED) :], _NAMED, strict=False)
    edits = tuple(edit(code.path, argument.start, argument.start, f"{name}=") for argument, name in named)
    found.rewrite("COL16", code.place(call), edits, advice)


def _without(code: Code, call: f.Call, removed: list[f.Argument]) -> tuple[Edit, ...]:
    """The call without these arguments, and without the commas that belong to them."""
    args = list(call.args)
    kept_before = [index for index, argument in enumerate(args) if argument not in removed]
    last = kept_before[-1] if kept_before else -1
    edits = []
    for index, argument in enumerate(args):
        if argument in removed and index < last:
            edits.append(edit(code.path, argument.start, args[index + 1].start, ""))
    if last < len(args) - 1:
        end = args[-1].end
        if last < 0:
            comma = code.tree.behind_trivia(end)
            edits.append(edit(code.path, args[0].start, comma + 1 if code.text[comma] == "," else end, ""))
        else:
            edits.append(edit(code.path, args[last].end, end, ""))
    return tuple(edits)


def _correct_annotation(names: Names, node: f.Assign, annotation: f.Expr, call: f.Call, found: Found) -> None:
    """`client: MongoClient = AsyncIOMotorClient(uri)`"""
    code = names.code
    new = names.of(call.func)
    target = annotation.value if isinstance(annotation, f.Subscript) else annotation
    if new is None or new.kind is not Kind.CLIENT or names.of(annotation) is not None:
        return
    if isinstance(target, f.Name) and target.id == "MongoClient" and code.written(target) == "MongoClient":
        called = code.written(call.func)
        name = names.renamed.get(called, new.name if "." in called else called)
        message = f"`MongoClient` is not the class of this client; it is `{name}` in Async PyMongo"
        found.rewrite("TYP04", code.place(target), (edit(code.path, target.start, target.end, name),), message)


def rewrite_members(objects: Objects, codes: Mapping[str, Code], found: Found) -> None:
    """Members that are gone or do something else."""
    rows = migration_rows()
    loops: set[int] = set()
    for touch in objects.touches:
        code = codes[touch.body.path]
        row = row_of_member(touch.owner.type.kind, touch.name)
        if touch.name == "with_transaction" and isinstance(touch.node, f.Call):
            for argument in touch.node.args:
                if argument.keyword == "coro":
                    end = argument.start + len("coro")
                    edits = (edit(code.path, argument.start, end, "callback"),)
                    found.rewrite("TXN03", code.place(argument), edits, _renaming(argument, "callback"))
        elif touch.name == "to_list" and isinstance(touch.node, f.Call):
            if any(isinstance(a.value, f.Constant) and a.value.value == 0 for a in touch.node.args):
                found.report("CUR03", code.place(touch.node), rows["CUR03"].advice)
            if touch.owner.type.kind is Kind.GRID_OUT_CURSOR:
                found.report("GFS12", code.place(touch.node), rows["GFS12"].advice)
        if row is None:
            continue
        if touch.name in _LOOP:
            _rewrite_loop(code, touch, found)
        elif row.id == "CUR01":
            _rewrite_fetch_next(code, touch, loops, found)
        elif row.id == "GFS07":
            _rewrite_open(code, touch, found)
        elif row.id in _GONE:
            found.report(row.id, code.place(touch.node), f"`{touch.name}`: {row.advice}")


def report_wrong_annotations(objects: Objects, everything: Mapping[str, Names], found: Found) -> None:
    """A parameter that is annotated as another kind of object than it gets, a function as another than it returns."""
    for path, param, shape in objects.params:
        if param.annotation is not None:
            _report_wrong_annotation(everything[path], param.name, param.annotation, shape, found)
    for names in everything.values():
        for node in names.code.nodes:
            if not isinstance(node, f.Return) or node.value is None:
                continue
            function = names.code.function_around(node)
            if function is not None and function.returns is not None:
                shape = objects.shape(node.value) or UNKNOWN
                _report_wrong_annotation(names, function.name, function.returns, shape, found)


def _report_wrong_annotation(names: Names, what: str, annotation: f.Expr, shape: Shape, found: Found) -> None:
    new = names.of(annotation)
    drivers = [one for one in members(shape) if isinstance(one, DriverShape) and one.proof is not Proof.ANNOTATED]
    kinds = {successor_kind(one.type.kind) for one in drivers}
    if new is None or not kinds or new.kind in kinds:
        return
    homes = sorted(home for kind in kinds if (home := home_of(kind)))
    way_out = f"write `{homes[0].rpartition('.')[2]}`, of `{homes[0].rpartition('.')[0]}`" if homes else "correct it"
    place = names.code.place(annotation)
    message = f"`{what}` is annotated as another class than its value has; {way_out}"
    if all(report.place != place for report in found.reports):
        found.report("TYP03", place, message)


def report_cursors(objects: Objects, codes: Mapping[str, Code], found: Found) -> None:
    """Indices of cursors, loops without `async`, and truth tests: mistakes with either driver."""
    rows = migration_rows()
    for code in codes.values():
        for node in code.nodes:
            match node:
                case f.Subscript(value=value) if (driver := objects.driver(value)) and driver.type.kind in CURSORS:
                    found.report("CUR11", code.place(node), rows["CUR11"].advice)


def _rewrite_loop(code: Code, touch: Touch, found: Found) -> None:
    """`client.get_io_loop()` -> `asyncio.get_running_loop()`"""
    row = migration_rows()["CLI07"]
    statement = code.statement_around(touch.node)
    if isinstance(statement, f.Assign) and any(target is touch.node for target in statement.targets):
        found.report("CLI08", code.place(statement), migration_rows()["CLI08"].advice, Kept.NOTE)
        found.rewrite("CLI08", code.place(statement), _removed(code, statement))
        return
    function = code.function_around(touch.node)
    has_asyncio = any(
        isinstance(node, f.Import) and any(name.name == "asyncio" and not name.alias for name in node.names)
        for node in code.facts.body
    )
    message = f"`{touch.name}`: {row.advice}"
    is_read = touch.is_called or touch.name == "io_loop"
    if function is None or not function.is_async or not has_asyncio or not is_read:
        found.report("CLI07", code.place(touch.node), message)
        return
    place = code.place(touch.node)
    found.rewrite("CLI07", place, (edit(code.path, place.start, place.end, "asyncio.get_running_loop()"),), message)


def _removed(code: Code, statement: f.Node) -> tuple[Edit, ...]:
    """A statement that has a line of its own goes with the line; any other becomes `pass`."""
    text = code.text
    line = max(text.rfind("\n", 0, statement.start), text.rfind("\r", 0, statement.start)) + 1
    end = text.find("\n", statement.end)
    above = code.tree.parent(statement)
    block = getattr(above.node, above.field) if above is not None else code.facts.body
    is_alone = not text[line : statement.start].strip() and end >= 0 and not text[statement.end : end].strip()
    if is_alone and len(block) > 1:
        return (edit(code.path, line, end + 1, ""),)
    return (edit(code.path, statement.start, statement.end, "pass"),)


def _rewrite_fetch_next(code: Code, touch: Touch, loops: set[int], found: Found) -> None:
    """`while await c.fetch_next: d = c.next_object()` -> `async for d in c:`"""
    advice = migration_rows()["CUR01"].advice
    loop = next((p.node for _, p in code.tree.ancestors(touch.node) if isinstance(p.node, f.While)), None)
    edits = _as_async_for(code, touch, loop) if loop is not None and id(loop) not in loops else None
    if loop is not None and id(loop) in loops:
        return
    if loop is None or edits is None:
        found.report("CUR01", code.place(touch.node), f"`{touch.name}`: {advice}")
        return
    loops.add(id(loop))
    found.rewrite("CUR01", code.place(loop), edits, f"`{touch.name}`: {advice}")


def _as_async_for(code: Code, touch: Touch, loop: f.While) -> tuple[Edit, ...] | None:
    cursor = code.written(touch.attribute.value)
    match loop.test, loop.body:
        case (
            f.Await(value=f.Attribute(attr="fetch_next") as test),
            (
                f.Assign(
                    targets=(f.Name() as target,), value=f.Call(func=f.Attribute(attr="next_object") as next_, args=())
                ) as first,
                second,
                *_,
            ),
        ) if code.written(test.value) == cursor == code.written(next_.value) and path_key(test.value):
            pass
        case _:
            return None
    others = sum(
        isinstance(node, f.Attribute) and node.attr in ("next_object", "fetch_next") for node in nodes_of((loop,))
    )
    uses = sum(isinstance(node, f.Name | f.Attribute) and code.written(node) == cursor for node in nodes_of(loop.body))
    if others != 2 or uses != 1 or loop.orelse or "#" in code.text[first.end : second.start]:
        return None
    head = edit(code.path, loop.start, loop.test.end, f"async for {target.id} in {cursor}")
    return head, edit(code.path, first.start, second.start, "")


def _rewrite_open(code: Code, touch: Touch, found: Found) -> None:
    """`g = await g.open()` -> `await g.open()`"""
    above = code.tree.parent(touch.node)
    if above is None or not isinstance(above.node, f.Await):
        return
    holder = code.tree.parent(above.node)
    match holder.node if holder is not None else None:
        case f.ExprStatement():
            return
        case f.Assign(targets=(target,), annotation=None) if code.written(target) == code.written(
            touch.attribute.value
        ):
            edits = (edit(code.path, target.start, above.node.start, ""),)
            found.rewrite("GFS07", code.place(touch.node), edits, migration_rows()["GFS07"].advice)
        case _:
            found.report("GFS07", code.place(touch.node), migration_rows()["GFS07"].advice)
