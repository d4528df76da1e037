"""The laws of the lattice, and what is read off a shape."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pymongo_async_lint.capture import capture
from pymongo_async_lint.drivers import DriverType, Flavour, Kind
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.scopes import Module
from pymongo_async_lint.link.shapes import (
    MAX_MEMBERS,
    NIL,
    STRING,
    UNKNOWN,
    ClassRef,
    Context,
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
    ModuleRef,
    Plain,
    Proof,
    Shape,
    Stream,
    Super,
    Text,
    TupleOf,
    Union,
    bounded,
    driver_of,
    element_of,
    is_worth_keeping,
    join,
    join_all,
    members,
    only,
    widened,
    without_nil,
)

SHOP = Module("shop.py", capture("class Cart: ...\nclass Order: ...\ndef price(): ...\ndef pay(): ...\n"))
CLASSES = [SHOP.cls(SHOP.bindings[name][0].node) for name in ("Cart", "Order")]  # type: ignore[arg-type]
INSTANCES = [Instance(cls) for cls in CLASSES]
FUNCTIONS = SHOP.all_functions()

HERE, THERE = Place("a.py", 1, 9), Place("b.py", 2, 8)
places = st.sampled_from([HERE, THERE])
words = st.sampled_from(["users", "orders"])
names = st.none() | words

types = st.sampled_from([DriverType(flavour, kind) for flavour in Flavour for kind in (Kind.CLIENT, Kind.CURSOR)])
drivers = st.builds(Driver, types, st.sampled_from(Proof), places, names)
documents = st.builds(Document, st.sampled_from(Id), places, st.booleans(), names)
simple = st.one_of(
    st.sampled_from([UNKNOWN, NIL, STRING]),
    st.builds(Text, names),
    st.builds(Plain, st.sampled_from(["int", "object_id"]), st.none() | places),
    drivers,
    documents,
    st.sampled_from([*map(ClassRef, CLASSES), *INSTANCES]),
    st.sampled_from([FunctionRef(function, receiver) for function in FUNCTIONS for receiver in (None, *INSTANCES)]),
    st.sampled_from([Super(cls, receiver) for cls in CLASSES for receiver in INSTANCES]),
    st.builds(DriverMethod, drivers, st.sampled_from(["find", "find_one"])),
    st.builds(ModuleRef, words),
    st.builds(External, words),
    st.builds(ExternalInstance, words, st.sampled_from([(), ((0, STRING),)])),
)


def coroutine_at(place: Place, result: Shape, via: tuple[Place, ...], is_spent: bool) -> Coroutine:
    """One call makes coroutines of one operation."""
    return Coroutine(
        result,
        place,
        Driver(DriverType(Flavour.ASYNC, Kind.COLLECTION), Proof.CONSTRUCTED, HERE),
        "find_one",
        via=via,
        is_spent=is_spent,
    )


def containers(inner: st.SearchStrategy[Shape]) -> st.SearchStrategy[Shape]:
    entries = st.dictionaries(words, inner).map(lambda found: tuple(sorted(found.items())))
    return st.one_of(
        st.builds(ListOf, inner),
        st.tuples(inner, st.booleans()).map(lambda fields: Stream(*fields)),
        st.builds(Context, inner, st.booleans()),
        st.lists(inner, max_size=2).map(lambda items: TupleOf(tuple(items))),
        st.builds(Mapping, entries, inner),
        st.builds(coroutine_at, places, inner, st.lists(places, max_size=2).map(tuple), st.booleans()),
    )


shapes = st.recursive(simple, lambda inner: containers(inner) | st.lists(inner, max_size=3).map(join_all), max_leaves=4)


@given(shapes, shapes)
def test_join_is_commutative(left: Shape, right: Shape) -> None:
    assert join(left, right) == join(right, left)


@given(shapes, shapes, shapes)
def test_join_is_associative(first: Shape, second: Shape, third: Shape) -> None:
    assert join(join(first, second), third) == join(first, join(second, third)) == join_all([first, second, third])


@given(shapes, shapes)
def test_join_is_idempotent(left: Shape, right: Shape) -> None:
    both = join(left, right)
    assert join(left, left) == left
    assert join(both, both) == join(both, left) == join(both, right) == both


@given(shapes)
def test_the_unknown_is_neutral(shape: Shape) -> None:
    assert join(shape, UNKNOWN) == join(UNKNOWN, shape) == shape


@given(st.lists(shapes, max_size=6))
def test_unions_are_flat_and_small_and_say_nothing_twice(found: list[Shape]) -> None:
    union = join_all(found)
    if isinstance(union, Union):
        assert 2 <= len(union.members) <= MAX_MEMBERS
        assert not {Union, type(UNKNOWN)} & {type(member) for member in union.members}
        assert join_all(union.members) == union


def test_a_union_keeps_the_same_members_in_whatever_order_they_come() -> None:
    many = [External(f"package.name_{number:02}") for number in range(MAX_MEMBERS + 8)]
    assert members(join_all(many)) == members(join_all(reversed(many))) == tuple(many[:MAX_MEMBERS])


@given(shapes)
def test_a_container_that_is_put_into_itself_again_and_again_settles(shape: Shape) -> None:
    seen = set()
    while shape not in seen:
        assert len(seen) < 20
        seen.add(shape)
        shape = bounded(join(shape, ListOf(shape)))


# --- what merging keeps -----------------------------------------------------------------------------------------------


@given(st.lists(shapes, max_size=6))
def test_what_is_widened_only_grows_and_not_beyond_what_is_kept(found: list[Shape]) -> None:
    answer: Shape = UNKNOWN
    for shape in map(bounded, found):
        before, answer = answer, widened(answer, shape)
        assert join(before, answer) == answer == bounded(answer)


def driver(
    flavour: Flavour, kind: Kind, proof: Proof = Proof.CONSTRUCTED, place: Place = HERE, name: str | None = None
) -> Driver:
    return Driver(DriverType(flavour, kind), proof, place, name)


def test_the_better_proof_of_a_driver_object_wins() -> None:
    built = driver(Flavour.ASYNC, Kind.DATABASE, Proof.CONSTRUCTED, THERE, "shop")
    annotated = driver(Flavour.ASYNC, Kind.DATABASE, Proof.ANNOTATED, HERE, "shop")
    assert join(annotated, built) == built


def test_a_collection_of_two_names_has_none() -> None:
    found = join(
        driver(Flavour.ASYNC, Kind.COLLECTION, name="users"), driver(Flavour.ASYNC, Kind.COLLECTION, name="orders")
    )
    assert isinstance(found, Driver)
    assert found.name is None


@pytest.mark.parametrize(("left", "right"), [(Id.RAW, Id.SAFE), (Id.RAW, Id.UNCLEAR), (Id.SAFE, Id.UNCLEAR)])
def test_documents_that_differ_in_their_id_are_unclear(left: Id, right: Id) -> None:
    assert join(Document(left, HERE), Document(right, THERE)) == Document(Id.UNCLEAR, HERE)


def test_only_what_every_branch_has_inserted_counts_as_inserted() -> None:
    assert join(Document(Id.RAW, HERE, inserted=True), Document(Id.RAW, HERE)) == Document(Id.RAW, HERE)


def test_a_coroutine_is_spent_only_if_every_path_has_awaited_it() -> None:
    fresh, spent = coroutine_at(HERE, UNKNOWN, (), False), coroutine_at(HERE, UNKNOWN, (), True)
    assert join(fresh, spent) == fresh
    assert join(spent, spent) == spent


def test_coroutines_of_two_calls_stay_apart() -> None:
    assert len(members(join(coroutine_at(HERE, UNKNOWN, (), False), coroutine_at(THERE, UNKNOWN, (), False)))) == 2


def test_a_dictionary_keeps_the_keys_of_both() -> None:
    left, right = Mapping((("db", ListOf(NIL)),), UNKNOWN), Mapping((("client", STRING),), NIL)
    assert join(left, right) == Mapping((("client", STRING), ("db", ListOf(NIL))), NIL)


def test_tuples_merge_item_by_item_if_they_are_as_long() -> None:
    assert join(TupleOf((NIL, STRING)), TupleOf((NIL, NIL))) == TupleOf((NIL, join(STRING, NIL)))
    assert len(members(join(TupleOf((NIL,)), TupleOf((NIL, NIL))))) == 2


# --- driver_of --------------------------------------------------------------------------------------------------------


def test_alternatives_of_two_flavours_are_no_driver_object() -> None:
    mixed = join(driver(Flavour.ASYNC, Kind.CLIENT), driver(Flavour.SYNC, Kind.CLIENT))
    assert driver_of(mixed) is None
    assert driver_of(join(mixed, NIL)) is None


def test_flavours_disagree_also_where_one_is_proved_better() -> None:
    """An annotation may be wrong about the kind, but then the constructor's flavour is not certain either."""
    found = join(driver(Flavour.ASYNC, Kind.CLIENT), driver(Flavour.MOTOR, Kind.CLIENT, Proof.ANNOTATED))
    assert driver_of(found) is None


