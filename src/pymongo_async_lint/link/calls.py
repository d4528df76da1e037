"""What a call does, by what is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pymongo_async_lint import drivers
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import DriverType, Flavour, Kind
from pymongo_async_lint.frameworks import DEPENDS, RESPONSES, Role
from pymongo_async_lint.link import known
from pymongo_async_lint.link.flow import Construction, How, Missing, Op
from pymongo_async_lint.link.results import document_field, id_after, sub_object
from pymongo_async_lint.link.scopes import Class, Function, path_key
from pymongo_async_lint.link.shapes import (
    NIL,
    STRING,
    UNKNOWN,
    ClassRef,
    Coroutine,
    Document,
    Driver,
    DriverMethod,
    External,
    ExternalInstance,
    FunctionRef,
    Id,
    Instance,
    ListOf,
    Mapping,
    Plain,
    Proof,
    Shape,
    Stream,
    Super,
    Text,
    TupleOf,
    driver_of,
    element_of,
    is_object_id,
    join,
    join_all,
    kept,
    members,
    parts,
)
from pymongo_async_lint.link.told import Helper

if TYPE_CHECKING:
    from pymongo_async_lint.link.evaluate import Interpreter

Arguments = list[tuple[f.Argument, Shape]]


def call(run: Interpreter, node: f.Call) -> Shape:
    """Evaluate a call."""
    func = node.func
    receiver: Shape = UNKNOWN
    if isinstance(func, f.Attribute):
        receiver = run.value(func.value)
        arguments = evaluate_arguments(run, node)
        built_in = container_call(run, node, func, receiver, arguments)
        if built_in is not None:
            return built_in
        note_missing(run, node, func, receiver)
        known = run.env.get(_path(func))
        target = known if known is not None else run.attribute_of(receiver, func)
    else:
        target = run.value(func)
        arguments = evaluate_arguments(run, node)
    found: list[Shape] = []
    alternatives = members(target)
    if not alternatives:
        unknown_call(run, node, arguments)
    if all(isinstance(member, ExternalInstance) for member in alternatives):
        hang_in(run, node, arguments)
    is_alone = is_of_one_flavour(run, alternatives)
    if is_alone and all(isinstance(member, Driver) for member in alternatives):
        note_called(run, node, receiver, alternatives)
    for member in alternatives:
        found.append(call_member(run, node, member, arguments, is_alone))
    if len(found) > 1 and not agree_on_awaiting(found):
        run.handed_out.pop(id(node), None)
        return unjudged(join_all(found))
    return join_all(found)


def agree_on_awaiting(results: list[Shape]) -> bool:
    """Do all alternatives of a call give an awaitable, or none of them?"""
    known_results = [members(shape) for shape in results if members(shape)]
    return len({any(isinstance(member, Coroutine) for member in found) for found in known_results}) < 2


def unjudged(shape: Shape) -> Shape:
    """The same, but whether its coroutines get awaited is nobody's business."""
    return join_all(
        msgspec.structs.replace(member, owner=None) if isinstance(member, Coroutine) else member
        for member in members(shape)
    )


def note_missing(run: Interpreter, node: f.Call, func: f.Attribute, receiver: Shape) -> None:
    """A method that a cursor, session or stream does not have. (Any name of a collection is a sub-collection.)"""
    driver = driver_of(receiver)
    if driver is None or run.is_doubtful(driver) or any(has_member(one, func.attr) for one in members(receiver)):
        return
    if drivers.protocols(driver.type).dynamic_attributes or driver.type.kind in _WITH_FIELDS:
        return
    if not func.attr.startswith("_"):
        run.missing[id(node)] = Missing(node, driver, func.attr)


def has_member(shape: Shape, name: str) -> bool:
    return isinstance(shape, Driver) and drivers.member(shape.type, name) is not None


def note_called(run: Interpreter, node: f.Call, receiver: Shape, targets: tuple[Shape, ...]) -> None:
    """A database or collection is called: what was taken for a method is a sub-object."""
    target = targets[0]
    if not isinstance(target, Driver) or not isinstance(node.func, f.Attribute) or run.is_doubtful(target):
        return
    if target.proof is Proof.DECLARED and target.name is None:
        return
    holder = driver_of(receiver)
    run.missing[id(node)] = Missing(node, holder, node.func.attr) if holder else Missing(node, target, "")


_WITH_FIELDS = frozenset({Kind.GRID_IN, Kind.GRID_OUT})
"""Unknown attributes of these are the fields of the stored file."""


def _path(node: f.Expr) -> str:
    return path_key(node) or ""


def is_of_one_flavour(run: Interpreter, alternatives: tuple[Shape, ...]) -> bool:
    """Do all alternatives belong to one flavour of the driver? Else nothing is proved about the call.

    Motor and Async PyMongo are one where all alternatives have to be awaited. A fake of the project's own that has to
    be awaited as well, in place of a method that has to be, changes nothing.
    """
    owners = [
        member.owner if isinstance(member, DriverMethod) else member if isinstance(member, Driver) else None
        for member in alternatives
        if not is_awaitable_fake(run, member)
    ]
    flavours = {owner.type.flavour if owner is not None else None for owner in owners}
    return len(flavours) == 1 or (
        flavours == {Flavour.ASYNC, Flavour.MOTOR} and all(has_to_be_awaited(member) for member in alternatives)
    )


def has_to_be_awaited(target: Shape) -> bool:
    if not isinstance(target, DriverMethod):
        return False
    member = drivers.member(target.owner.type, target.member)
    return member is not None and member.how in (drivers.How.COROUTINE, drivers.How.FUTURE)


