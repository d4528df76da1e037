"""The table of driver types, made from the installed packages."""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
from collections.abc import Iterator

from driver_tables.introspection import (
    generic_parts,
    how_of,
    import_if_possible,
    instance_attributes,
    made_classes,
    parameters,
    protocols_of,
    return_annotation,
    stub_annotations,
    union_parts,
)
from driver_tables.knowledge import (
    CLASSES,
    CURSORS,
    FIRST_RELEASES,
    FORMER_CLASSES,
    MOTOR_PREFIXES,
    MOTOR_RETURNS,
    NO_ROUND_TRIP,
    PUBLIC_IN_SPITE_OF_THEIR_NAME,
    PYMONGO_RETURNS,
    RETURNS,
    WORDS,
)
from pymongo_async_lint.drivers.modules import module_tables
from pymongo_async_lint.drivers.tables import TypeTable, TypeTables
from pymongo_async_lint.drivers.vocabulary import Flavour, How, Kind, Member


class Installed:
    """The drivers that this interpreter can import."""

    def __init__(self) -> None:
        self.releases = {name: importlib.metadata.version(name) for name in ("pymongo", "motor")}
        self.classes: dict[tuple[Flavour, Kind], list[type]] = {}
        """The classes of each type, the one that users know first. Some releases lack some types."""
        for flavour, kinds in CLASSES.items():
            for kind, (home, *names) in kinds.items():
                module = importlib.import_module(home)
                if hasattr(module, names[0]):
                    self.classes[flavour, kind] = [getattr(module, name) for name in names]
        self.types_by_name = {cls.__name__: type_ for type_, classes in self.classes.items() for cls in classes}
        self.stubs = dict([*stub_annotations("motor.core"), *stub_annotations("motor.motor_gridfs")])

    def tables(self) -> TypeTables:
        return TypeTables(
            releases=self.releases,
            types={
                flavour: {kind: self.table(flavour, kind) for kind in kinds if (flavour, kind) in self.classes}
                for flavour, kinds in CLASSES.items()
            },
        )

    def table(self, flavour: Flavour, kind: Kind) -> TypeTable:
        cls = self.classes[flavour, kind][0]
        members = self.motor_members(kind) if flavour is Flavour.MOTOR else self.pymongo_members(flavour, kind)
        return TypeTable(
            class_name=next(iter(self.motor_names(cls)), cls.__name__),
            paths=tuple(sorted(self.paths(flavour, kind))),
            protocols=protocols_of(cls),
            members=tuple(sorted(members, key=lambda member: member.name)),
        )

    def motor_names(self, cls: type) -> list[str]:
        """What the variants of a class of Motor are called that have a framework beneath them."""
        stem = getattr(cls, "__motor_class_name__", None)
        return [f"{prefix}{stem}" for prefix in MOTOR_PREFIXES] if stem else []

    def paths(self, flavour: Flavour, kind: Kind) -> Iterator[str]:
        """Where the classes of a type can be imported."""
        classes = self.classes[flavour, kind]
        former = FORMER_CLASSES.get((flavour, kind), frozenset())
        names = {cls.__name__ for cls in classes}.union(former, *(self.motor_names(cls) for cls in classes))
        for module, known in module_tables().modules.items():
            for name in names.intersection(known.split()):
                # Some modules have something else of that name, such as the standard library's `Collection`.
                found = getattr(import_if_possible(module), name, None)
                if name in former or found in classes or getattr(found, "__base__", None) in classes:
                    yield f"{module}.{name}"

    def attribute(self, flavour: Flavour, kind: Kind, name: str) -> object:
        return inspect.getattr_static(self.classes[flavour, kind][0], name)

    # PyMongo

    def pymongo_members(self, flavour: Flavour, kind: Kind) -> Iterator[Member]:
        for name in public_names(self.classes[flavour, kind][0]):
            attribute = self.attribute(flavour, kind, name)
            yield Member(
                name=name,
                how=how_of(attribute),
                returns=self.pymongo_returns(flavour, kind, name),
                blocks=flavour is Flavour.SYNC and self.twin_waits(kind, name) and (kind, name) not in NO_ROUND_TRIP,
                params=parameters(attribute),
                since=FIRST_RELEASES.get((kind, name)),
            )

    def twin_waits(self, kind: Kind, name: str) -> bool:
        """Whether the asynchronous API has that member, and one has to await it."""
        twin = self.classes[Flavour.ASYNC, kind][0]
        return how_of(inspect.getattr_static(twin, name, None)) in (How.COROUTINE, How.AWAITABLE_PROPERTY)

    def pymongo_returns(self, flavour: Flavour, kind: Kind, name: str) -> str:
        known = RETURNS.get((kind, name)) or PYMONGO_RETURNS.get((kind, name))
        if known:
            return known
        word = self.word(flavour, return_annotation(self.attribute(flavour, kind, name)))
        if word == "any" and flavour is Flavour.SYNC and hasattr(self.classes[Flavour.ASYNC, kind][0], name):
            # The blocking API inherits some members from built-in classes, which are not annotated.
            return self.pymongo_returns(Flavour.ASYNC, kind, name)
        if kind in CURSORS and word in {f"driver:{cursor}" for cursor in CURSORS}:
            # Annotated as the base class in some releases, but a cursor gives no other cursor than itself or its clone.
            return "self"
        return word

    # Motor

    def motor_members(self, kind: Kind) -> Iterator[Member]:
        cls = self.classes[Flavour.MOTOR, kind][0]
        names = set(public_names(cls))
        for name in names:
            yield self.motor_member(kind, name)
        for name in instance_attributes(cls) - names:
            yield Member(name, How.PROPERTY, self.motor_attribute_returns(kind, name), False, (), None)
        if inspect.isfunction(vars(cls).get("__getattr__")) and not hasattr(cls, "__getitem__"):
            # It hands everything else on to the blocking object.
            for name in set(public_names(self.classes[Flavour.SYNC, kind][0])) - names:
                yield self.delegated(kind, name, how_of(self.attribute(Flavour.SYNC, kind, name)))

    def motor_member(self, kind: Kind, name: str) -> Member:
        attribute = self.attribute(Flavour.MOTOR, kind, name)
        match type(attribute).__name__:
            case "AsyncRead" | "AsyncWrite" | "AsyncCommand":
                # With a class to wrap the result in, it becomes an `async def`; else a function that starts the work.
                how = How.COROUTINE if attribute.wrap_class else How.FUTURE  # type: ignore[attr-defined]
                twin = attribute.attr_name or name  # type: ignore[attr-defined]
                return self.delegated(kind, name, how, twin, attribute.wrap_class)  # type: ignore[attr-defined]
            case "DelegateMethod" | "ReadOnlyProperty" | "MotorGridOutProperty":
                # All of them read an attribute of the blocking object, which may well be a bound method.
                how = how_of(self.attribute(Flavour.SYNC, delegate(kind), name))
                return self.delegated(kind, name, how, name, getattr(attribute, "wrap_class", None))
            case "MotorCursorChainingMethod":
                twin_parameters = parameters(self.attribute(Flavour.SYNC, delegate(kind), name))
                return Member(name, How.METHOD, "self", False, twin_parameters, None)
        return Member(name, how_of(attribute), self.handwritten_returns(kind, name), False, parameters(attribute), None)

    def delegated(
        self, kind: Kind, name: str, how: How, twin: str | None = None, wrapper: type | None = None
    ) -> Member:
        """A member that calls the blocking object's member `twin`, and may wrap what that gives."""
        twin = twin or name
        if wrapper:
            returns = f"driver:{self.types_by_name[wrapper.__name__][1]}"
        else:
            returns = self.pymongo_returns(Flavour.SYNC, delegate(kind), twin).replace("driver:", "driver:sync:")
        twin_parameters = parameters(self.attribute(Flavour.SYNC, delegate(kind), twin))
        return Member(name, how, returns, False, twin_parameters, None)

    def handwritten_returns(self, kind: Kind, name: str) -> str:
        known = MOTOR_RETURNS.get((kind, name)) or RETURNS.get((kind, name))
        if known:
            return known
        cls = self.classes[Flavour.MOTOR, kind][0]
        attribute = inspect.getattr_static(cls, name)
        made = made_classes(attribute) if inspect.isfunction(attribute) else set()
        if len(made) == 1:
            # The source is more reliable than the stubs, which name another class here and there.
            return f"driver:{self.types_by_name[made.pop()][1]}"
        annotations = (self.stubs.get((base.__name__, name)) for base in cls.__mro__)
        return self.word(Flavour.MOTOR, next(filter(None, annotations), ""))

    def motor_attribute_returns(self, kind: Kind, name: str) -> str:
        if name == "delegate":
            return f"driver:sync:{delegate(kind)}"
        return MOTOR_RETURNS.get((kind, name), "any")

    # Annotations

    def word(self, flavour: Flavour, annotation: str) -> str:
        """An annotation in the words of `Member.returns`."""
        alternatives = union_parts(annotation)
        if alternatives in ([], ["None"]):
            return "none" if alternatives else "any"
        name, inner = generic_parts(next(part for part in alternatives if part != "None"))
        if name in ("_DocumentType", "RawBSONDocument"):
            return "document?" if "None" in alternatives else "document"
        if name in ("list", "List"):
            element = self.word(flavour, inner)
            if element == "document":
                return "documents"
            return f"list:{element}" if element.startswith("driver:") else "list"
        if name in self.types_by_name:
            other, kind = self.types_by_name[name]
            return f"driver:{kind}" if other is flavour else f"driver:{other}:{kind}"
        return WORDS.get(name, "any")