def test_of_one_flavour_the_best_proved_kind_is_taken() -> None:
    built = driver(Flavour.ASYNC, Kind.DATABASE)
    assert driver_of(join(driver(Flavour.ASYNC, Kind.CLIENT, Proof.ANNOTATED), built)) == built


def test_none_is_no_alternative() -> None:
    client = driver(Flavour.SYNC, Kind.CLIENT)
    assert driver_of(join(client, NIL)) == driver_of(client) == client


@pytest.mark.parametrize("other", [STRING, Plain("int"), ListOf(NIL), Document(Id.RAW, HERE), Instance(CLASSES[0])])
def test_what_may_be_something_else_is_no_driver_object(other: Shape) -> None:
    assert driver_of(join(driver(Flavour.ASYNC, Kind.CLIENT), other)) is None


@pytest.mark.parametrize("shape", [UNKNOWN, NIL])
def test_nothing_is_no_driver_object(shape: Shape) -> None:
    assert driver_of(shape) is None


@given(st.lists(drivers, min_size=1))
def test_one_flavour_is_always_a_driver_object_and_two_never(found: list[Driver]) -> None:
    flavours = {one.type.flavour for one in found}
    chosen = driver_of(join_all(found))
    assert (chosen is not None) == (len(flavours) == 1)
    assert chosen is None or chosen.proof == min(one.proof for one in found)