def is_awaitable_fake(run: Interpreter, target: Shape) -> bool:
    if not isinstance(target, FunctionRef) or target.function.is_generator:
        return False
    return target.function.is_async or run.project.is_made_async(target.function)


def evaluate_arguments(run: Interpreter, node: f.Call) -> Arguments:
    return [(argument, run.value(argument.value)) for argument in node.args]


def positional(arguments: Arguments, position: int, keyword: str = "") -> tuple[f.Expr, Shape] | None:
    """The argument at a position or under a keyword."""
    index = 0
    for argument, shape in arguments:
        if argument.star:
            return None
        if argument.keyword is not None:
            if argument.keyword == keyword:
                return argument.value, shape
        elif index == position:
            return argument.value, shape
        else:
            index += 1
    return None


def unknown_call(run: Interpreter, node: f.Call, arguments: Arguments) -> None:
    """Whatever is handed to unknown code can be changed, awaited or called there."""
    for argument, shape in arguments:
        if argument.star == 2:
            run.operate(Op.UNPACK, argument.value, shape)
        run.escape(argument.value, shape)
        forget_document(run, argument.value)


def hang_in(run: Interpreter, node: f.Call, arguments: Arguments) -> None:
    """`plugin(parent=self)`: something that can't be seen gets the caller, under the name of a parameter of the
    caller's own constructor. That is how a tree hangs in its parts, whose classes a loader found: objects of its
    kind."""
    scope = run.scope
    if not isinstance(scope, Function) or scope.owner is None or not scope.params:
        return
    myself = run.env.get(scope.params[0].name)
    if not isinstance(myself, Instance) or not any(a.keyword and shape == myself for a, shape in arguments):
        return
    for maker in members(run.project.class_lookup(scope.owner, "__init__")):
        if isinstance(maker, FunctionRef):
            named = {param.name for param in maker.function.params if param.kind in ("any", "keyword")}
            if all(argument.keyword in named for argument, _ in arguments):
                bound = run.project.bind_arguments(FunctionRef(maker.function, Instance(scope.owner)), arguments)
                run.call_site(node, maker.function, None, tuple(bound.items()), How.CALL)


def forget_document(run: Interpreter, node: f.Expr) -> None:
    """A document was handed to code that may change it."""
    if isinstance(node, f.Starred):
        node = node.value
    if isinstance(node, f.Name) and node.id in run.env:
        shape = run.env[node.id]
        blurred = blur(shape)
        if blurred != shape:
            run.change(node.id, blurred)


def blur(shape: Shape) -> Shape:
    found: list[Shape] = []
    for member in members(shape):
        match member:
            case Document():
                found.append(msgspec.structs.replace(member, id=Id.UNCLEAR))
            case ListOf(element):
                found.append(ListOf(blur(element)))
            case TupleOf(items):
                found.append(TupleOf(tuple(blur(item) for item in items)))
            case Mapping(entries, rest):
                found.append(Mapping(tuple((key, blur(value)) for key, value in entries), blur(rest)))
            case _:
                found.append(member)
    return join_all(found)


def call_member(run: Interpreter, node: f.Call, target: Shape, arguments: Arguments, is_alone: bool = True) -> Shape:
    helper = run.project.helper(target)
    if helper is not None and helper is not Helper.ROUTE:
        return helper_call(run, node, target, helper, arguments)
    match target:
        case DriverMethod(owner, name):
            return driver_call(run, node, owner, name, arguments, is_alone)
        case Driver(proof=Proof.DECLARED) if not isinstance(node.func, f.Attribute) or target.name is None:
            return target
        case Driver():
            return UNKNOWN
        case FunctionRef():
            return function_call(run, node, target, arguments)
        case ClassRef():
            return class_call(run, node, target, arguments)
        case External(dotted):
            return external_call(run, node, dotted, arguments)
        case Instance():
            method = run.project.attribute(target, "__call__")
            found = [function_call(run, node, m, arguments) for m in members(method) if isinstance(m, FunctionRef)]
            if not found:
                unknown_call(run, node, arguments)
            return join_all(found)
        case Coroutine():
            run.operate(Op.CALL, node.func, target)
            return UNKNOWN
        case ExternalInstance(dotted):
            unknown_call(run, node, arguments)
            return UNKNOWN
        case _:
            unknown_call(run, node, arguments)
            return UNKNOWN


def helper_call(run: Interpreter, node: f.Call, target: Shape, helper: Helper, arguments: Arguments) -> Shape:
    """A call of a function of which the settings say what it is for: its own code, if it is seen, says nothing."""
    if helper is Helper.SCHEDULER:
        for argument, shape in arguments:
            run.operate_deep(Op.SCHEDULE, argument.value, shape, _path(node.func))
            run_functions(run, node, shape, [], How.TASK)
        return Coroutine(join_all(result_of(shape) for _, shape in arguments), run.place(node))
    if helper is Helper.CONVERTER:
        for argument, shape in arguments:
            run.escape(argument.value, coroutines(shape))
            forget_document(run, argument.value)
        return UNKNOWN
    for position, (argument, shape) in enumerate(arguments):
        if argument.keyword is None and any(isinstance(m, FunctionRef | DriverMethod) for m in members(shape)):
            return in_thread(run, node, arguments, position, False)
    if isinstance(target, FunctionRef):
        return Coroutine(function_call(run, node, target, arguments, How.THREAD), run.place(node))
    unknown_call(run, node, arguments)
    return UNKNOWN


# --- the driver ---------------------------------------------------------------------------------------------------


