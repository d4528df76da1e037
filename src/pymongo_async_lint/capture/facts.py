"""What one file says, as a small typed record.

`Facts` hold a lean tree of statements and expressions: what link needs to know which driver object an expression is and
who runs a line, and nothing else (no whitespace, no comments, no operators). They depend on the text of one file only,
never on its path or on the settings, and survive a round trip through MessagePack.

Positions are offsets into the decoded text (without the byte order mark). A node's span leaves out the parentheses
around it. Trees compare by identity: two equal-looking calls at different places are different calls.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pymongo_async_lint.capture.stack import with_large_stack

SCHEMA_VERSION = 1
"""Part of `KIND`: raise it whenever a record below changes or capture fills one differently."""

KIND = f"facts-{SCHEMA_VERSION}"
"""What kept facts are called in the cache; their keys are digests of the content that they tell of."""


class Node(msgspec.Struct, frozen=True, gc=False, array_like=True, eq=False):
    """A piece of the file from offset `start` up to, not including, offset `end`."""

    start: int
    end: int


# --- expressions ------------------------------------------------------------------------------------------------------


class Name(Node, tag=0):
    id: str


class Attribute(Node, tag=1):
    """`value.attr`; the attribute's own name ends where the node ends."""

    value: Expr
    attr: str


class Argument(Node):
    """One argument of a call. `keyword` names it; `star` counts the asterisks in front of it (0, 1 or 2)."""

    value: Expr
    keyword: str | None = None
    star: int = 0


class Call(Node, tag=2):
    func: Expr
    args: tuple[Argument, ...]


class Await(Node, tag=3):
    value: Expr


class Subscript(Node, tag=4):
    """`value[index]`; several indices are a `Sequence`, a slice is `Opaque`."""

    value: Expr
    index: Expr


class Constant(Node, tag=5):
    """A string, a number, a truth value or `None`. User and password of a URL are replaced by `***`, and a string is
    cut after 1,000 characters."""

    value: str | int | float | bool | None


class Sequence(Node, tag=6):
    """`kind` is "list", "tuple" or "set"."""

    kind: str
    items: tuple[Expr, ...]


class Entry(Node):
    """`key: value` of a dictionary; without a key it is `**value`."""

    key: Expr | None
    value: Expr


class Dict(Node, tag=7):
    entries: tuple[Entry, ...]


class ForClause(Node):
    target: Expr
    iter: Expr
    conditions: tuple[Expr, ...]
    is_async: bool


class Comprehension(Node, tag=8):
    """`kind` is "list", "set", "dict" or "generator"; `key` is there for a dict only."""

    kind: str
    key: Expr | None
    element: Expr
    clauses: tuple[ForClause, ...]


class Compare(Node, tag=9):
    """`operators` are written as in Python: "==", "is not", "in", …; there are as many as `comparators`."""

    left: Expr
    operators: tuple[str, ...]
    comparators: tuple[Expr, ...]


class Not(Node, tag=10):
    value: Expr


class BoolOp(Node, tag=11):
    """`operator` is "and" or "or"; a chain `a or b or c` is one node."""

    operator: str
    values: tuple[Expr, ...]


class Conditional(Node, tag=12):
    """`body if test else orelse`"""

    test: Expr
    body: Expr
    orelse: Expr


class FString(Node, tag=13):
    """Only the interpolated expressions (of format specifications too), in order."""

    values: tuple[Expr, ...]


class Walrus(Node, tag=14):
    target: Expr
    value: Expr


class Yield(Node, tag=15):
    value: Expr | None
    is_from: bool


class Lambda(Node, tag=16):
    params: tuple[Param, ...]
    body: Expr


class Starred(Node, tag=17):
    """`*value` in a collection, a target or a subscript."""

    value: Expr


class Opaque(Node, tag=18):
    """Anything else. `kind` is "binary" (arithmetic, `|`; a chain `a + b - c` is one node), "unary", "slice", "bytes",
    "number", "ellipsis", or the LibCST name."""

    kind: str
    children: tuple[Expr, ...]


Expr = (
    Name
    | Attribute
    | Call
    | Await
    | Subscript
    | Constant
    | Sequence
    | Dict
    | Comprehension
    | Compare
    | Not
    | BoolOp
    | Conditional
    | FString
    | Walrus
    | Yield
    | Lambda
    | Starred
    | Opaque
)


# --- statements -------------------------------------------------------------------------------------------------------


class Param(Node):
    """A parameter. `kind` is "positional" (only), "any", "star" (`*args`), "keyword" (only) or "doublestar"."""

    name: str
    kind: str
    annotation: Expr | None
    default: Expr | None


class ExprStatement(Node, tag=40):
    value: Expr


class Assign(Node, tag=41):
    """`a = b = value`; with an annotation there is exactly one target and `value` may be missing."""

    targets: tuple[Expr, ...]
    value: Expr | None
    annotation: Expr | None = None