# --- smaller questions ------------------------------------------------------------------------------------------------


def test_without_nil() -> None:
    assert without_nil(NIL) == UNKNOWN
    assert without_nil(join(NIL, STRING)) == STRING
    assert without_nil(STRING) == STRING


def test_only() -> None:
    assert only(join_all([NIL, STRING, ModuleRef("a.py")]), (Text, ModuleRef)) == join(STRING, ModuleRef("a.py"))
    assert only(NIL, Text) == UNKNOWN


def test_elements_of_plain_iterables() -> None:
    document = Document(Id.RAW, HERE)
    assert element_of(join(ListOf(document), TupleOf((NIL, STRING)))) == join_all([document, NIL, STRING])
    assert element_of(Stream(document, False)) == document
    assert element_of(Stream(document, True)) == UNKNOWN
    assert element_of(Mapping((("key", document),), document)) == STRING


def test_only_the_sync_cursor_is_a_plain_iterable() -> None:
    document = Document(Id.RAW, HERE)
    for flavour in Flavour:
        cursor = Driver(DriverType(flavour, Kind.CURSOR), Proof.CONSTRUCTED, HERE, element=document)
        assert element_of(cursor) == (document if flavour is Flavour.SYNC else UNKNOWN)


@pytest.mark.parametrize(
    "shape", [UNKNOWN, NIL, STRING, Plain("int"), ListOf(STRING), Mapping((("key", NIL),), STRING)]
)
def test_plain_data_is_not_worth_keeping(shape: Shape) -> None:
    assert not is_worth_keeping(shape)


@pytest.mark.parametrize(
    "shape",
    [
        driver(Flavour.ASYNC, Kind.CLIENT),
        DriverMethod(driver(Flavour.ASYNC, Kind.CLIENT), "close"),
        Document(Id.RAW, HERE),
        Plain("object_id", HERE),
        TupleOf((STRING, ListOf(Document(Id.RAW, HERE)))),
        Mapping((("key", FunctionRef(FUNCTIONS[0])),), UNKNOWN),
        join(NIL, ClassRef(CLASSES[0])),
    ],
    ids=lambda shape: type(shape).__name__,
)
def test_what_leads_to_the_driver_is_worth_keeping(shape: Shape) -> None:
    assert is_worth_keeping(shape)


def test_a_context_manager_is_judged_by_itself() -> None:
    assert join(Context(NIL, True), Context(NIL, True)) == Context(NIL, True)
    assert len(members(join(Context(NIL, True), Context(NIL, False)))) == 2