def driver_call(
    run: Interpreter, node: f.Call, owner: Driver, name: str, arguments: Arguments, is_alone: bool
) -> Shape:
    member = drivers.member(owner.type, name)
    if member is None:
        return UNKNOWN
    if is_alone:
        run.use(node, owner, member)
    place = run.place(node)
    hand_callbacks_to_driver(run, node, owner, name, arguments)
    result = run.project.driver_result(member, owner, arguments, place, run)
    note_ids_of_filter(run, owner, name, node, arguments)
    mark_inserted(run, owner, name, arguments)
    for argument, shape in arguments:
        for part in parts(shape):
            if isinstance(part, Coroutine) and part.owner is not None:
                run.operate(Op.ARGUMENT, argument.value, part, f"{drivers.class_name(owner.type)}.{name}")
    if member.how in (drivers.How.COROUTINE, drivers.How.FUTURE):
        if not is_alone:
            return Coroutine(result, place)
        return Coroutine(result, place, owner, name, member.how is drivers.How.FUTURE)
    return result


def hand_callbacks_to_driver(run: Interpreter, node: f.Call, owner: Driver, name: str, arguments: Arguments) -> None:
    """`session.with_transaction(callback)` calls the callback with the session, and awaits what it gives."""
    if name != "with_transaction":
        return
    session = (f.Argument(node.start, node.end, node.func), owner)
    for argument, shape in arguments:
        for member in members(shape):
            if isinstance(member, FunctionRef):
                result = function_call(run, node, member, [session], How.CALL)
                run.operate(Op.AWAIT, argument.value, result)


FILTERED = ("find", "update_", "replace_", "delete_", "count_documents")
"""How the names of methods begin whose first argument is a filter"""


def note_ids_of_filter(run: Interpreter, owner: Driver, name: str, node: f.Call, arguments: Arguments) -> None:
    """A filter that looks for an `_id` which is not sure to be an ObjectId: the collection may have ids of its own."""
    if owner.type.kind is not Kind.COLLECTION:
        return
    wanted: list[Shape] = []
    for argument in node.args:
        for entry in argument.value.entries if isinstance(argument.value, f.Dict) else ():
            if (
                isinstance(entry.key, f.Constant)
                and entry.key.value == "_id"
                and not isinstance(entry.value, f.Constant)
            ):
                wanted.append(run.value(entry.value))
    # A collection of any name stands for all of them: for these, only what is written in the call counts.
    has_filter = owner.name is not None and name.startswith(FILTERED)
    filter_ = positional(arguments, 0, "filter") if has_filter else None
    if filter_ is not None and not isinstance(filter_[0], f.Dict):
        filters = [dict(member.entries) for member in members(filter_[1]) if isinstance(member, Mapping)]
        wanted.extend(entries["_id"] for entries in filters if "_id" in entries)
    if any(map(may_be_own_id, wanted)):
        run.own_ids[owner.name] = None


def may_be_own_id(wanted: Shape) -> bool:
    """Does a filter look for something that is not sure to be an ObjectId?"""
    operators = [key for member in members(wanted) if isinstance(member, Mapping) for key, _ in member.entries]
    if operators and "$regex" not in operators:
        return False
    return not any(map(is_object_id, members(wanted)))


def mark_inserted(run: Interpreter, owner: Driver, name: str, arguments: Arguments) -> None:
    """`insert_one(d)` and `insert_many([d])` write an ObjectId into the dictionary, unless it has an `_id`."""
    if name not in ("insert_one", "insert_many"):
        return
    first = positional(arguments, 0, "document" if name == "insert_one" else "documents")
    if first is None:
        return
    if any(has_own_id(part) for part in parts(first[1])):
        run.own_ids[owner.name] = None
    if not isinstance(first[0], f.Name):
        return
    changed: list[Shape] = []
    place = run.place(first[0])

    def insert(member: Shape) -> Shape:
        if isinstance(member, Mapping) and not any(key == "_id" for key, _ in member.entries):
            is_open = bool(members(member.rest))
            return member if is_open else Document(Id.RAW, place, True, owner.name)
        return member

    for member in members(first[1]):
        if name == "insert_many" and isinstance(member, ListOf):
            changed.append(ListOf(join_all(insert(inner) for inner in members(member.element))))
        else:
            changed.append(insert(member) if name == "insert_one" else member)
    run.change(first[0].id, join_all(changed))


def has_own_id(shape: Shape) -> bool:
    """A dictionary with an `_id` that is not sure to be an ObjectId."""
    if not isinstance(shape, Mapping):
        return False
    own = dict(shape.entries).get("_id")
    return own is not None and not any(isinstance(m, Plain) and m.kind == "object_id" for m in members(own))


# --- functions and classes of the project -------------------------------------------------------------------------


def function_call(
    run: Interpreter, node: f.Call | f.Node, target: FunctionRef, arguments: Arguments, how: How = How.CALL
) -> Shape:
    function = target.function
    if not run.project.can_bind(target, arguments):
        return UNKNOWN
    bound = run.project.bind_arguments(target, arguments)
    run.call_site(node, function, target.receiver, tuple(bound.items()), how)
    run.project.note_reached(function.module.path, bound)
    run.project.note_star_arguments(run, arguments)
    given = run.project.given(function, target.receiver, bound)
    for argument, _ in arguments:
        if (isinstance(argument.value, f.Name) and argument.keyword is None) or isinstance(argument.value, f.Name):
            carry_changes(run, function, given, bound, argument.value)
    result = run.project.call_result(function, given, run.place(node))
    if function.is_async or not isinstance(node, f.Call):
        return result
    return run.handed(result, node)