class AugAssign(Node, tag=42):
    target: Expr
    value: Expr


class Return(Node, tag=43):
    value: Expr | None


class Delete(Node, tag=44):
    targets: tuple[Expr, ...]


class Raise(Node, tag=45):
    exception: Expr | None
    cause: Expr | None


class Assert(Node, tag=46):
    test: Expr
    message: Expr | None


class Jump(Node, tag=47):
    """`kind` is "break", "continue" or "pass"."""

    kind: str


class ScopeChange(Node, tag=48):
    """`kind` is "global" or "nonlocal"."""

    kind: str
    names: tuple[str, ...]


class ImportedName(Node):
    """`name` as written (dotted in a plain import), bound as `alias` where there is one."""

    name: str
    alias: str | None


class Import(Node, tag=49):
    names: tuple[ImportedName, ...]


class ImportFrom(Node, tag=50):
    """`level` counts the leading dots; `names` is empty for `import *`."""

    level: int
    module: str
    names: tuple[ImportedName, ...]
    is_star: bool


class If(Node, tag=51):
    """`elif` is an `If` alone in `orelse`."""

    test: Expr
    body: Block
    orelse: Block


class While(Node, tag=52):
    test: Expr
    body: Block
    orelse: Block


class For(Node, tag=53):
    target: Expr
    iter: Expr
    body: Block
    orelse: Block
    is_async: bool


class WithItem(Node):
    value: Expr
    target: Expr | None


class With(Node, tag=54):
    items: tuple[WithItem, ...]
    body: Block
    is_async: bool


class Handler(Node):
    type: Expr | None
    name: str | None
    body: Block


class Try(Node, tag=55):
    body: Block
    handlers: tuple[Handler, ...]
    orelse: Block
    final: Block
    is_star: bool


class Case(Node):
    """A pattern is written as the expression it looks like: captures are `Name`, `Class(…)` is a `Call`, `a | b` is a
    `BoolOp` "or", `[a, *b]` is a `Sequence`, `{…}` is a `Dict`, `p as x` is a `Walrus`, `_` is the `Name` "_"."""

    pattern: Expr
    guard: Expr | None
    body: Block


class Match(Node, tag=56):
    subject: Expr
    cases: tuple[Case, ...]


class FunctionDef(Node, tag=57):
    """A `def` without its decorators; `name_start` is the offset of its name. The body of a stub is as written."""

    name: str
    name_start: int
    params: tuple[Param, ...]
    returns: Expr | None
    decorators: tuple[Expr, ...]
    body: Block
    is_async: bool


class ClassDef(Node, tag=58):
    """`bases` are the positional and the keyword arguments behind the class's name."""

    name: str
    name_start: int
    bases: tuple[Argument, ...]
    decorators: tuple[Expr, ...]
    body: Block


class TypeAlias(Node, tag=59):
    name: str
    value: Expr


Statement = (
    ExprStatement
    | Assign
    | AugAssign
    | Return
    | Delete
    | Raise
    | Assert
    | Jump
    | ScopeChange
    | Import
    | ImportFrom
    | If
    | While
    | For
    | With
    | Try
    | Match
    | FunctionDef
    | ClassDef
    | TypeAlias
)

Block = tuple[Statement, ...]


class Facts(msgspec.Struct, frozen=True, gc=False, array_like=True, eq=False):
    """All that the analysis knows of one file.

    `identifiers` are the names, attributes, keywords and parameters that occur anywhere in it: link asks them before
    it looks for callers of a function or writers of an attribute.
    """

    schema: int
    body: Block
    identifiers: frozenset[str]


class Piece(msgspec.Struct, frozen=True, gc=False, eq=False):
    """A part of a file, from the start of a line up to that of another: statements one after the other, all whole."""

    start: int
    end: int
    body: Block
    identifiers: frozenset[str]


def whole(pieces: Iterable[Piece]) -> Facts:
    """The facts of a file that consists of these pieces."""
    body: list[Statement] = []
    identifiers: set[str] = set()
    for piece in pieces:
        body.extend(piece.body)
        identifiers.update(piece.identifiers)
    return Facts(SCHEMA_VERSION, tuple(body), frozenset(identifiers))


def encode(facts: Facts) -> bytes:
    """The facts as MessagePack; equal facts give equal bytes.

    Raises RecursionError for a tree thousands of levels deep where Python's bound on native recursion is fixed (3.12).
    """
    try:
        return _encoder.encode(facts)
    except RecursionError:
        return with_large_stack(_encoder.encode, facts)


def decode(data: bytes) -> Facts:
    """The facts that `encode` wrote; raises `msgspec.DecodeError` where `data` is something else."""
    try:
        return _decoder.decode(data)
    except RecursionError:
        return with_large_stack(_decoder.decode, data)


_encoder = msgspec.msgpack.Encoder(order="deterministic")
_decoder = msgspec.msgpack.Decoder(Facts)