def delegate(kind: Kind) -> Kind:
    """The kind of the blocking object behind an object of Motor."""
    return Kind.COMMAND_CURSOR if kind is Kind.LATENT_CURSOR else kind


def public_names(cls: type) -> Iterator[str]:
    for name in dir(cls):
        if not name.startswith("_") or name in PUBLIC_IN_SPITE_OF_THEIR_NAME:
            yield name


def differences(table: TypeTables, installed: TypeTables) -> Iterator[str]:
    """Where the table says something else of the installed releases, which may be older, than they do."""
    release = installed.releases["pymongo"]
    for flavour in Flavour:
        for kind in table.types[flavour].keys() | installed.types[flavour].keys():
            owner = f"{flavour} {kind}"
            expected, found = table.types[flavour].get(kind), installed.types[flavour].get(kind)
            if expected is None:
                yield f"{owner}: {release} has it, the table does not"
            elif found is not None:
                yield from _differences(owner, expected, found, release)
            elif kind is not Kind.BOUND_SESSION or not _is_before(release, FIRST_RELEASES[Kind.SESSION, "bind"]):
                yield f"{owner}: {release} does not have it"


def _differences(owner: str, expected: TypeTable, found: TypeTable, release: str) -> Iterator[str]:
    installed = {member.name: member for member in found.members}
    for member in expected.members:
        real = installed.pop(member.name, None)
        is_later = member.since is not None and _is_before(release, member.since)
        if is_later and real:
            yield f"{owner}.{member.name}: {release} has it, the table says it came with {member.since}"
        elif not is_later and not real:
            yield f"{owner}.{member.name}: {release} does not have it"
        elif real and (real.how, real.returns, real.blocks) != (member.how, member.returns, member.blocks):
            here, there = (f"{m.how} -> {m.returns}{', blocks' if m.blocks else ''}" for m in (real, member))
            yield f"{owner}.{member.name}: {release} has {here}, the table has {there}"
    for name in installed:
        yield f"{owner}.{name}: {release} has it, the table does not"
    if expected.protocols != found.protocols:
        yield f"{owner}: {release} has {found.protocols}, the table has {expected.protocols}"


def _is_before(release: str, other: str) -> bool:
    return release_key(release) < release_key(other)


def release_key(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split("."))