def carry_changes(run: Interpreter, function: object, given: object, bound: dict[str, Shape], node: f.Name) -> None:
    """A helper that changes the document it is given changes the caller's."""
    shape = run.env.get(node.id)
    if shape is None or not any(isinstance(part, Document) for part in parts(shape)):
        return
    exits = run.project.exits(function, given)  # type: ignore[arg-type]
    for name, value in bound.items():
        if value == shape and name in exits:
            run.change(node.id, exits[name] if members(exits[name]) else shape)
            return
    run.change(node.id, blur(shape))


def class_call(run: Interpreter, node: f.Call, target: ClassRef, arguments: Arguments) -> Shape:
    cls = target.cls
    project = run.project
    base = project.driver_base(cls)
    instance: Shape = Instance(cls)
    if base is not None:
        origin = run.place(node)
        driver = Driver(base, Proof.CONSTRUCTED, origin)
        note_construction(run, node, driver, arguments)
    bound = note_maker(run, node, cls, arguments, How.CALL)
    if not members(project.class_lookup(cls, "__init__")):
        bound = project.bind_fields(cls, arguments)
        run.class_arguments(node, cls, bound)
    project.note_reached(cls.module.path, bound)
    maker = project.class_lookup(cls, "__new__")
    for member in members(maker):
        if isinstance(member, FunctionRef):
            run.call_site(node, member.function, ClassRef(cls), (), How.CALL)
    for argument, shape in arguments:
        if argument.star == 2:
            run.operate(Op.UNPACK, argument.value, shape)
        if not bound:
            run.escape(argument.value, shape)
    return instance


def note_maker(run: Interpreter, node: f.Call, cls: Class, arguments: Arguments, how: How) -> dict[str, Shape]:
    """A call of the class calls its `__init__`. What that gets for its parameters."""
    bound: dict[str, Shape] = {}
    for member in members(run.project.class_lookup(cls, "__init__")):
        if isinstance(member, FunctionRef):
            bound = run.project.bind_arguments(FunctionRef(member.function, Instance(cls)), arguments)
            run.call_site(node, member.function, Instance(cls), tuple(bound.items()), how)
    return bound


def note_construction(run: Interpreter, node: f.Call, driver: Driver, arguments: Arguments) -> None:
    if driver.type.kind is Kind.CLIENT:
        run.constructions[id(node)] = Construction(
            node, driver, bool(run.guards or run.key_guards), run.address_comes_from_outside(node)
        )


# --- names from outside of the project ----------------------------------------------------------------------------


def external_call(run: Interpreter, node: f.Call, dotted: str, arguments: Arguments) -> Shape:
    project = run.project
    type_ = drivers.type_of_class(dotted)
    if type_ is not None:
        return driver_construction(run, node, type_, arguments)
    if dotted.startswith("builtins."):
        return builtin_call(run, node, dotted.removeprefix("builtins."), arguments)
    if dotted in known.OBJECT_IDS:
        return Plain("object_id", run.place(node))
    if dotted in known.GATHERERS:
        return gather(run, node, arguments)
    if dotted.startswith("beanie.") and dotted.removeprefix("beanie.") in known.ODM_HANDLES:
        flavour = Flavour(known.ODM_HANDLES[dotted.removeprefix("beanie.")])
        return Driver(DriverType(flavour, Kind.COLLECTION), Proof.CONSTRUCTED, run.place(node))
    first = positional(arguments, 0)
    if dotted in known.WAITERS and first is not None:
        run.operate_deep(Op.SCHEDULE, first[0], first[1], dotted)
        return Coroutine(result_of(first[1]), run.place(node))
    if dotted in known.TASK_MAKERS and first is not None:
        run.operate_deep(Op.SCHEDULE, first[0], first[1], dotted)
        return Coroutine(result_of(first[1]), run.place(node))
    if dotted in known.RUNNERS and first is not None:
        run.operate_deep(Op.SCHEDULE, first[0], first[1], dotted)
        return join_all([result_of(first[1]), *run_functions(run, node, first[1], arguments[1:], How.TASK)])
    if dotted in known.THREAD_RUNNERS:
        return in_thread(run, node, arguments, known.THREAD_RUNNERS[dotted], dotted in known.WRAPPERS)
    if dotted == "functools.partial" and first is not None:
        return partial(run, node, first[1], arguments[1:])
    if dotted in ("threading.Thread", "multiprocessing.Process"):
        return start_thread(run, node, arguments)
    if dotted in ("typing.cast", "typing_extensions.cast") and len(arguments) == 2:
        value = arguments[1][1]
        return value if members(value) else project.annotation(arguments[0][0].value, run.scope)
    if dotted in known.COPIES and first is not None:
        return first[1]
    if dotted in ("inspect.isawaitable", "asyncio.iscoroutine", "inspect.iscoroutine", "asyncio.isfuture"):
        return Plain("bool")
    if dotted in RESPONSES:
        respond(run, dotted, arguments)
        return ExternalInstance(dotted)
    if dotted in DEPENDS and first is not None:
        run.escape(node, first[1])
        return project.provided(first[1], run.place(node))
    if dotted == "starlette.middleware.Middleware" and first is not None:
        return add_middleware(run, node, first[1], arguments[1:])
    if dotted == "tornado.web.Application":
        for argument, shape in arguments:
            if argument.keyword is not None:
                run.store(argument, ExternalInstance("state:app:tornado.settings"), argument.keyword, shape)
    role = project.function_role(dotted)
    if role is not None:
        register(run, node, arguments, role)
        return ExternalInstance(dotted)
    register_keywords(run, node, dotted, arguments)
    if dotted == "contextvars.ContextVar" and first is not None and isinstance(first[1], Text):
        return ExternalInstance(
            f"{dotted}:{first[1].value}", tuple((a.keyword, s) for a, s in arguments if a.keyword == "default")
        )
    for argument, shape in arguments:
        if argument.star == 2:
            run.operate(Op.UNPACK, argument.value, shape)
        run.escape(argument.value, shape)
        forget_document(run, argument.value)
    return ExternalInstance(dotted, given_of(arguments))


def add_middleware(run: Interpreter, node: f.Call, shape: Shape, arguments: Arguments) -> Shape:
    """`app.add_middleware(Class, option=…)`: the framework makes the instance."""
    for member in members(shape):
        if isinstance(member, ClassRef):
            application = (f.Argument(node.start, node.end, node), UNKNOWN)
            class_call(run, node, member, [application, *arguments])
    return UNKNOWN


def instance_method(run: Interpreter, node: f.Call, attr: str, member: Instance, arguments: Arguments) -> Shape | None:
    """Methods that an instance of a project's class has from a framework's or a model's base class."""
    project = run.project
    if members(project.class_lookup(member.cls, attr)):
        return None
    role = project.instance_registrar(member, attr)
    if role is not None:
        for argument, shape in arguments:
            run.operate_deep(Op.ESCAPE, argument.value, shape)
        register(run, node, arguments, role)
        return UNKNOWN
    if attr in ("model_dump", "dict") and project.is_model(member.cls):
        keywords = {argument.keyword: argument.value for argument, _ in arguments}
        by_alias = keywords.pop("by_alias", None)
        has_aliases = isinstance(by_alias, f.Constant) and by_alias.value is True and not keywords
        return project.model_dump(member.cls, has_aliases)
    return None


def given_of(arguments: Arguments) -> tuple[tuple[int | str, Shape], ...]:
    """The driver objects and functions among a call's arguments, for instances of classes that we don't see."""
    telling: list[tuple[int | str, Shape]] = []
    for index, (argument, shape) in enumerate(arguments):
        if not argument.star and any(isinstance(part, Driver | FunctionRef | Instance) for part in members(shape)):
            telling.append((argument.keyword if argument.keyword is not None else index, shape))
    return tuple(telling)


def driver_construction(run: Interpreter, node: f.Call, type_: DriverType, arguments: Arguments) -> Shape:
    driver = Driver(type_, Proof.CONSTRUCTED, run.place(node), construction_name(arguments))
    if type_.kind is Kind.CLIENT:
        note_construction(run, node, driver, arguments)
    return driver


def construction_name(arguments: Arguments) -> str | None:
    """`AsyncDatabase(client, "shop")`"""
    second = positional(arguments, 1, "name")
    return second[1].value if second is not None and isinstance(second[1], Text) else None


def result_of(shape: Shape) -> Shape:
    return join_all(member.result for member in members(shape) if isinstance(member, Coroutine))


def gather(run: Interpreter, node: f.Call, arguments: Arguments) -> Shape:
    results: list[Shape] = []
    is_open = False
    for argument, shape in arguments:
        run.operate_deep(Op.SCHEDULE, argument.value, shape, "gather")
        if driver_of(shape) is not None and not argument.star:
            run.operate(Op.AWAIT, argument.value, shape)
        if argument.star:
            is_open = True
            results.append(join_all(result_of(part) for part in parts(shape)))
        elif argument.keyword is None:
            inner = result_of(shape)
            results.append(inner if members(inner) else join_all(result_of(part) for part in parts(shape)))
    return Coroutine(ListOf(join_all(results)) if is_open else TupleOf(tuple(results)), run.place(node))


def run_functions(run: Interpreter, node: f.Call, shape: Shape, arguments: Arguments, how: How) -> list[Shape]:
    """Call the functions that the shape may be with these arguments; gives what they return."""
    found: list[Shape] = []
    for member in members(shape):
        if isinstance(member, FunctionRef):
            result = function_call(run, node, member, arguments, how)
            found.append(join_all(m.result if isinstance(m, Coroutine) else m for m in members(result)))
        elif isinstance(member, DriverMethod):
            method = drivers.member(member.owner.type, member.member)
            if method is not None:
                found.append(run.project.driver_result(method, member.owner, arguments, run.place(node), run))
    return found


def in_thread(run: Interpreter, node: f.Call, arguments: Arguments, position: int, is_wrapper: bool) -> Shape:
    chosen = positional(arguments, position, "func")
    if chosen is None:
        return UNKNOWN
    rest = [item for item in arguments if item[0].value is not chosen[0]][position:]
    if is_wrapper:
        for member in members(chosen[1]):
            if isinstance(member, FunctionRef):
                run.call_site(node, member.function, member.receiver, (), How.THREAD)
        return UNKNOWN
    return Coroutine(join_all(run_functions(run, node, chosen[1], rest, How.THREAD)), run.place(node))


def start_thread(run: Interpreter, node: f.Call, arguments: Arguments) -> Shape:
    target = positional(arguments, 1, "target")
    handed = positional(arguments, 3, "args")
    if target is not None:
        items = (
            [item for m in members(handed[1]) if isinstance(m, TupleOf) for item in m.items]
            if handed is not None
            else []
        )
        rest: Arguments = [(f.Argument(node.start, node.end, node), item) for item in items]
        run_functions(run, node, target[1], rest, How.THREAD)
    return ExternalInstance("threading.Thread")


def partial(run: Interpreter, node: f.Call, shape: Shape, arguments: Arguments) -> Shape:
    found: list[Shape] = []
    for member in members(shape):
        if isinstance(member, FunctionRef):
            given = list(member.given)
            count = sum(1 for key, _ in given if isinstance(key, int))
            for argument, value in arguments:
                if argument.star:
                    continue
                if argument.keyword is not None:
                    given.append((argument.keyword, value))
                else:
                    given.append((count, value))
                    count += 1
            reference = FunctionRef(member.function, member.receiver, tuple(given))
            bound = run.project.bind_arguments(reference, [])
            run.call_site(node, member.function, member.receiver, tuple(bound.items()), How.CALLBACK)
            found.append(reference)
        else:
            if isinstance(member, ClassRef):
                note_maker(run, node, member.cls, arguments, How.CALLBACK)
            found.append(member)
    return join_all(found)


def respond(run: Interpreter, dotted: str, arguments: Arguments) -> None:
    """Something that makes JSON of its argument."""
    sender = RESPONSES[dotted]
    if any(argument.keyword in ("default", "cls", "custom_encoder", "dumps") for argument, _ in arguments):
        return
    content = positional(arguments, sender.position, sender.keyword)
    if content is not None:
        run.operate_deep(Op.RESPOND, content[0], content[1], dotted)
        run.response(content[0], content[1], dotted)


def register(run: Interpreter, node: f.Call, arguments: Arguments, role: tuple[Role, int, str]) -> None:
    chosen = positional(arguments, role[1], "") or next(
        ((a.value, s) for a, s in arguments if a.keyword in known_function_keywords), None
    )
    if chosen is None:
        return
    for member in members(chosen[1]):
        if isinstance(member, FunctionRef):
            run.register(role[0], member.function, node, node, role[2])
            if role[0] in (Role.BACKGROUND, Role.HANDLER):
                bound = run.project.bind_arguments(member, arguments[role[1] + 1 :])
                run.call_site(node, member.function, member.receiver, tuple(bound.items()), How.TASK)


known_function_keywords = frozenset({"endpoint", "handler", "func", "view_func", "dependency", "job_func", "callback"})


def register_keywords(run: Interpreter, node: f.Call, dotted: str, arguments: Arguments) -> None:
    """`FastAPI(lifespan=f, on_startup=[g])`"""
    framework = run.project.framework(dotted)
    if framework is None:
        return
    for argument, shape in arguments:
        if argument.keyword in framework.lifespan_keywords | framework.startup_keywords:
            for part in parts(shape):
                if isinstance(part, FunctionRef):
                    run.register(Role.STARTUP, part.function, node, node, framework.name)


def builtin_call(run: Interpreter, node: f.Call, name: str, arguments: Arguments) -> Shape:
    first = positional(arguments, 0)
    if name == "super":
        return run.super_()
    if name == "object.__new__" and first is not None:
        return join_all(Instance(member.cls) for member in members(first[1]) if isinstance(member, ClassRef))
    if name == "getattr" and first is not None:
        key = positional(arguments, 1)
        attr = key[1].value if key is not None and isinstance(key[1], Text) else None
        found = [
            run.project.attribute(m, attr)
            if not isinstance(m, Driver | Coroutine) and attr is not None
            else _get(run, m, attr, node)
            for m in members(first[1])
        ]
        if len(arguments) > 2:
            found.append(arguments[2][1])
        return join_all(found)
    if name == "setattr" and len(arguments) == 3:
        key_shape = arguments[1][1]
        if isinstance(key_shape, Text) and key_shape.value is not None:
            run.store(node, arguments[0][1], key_shape.value, arguments[2][1])
        return NIL
    if name in ("isinstance", "issubclass", "hasattr", "callable", "id", "type", "vars", "dir"):
        if name == "type" and first is not None:
            return join_all(ClassRef(m.cls) for m in members(first[1]) if isinstance(m, Instance))
        return Plain("bool")
    if name in known.TEXT_BUILTINS:
        for argument, shape in arguments:
            run.operate(Op.FORMAT, argument.value, coroutines(shape), name)
        return STRING if name != "print" else NIL
    if name == "len" and first is not None:
        run.operate(Op.LENGTH, first[0], first[1])
        return Plain("int")
    if name == "bool" and first is not None:
        run.operate(Op.TRUTH, first[0], first[1])
        return Plain("bool")
    if name in ("aiter", "anext") and first is not None:
        run.operate(Op.ASYNC_ITERATE, first[0], first[1], name)
        return UNKNOWN
    if name in known.ITERATING_BUILTINS and first is not None:
        return iterating_builtin(run, node, name, first, arguments)
    if name in known.ITERATING_ALL:
        return zipped(run, name, arguments)
    if name in known.PLAIN_BUILTINS:
        for argument, shape in arguments:
            run.operate(Op.ARGUMENT, argument.value, coroutines(shape), name)
        return Plain(known.PLAIN_BUILTINS[name])
    if name in ("dict",):
        entries = tuple(sorted((a.keyword, s) for a, s in arguments if a.keyword is not None))
        for argument, shape in arguments:
            if argument.star == 2:
                run.operate(Op.UNPACK, argument.value, shape)
        spread = [m for a, s in arguments if a.star == 2 for m in members(s) if isinstance(m, Document)]
        if spread:
            return spread[0]
        return Mapping(entries, UNKNOWN)
    if name in ("list", "set", "tuple", "frozenset"):
        return ListOf(UNKNOWN)
    if name in ("int", "float", "bool"):
        return Plain(name)
    for argument, shape in arguments:
        run.escape(argument.value, shape)
    return UNKNOWN


def _get(run: Interpreter, member: Shape, attr: str | None, node: f.Call) -> Shape:
    if isinstance(member, Driver):
        if attr is None:
            return sub_object(member, None)
        return run.driver_attribute(member, attr, node)
    return UNKNOWN


def coroutines(shape: Shape) -> Shape:
    return join_all(member for member in members(shape) if isinstance(member, Coroutine))


def iterating_builtin(
    run: Interpreter, node: f.Call, name: str, first: tuple[f.Expr, Shape], arguments: Arguments
) -> Shape:
    if name == "dict":
        copies = [m for m in members(first[1]) if isinstance(m, Document | Mapping)]
        if copies:
            return join_all(with_keywords(member, arguments[1:]) for member in copies)
    if name == "next":
        run.iterate(first[0], first[1], False, name)
        return join_all(member.element for member in members(first[1]) if isinstance(member, Stream))
    if name in ("min", "max") and len(arguments) > 1 and arguments[1][0].keyword is None:
        return join_all(shape for argument, shape in arguments if argument.keyword is None)
    element = run.iterate(first[0], first[1], False, name)
    if name == "enumerate":
        return ListOf(TupleOf((Plain("int"), element)))
    if name in ("any", "all"):
        return Plain("bool")
    if name in ("sum",):
        return Plain("int")
    if name in ("min", "max"):
        return element
    if name == "dict":
        return Mapping((), UNKNOWN)
    if name == "iter":
        return Stream(element, False)
    return ListOf(element)


def with_keywords(copied: Document | Mapping, arguments: Arguments) -> Shape:
    """`dict(document, _id=…)`"""
    if isinstance(copied, Mapping):
        return copied
    for argument, shape in arguments:
        if argument.star:
            return msgspec.structs.replace(copied, id=Id.UNCLEAR)
        if argument.keyword == "_id":
            return msgspec.structs.replace(copied, id=id_after(shape))
    return copied


def zipped(run: Interpreter, name: str, arguments: Arguments) -> Shape:
    iterated = arguments if name == "zip" else arguments[1:]
    elements = [run.iterate(a.value, s, False, name) for a, s in iterated if a.keyword is None]
    if name == "zip":
        return ListOf(TupleOf(tuple(elements)))
    if name == "filter":
        return ListOf(elements[0]) if elements else UNKNOWN
    function = arguments[0] if arguments else None
    if function is None:
        return UNKNOWN
    results: list[Shape] = []
    handed: Arguments = [
        (f.Argument(a.start, a.end, a.value), e) for (a, _), e in zip(iterated, elements, strict=False)
    ]
    for member in members(function[1]):
        if isinstance(member, FunctionRef | DriverMethod | ClassRef | External):
            results.append(
                call_member(
                    run, f.Call(function[0].value.start, function[0].value.end, function[0].value, ()), member, handed
                )
            )
    return ListOf(join_all(results))


# --- methods of containers, documents and well-known objects --------------------------------------------------------


def container_call(
    run: Interpreter, node: f.Call, func: f.Attribute, receiver: Shape, arguments: Arguments
) -> Shape | None:
    """Methods of lists, dictionaries, documents and of the standard library's objects; None for everything else."""
    handled = False
    found: list[Shape] = []
    for member in members(receiver):
        match member:
            case Document():
                handled = True
                found.append(document_method(run, func, member, arguments))
            case Mapping():
                handled = True
                found.append(mapping_method(run, node, func, member, arguments))
            case ListOf() | TupleOf():
                handled = True
                found.append(list_method(run, node, func, member, arguments))
            case Text() | Plain():
                handled = True
                for argument, shape in arguments:
                    run.operate(Op.FORMAT, argument.value, coroutines(shape), func.attr)
                found.append(STRING if isinstance(member, Text) and func.attr not in ("split", "encode") else UNKNOWN)
            case Stream(element=element, is_async=is_async):
                if func.attr in ("__anext__", "__next__", "asend", "send"):
                    handled = True
                    found.append(Coroutine(element, run.place(node)) if is_async else element)
            case Super() if func.attr == "__new__":
                handled = True
                found.append(Instance(member.receiver.cls) if isinstance(member.receiver, ClassRef) else UNKNOWN)
            case ClassRef(cls) if func.attr == "__new__" and not members(run.project.class_lookup(cls, "__new__")):
                handled = True
                found.append(Instance(cls))
            case ExternalInstance() | External() | Instance():
                special = external_method(run, node, func.attr, member, arguments)
                if special is not None:
                    handled = True
                    found.append(special)
    if not handled:
        return None
    rest = [
        m
        for m in members(receiver)
        if not isinstance(
            m, Document | Mapping | ListOf | TupleOf | Text | Plain | Stream | ExternalInstance | External
        )
    ]
    for member in rest:
        target = run.attribute_of(member, func)
        for callee in members(target):
            found.append(call_member(run, node, callee, arguments, is_alone=False))
    return join_all(found)


def document_method(run: Interpreter, func: f.Attribute, document: Document, arguments: Arguments) -> Shape:
    key = positional(arguments, 0)
    name = key[1].value if key is not None and isinstance(key[1], Text) else None
    target = func.value.id if isinstance(func.value, f.Name) else None
    match func.attr:
        case "get":
            return document_field(document, name)
        case "pop":
            if target is not None and name is not None:
                run.remove_key(target, name)
            return document_field(document, name)
        case "copy":
            return document
        case "update" | "setdefault":
            if target is not None:
                state = document.id
                if key is not None and isinstance(key[1], Mapping):
                    given = dict(key[1].entries)
                    if "_id" in given:
                        state = id_after(given["_id"])
                    elif members(key[1].rest):
                        state = Id.UNCLEAR
                elif any(a.keyword == "_id" for a, _ in arguments) or (key is not None and func.attr == "update"):
                    state = Id.UNCLEAR
                run.change(target, msgspec.structs.replace(document, id=state))
            return UNKNOWN
        case "items" | "keys" | "values":
            return ListOf(UNKNOWN)
    return UNKNOWN


def mapping_method(run: Interpreter, node: f.Call, func: f.Attribute, mapping: Mapping, arguments: Arguments) -> Shape:
    key = positional(arguments, 0)
    name = key[1].value if key is not None and isinstance(key[1], Text) else None
    entries = dict(mapping.entries)
    target = func.value.id if isinstance(func.value, f.Name) else None
    everything = join_all([mapping.rest, *entries.values()])
    match func.attr:
        case "get" | "pop" | "setdefault":
            value = everything if name is None else entries.get(name, mapping.rest)
            default = positional(arguments, 1, "default")
            if func.attr == "pop" and target is not None and name is not None:
                run.remove_key(target, name)
            if func.attr == "setdefault" and default is not None and target is not None and name is not None:
                run.change(
                    target, Mapping(tuple(sorted({**entries, name: join(value, default[1])}.items())), mapping.rest)
                )
            return join(value, default[1]) if default is not None else value
        case "values":
            return ListOf(everything)
        case "items":
            return ListOf(TupleOf((STRING, everything)))
        case "keys":
            return ListOf(STRING)
        case "copy":
            return mapping
        case "update":
            for argument, shape in arguments:
                if argument.keyword is not None:
                    entries[argument.keyword] = shape
                for member in members(shape) if argument.keyword is None else ():
                    if isinstance(member, Mapping):
                        entries.update(member.entries)
                        mapping = Mapping((), join(mapping.rest, member.rest))
            if target is not None:
                run.change(target, Mapping(tuple(sorted(entries.items())), mapping.rest))
            return NIL
    for argument, shape in arguments:
        run.escape(argument.value, shape)
    return UNKNOWN


def list_method(
    run: Interpreter, node: f.Call, func: f.Attribute, value: ListOf | TupleOf, arguments: Arguments
) -> Shape:
    element = element_of(value)
    match func.attr:
        case "append" | "add" | "insert" | "appendleft":
            added = kept(join_all(shape for _, shape in arguments))
            grow(run, node, func.value, value, added, arguments)
            return NIL
        case "extend" | "update":
            added = join_all(run.iterate(a.value, s, False, func.attr) for a, s in arguments)
            grow(run, node, func.value, value, added, arguments)
            return NIL
        case "pop" | "popleft":
            return element
        case "copy":
            return value
    for argument, shape in arguments:
        run.escape(argument.value, shape)
    return UNKNOWN


def grow(
    run: Interpreter, node: f.Call, target: f.Expr, value: ListOf | TupleOf, added: Shape, arguments: Arguments
) -> None:
    """A list gets another element. Where the list itself can't be followed, neither can the element."""
    if isinstance(target, f.Name) and target.id in run.env and isinstance(value, ListOf):
        run.change(target.id, ListOf(join(value.element, added)))
        return
    if run.put_away(node, target, ListOf(added)):
        return
    for argument, shape in arguments:
        run.escape(argument.value, shape)


def external_method(
    run: Interpreter, node: f.Call, attr: str, member: ExternalInstance | External | Instance, arguments: Arguments
) -> Shape | None:
    """Methods of event loops, executors, loggers, context variables, applications; None for other methods."""
    project = run.project
    first = positional(arguments, 0)
    if isinstance(member, Instance):
        return instance_method(run, node, attr, member, arguments)
    dotted = member.dotted
    if isinstance(member, ExternalInstance):
        if attr == "add_middleware" and first is not None:
            return add_middleware(run, node, first[1], arguments[1:])
        role = project.registrar_role(dotted, attr)
        if role is not None:
            for argument, shape in arguments:
                run.operate_deep(Op.ESCAPE, argument.value, shape)
            register(run, node, arguments, role)
            return UNKNOWN
        if attr in known.THREAD_METHODS and not dotted.startswith(("app:", "request:")):
            return in_thread(run, node, arguments, known.THREAD_METHODS[attr], False)
        if attr in known.TASK_METHODS and first is not None:
            run.operate_deep(Op.SCHEDULE, first[0], first[1], attr)
            results = run_functions(run, node, first[1], arguments[1:], How.TASK)
            result = join_all([result_of(first[1]), *results])
            for argument, shape in arguments[1:]:
                run.escape(argument.value, shape)
            return result if attr in ("run_until_complete", "run") else Coroutine(result, run.place(node))
        if attr in known.LOGGING and dotted.startswith(("logging.", "loguru.", "structlog.", "builtins.")):
            for argument, shape in arguments:
                run.operate(Op.FORMAT, argument.value, coroutines(shape), "log")
            return NIL
        if dotted.startswith("contextvars.ContextVar"):
            if attr == "set" and first is not None:
                run.store(node, member, "value", first[1])
                return UNKNOWN
            if attr == "get":
                default = [shape for key, shape in member.given if key == "default"]
                return join_all([*default, project.holder_item(dotted, "value")])
        if attr in ("enter_async_context", "enter_context") and first is not None:
            value = run.enter(first[0], first[1], attr == "enter_async_context")
            return Coroutine(value, run.place(node)) if attr == "enter_async_context" else value
    elif attr in known.LOGGING and dotted in ("logging", "loguru.logger", "logging.root"):
        for argument, shape in arguments:
            run.operate(Op.FORMAT, argument.value, coroutines(shape), "log")
        return NIL
    return None
