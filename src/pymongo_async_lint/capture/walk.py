"""A LibCST tree, with the text it was parsed from, to facts.

One walk over the semantic fields alone builds the facts and finds their places: it goes through the text token by
token, for the tree says which token comes next, and between two tokens there is nothing but blanks, newlines and
comments. So no whitespace node is ever touched, every place is compared with the text, and what LibCST's own code
generation leaves out (form feeds, a last carriage return) does no harm.

This module imports LibCST: import it where a file is really captured.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from keyword import iskeyword
from typing import Any, NoReturn
from unicodedata import normalize

import libcst as cst

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.capture.annotations import resolve_strings
from pymongo_async_lint.capture.literals import integer_value, presentable, string_value
from pymongo_async_lint.capture.nesting import is_deep
from pymongo_async_lint.capture.source import LineTable, SourceError

_BLANK = " \n\t\r\f\\#"
_GAP = re.compile(r"(?:[ \n\t\r\f]++|#[^\r\n]*+|\\[\r\n])*+").match
_END = "\0"
_ABSENT = cst.MaybeSentinel.DEFAULT


def _types(*names: str) -> tuple[type[cst.CSTNode], ...]:
    """Those of these node types that the installed LibCST knows: it gains some with each version of Python."""
    return tuple([getattr(cst, name) for name in names if hasattr(cst, name)])


_FORMAT_TEXTS = _types("FormattedStringText", "TemplatedStringText")
_TEMPLATE_STRINGS = _types("TemplatedString")
_LAZY_IMPORTS = _types("LazyImport", "LazyImportFrom")
_STARRED_DICT_COMPREHENSIONS = _types("StarredDictComp")
_SINGLETONS: dict[str, bool | None] = {"None": None, "True": True, "False": False}


def module_pieces(module: cst.Module, text: str) -> tuple[f.Piece, ...]:
    """The pieces of a module that was parsed from `text`. Raises SourceError where the two do not go together."""
    walk = _Walk(text)
    pieces = tuple(walk.pieces(module.body))
    walk.finish()
    return pieces


class _Walk:
    """A place in the text that moves on as the tree is walked."""

    def __init__(self, text: str) -> None:
        self.identifiers: set[str] = set()
        self._text = f"{text}\n{_END}"  # there is a character behind every token and every gap
        self._size = len(text)
        self._next: int = _GAP(self._text).end()  # type: ignore[union-attr]
        """Where the next token starts."""
        self._end = 0
        """Where the last token ended."""

    # --- tokens

    def finish(self) -> None:
        """Raises SourceError if there is text left."""
        if self._text[self._next :] != _END:
            self._fail()

    def _take(self, token: str) -> None:
        """Moves behind a token."""
        end = self._next + len(token)
        if not self._text.startswith(token, self._next):
            self._fail()
        self._end = end
        self._next = _GAP(self._text, end).end() if self._text[end] in _BLANK else end  # type: ignore[union-attr]

    def _take_exactly(self, token: str) -> None:
        """Moves behind a piece of an f-string, where blanks are text."""
        self._take(token)
        self._next = self._end

    def _take_if_there(self, token: str) -> bool:
        is_there = self._text[self._next] == token
        if is_there:
            self._take(token)
        return is_there

    def _word(self, name: cst.Name) -> str:
        """Moves behind a name and notes it."""
        word = name.value
        self._take(word)
        if not word.isascii():
            word = normalize("NFKC", word)
        self.identifiers.add(word)
        return word

    def _dotted(self, name: cst.BaseExpression) -> str:
        """Moves behind the name of a module."""
        if isinstance(name, cst.Attribute):
            front = self._dotted(name.value)
            self._take(".")
            return f"{front}.{self._word(name.attr)}"
        assert isinstance(name, cst.Name)  # the grammar knows no other names of modules
        return self._word(name)

    def _fail(self) -> NoReturn:
        line, column = LineTable(self._text).position(self._next)
        raise SourceError("this syntax is not understood", line, column + 1)

    # --- expressions

    def expression(self, node: cst.BaseExpression) -> f.Expr:
        handler = _EXPRESSIONS.get(type(node))
        if handler is None:
            self._fail()
        if not node.lpar:
            return handler(self, node)
        for _ in node.lpar:
            self._take("(")
        result = handler(self, node)
        for _ in node.rpar:
            self._take(")")
        return result

    def _optional(self, node: cst.BaseExpression | None) -> f.Expr | None:
        return None if node is None else self.expression(node)

    def _name(self, node: cst.Name) -> f.Expr:
        start = self._next
        word = node.value
        if word in _SINGLETONS:
            self._take(word)
            return f.Constant(start, self._end, _SINGLETONS[word])
        word = self._word(node)
        return f.Name(start, self._end, word)

    def _attribute(self, node: cst.Attribute) -> f.Expr:
        start = self._next
        value = self.expression(node.value)
        self._take(".")
        attr = self._word(node.attr)
        return f.Attribute(start, self._end, value, attr)

    def _call(self, node: cst.Call) -> f.Expr:
        start = self._next
        func = self.expression(node.func)
        self._take("(")
        args = self._arguments(node.args)
        self._take(")")
        return f.Call(start, self._end, func, args)

    def _arguments(self, nodes: Iterable[cst.Arg]) -> tuple[f.Argument, ...]:
        args = []
        for node in nodes:
            start = self._next
            keyword = None
            if node.star:
                self._take(node.star)
            elif node.keyword is not None:
                keyword = self._word(node.keyword)
                self._take("=")
            value = self.expression(node.value)
            args.append(f.Argument(start, self._end, value, keyword, len(node.star)))
            self._take_if_there(",")
        return tuple(args)

    def _await(self, node: cst.Await) -> f.Expr:
        start = self._next
        self._take("await")
        value = self.expression(node.expression)
        return f.Await(start, self._end, value)

    def _subscript(self, node: cst.Subscript) -> f.Expr:
        start = self._next
        value = self.expression(node.value)
        self._take("[")
        index_start = self._next
        items = []
        is_sequence = len(node.slice) > 1
        for element in node.slice:
            items.append(self._index(element.slice))
            is_sequence |= self._take_if_there(",")
        index = f.Sequence(index_start, self._end, "tuple", tuple(items)) if is_sequence else items[0]
        self._take("]")
        return f.Subscript(start, self._end, value, index)

    def _index(self, node: cst.BaseSlice) -> f.Expr:
        start = self._next
        if isinstance(node, cst.Index):
            if node.star is None:
                return self.expression(node.value)
            self._take("*")
            value = self.expression(node.value)
            return f.Starred(start, self._end, value)
        assert isinstance(node, cst.Slice)
        children = []
        if node.lower is not None:
            children.append(self.expression(node.lower))
        self._take(":")
        if node.upper is not None:
            children.append(self.expression(node.upper))
        if node.second_colon is not _ABSENT:
            self._take(":")
        if node.step is not None:
            children.append(self.expression(node.step))
        return f.Opaque(start, self._end, "slice", tuple(children))

    def _integer(self, node: cst.Integer) -> f.Expr:
        start = self._next
        self._take(node.value)
        value = integer_value(node.value)
        return f.Opaque(start, self._end, "number", ()) if value is None else f.Constant(start, self._end, value)

    def _float(self, node: cst.Float) -> f.Expr:
        start = self._next
        self._take(node.value)
        return f.Constant(start, self._end, float(node.value))

    def _imaginary(self, node: cst.Imaginary) -> f.Expr:
        start = self._next
        self._take(node.value)
        return f.Opaque(start, self._end, "number", ())

    def _ellipsis(self, node: cst.Ellipsis) -> f.Expr:
        start = self._next
        self._take("...")
        return f.Opaque(start, self._end, "ellipsis", ())

    def _simple_string(self, node: cst.SimpleString) -> f.Expr:
        start = self._next
        self._take(node.value)
        value = string_value(node.value)
        if value is None:
            return f.Opaque(start, self._end, "bytes", ())
        return f.Constant(start, self._end, presentable(value))

    def _formatted_string(self, node: cst.FormattedString) -> f.Expr:
        start = self._next
        values: list[f.Expr] = []
        self._format_string(node, values)
        return f.FString(start, self._end, tuple(values))

    def _template_string(self, node: Any) -> f.Expr:
        start = self._next
        values: list[f.Expr] = []
        self._format_string(node, values)
        return f.Opaque(start, self._end, "TemplatedString", tuple(values))

    def _format_string(self, node: Any, values: list[f.Expr]) -> None:
        self._take_exactly(node.start)
        self._format_parts(node.parts, values)
        self._take(node.end)

    def _format_parts(self, parts: Iterable[Any], values: list[f.Expr]) -> None:
        """Text and replacement fields; those of format specifications come in order too."""
        for part in parts:
            if type(part) in _FORMAT_TEXTS:
                self._take_exactly(part.value)
                continue
            self._take("{")
            values.append(self.expression(part.expression))
            if part.equal is not None:
                self._take("=")
            if part.conversion is not None:
                self._take("!")
                self._take(part.conversion)
            if part.format_spec is not None:
                self._take_exactly(":")
                self._format_parts(part.format_spec, values)
            self._take_exactly("}")

    def _concatenated_string(self, node: cst.ConcatenatedString) -> f.Expr:
        start = self._next
        texts: list[str] = []
        values: list[f.Expr] = []
        pieces: list[Any] = []
        rest: Any = node
        while isinstance(rest, cst.ConcatenatedString):
            pieces.append(rest.left)
            rest = rest.right
        pieces.append(rest)
        for piece in pieces:
            if isinstance(piece, cst.SimpleString):
                self._take(piece.value)
                text = string_value(piece.value)
                if text is not None:
                    texts.append(text)
            else:
                self._format_string(piece, values)
        kinds = {type(piece) for piece in pieces}
        if not kinds.isdisjoint(_TEMPLATE_STRINGS):
            return f.Opaque(start, self._end, "TemplatedString", tuple(values))
        if cst.FormattedString in kinds:
            return f.FString(start, self._end, tuple(values))
        if len(texts) < len(pieces):
            return f.Opaque(start, self._end, "bytes", ())
        return f.Constant(start, self._end, presentable("".join(texts)))

    def _tuple(self, node: cst.Tuple) -> f.Expr:
        start = self._next
        if not node.elements:  # nothing but its parentheses
            return f.Sequence(self._end - 1, start + 1, "tuple", ())
        items = self._elements(node.elements)
        return f.Sequence(start, self._end, "tuple", items)

    def _list(self, node: cst.List) -> f.Expr:
        start = self._next
        self._take("[")
        items = self._elements(node.elements)
        self._take("]")
        return f.Sequence(start, self._end, "list", items)

    def _set(self, node: cst.Set) -> f.Expr:
        start = self._next
        self._take("{")
        items = self._elements(node.elements)
        self._take("}")
        return f.Sequence(start, self._end, "set", items)

    def _elements(self, nodes: Iterable[cst.BaseElement]) -> tuple[f.Expr, ...]:
        items = []
        for node in nodes:
            items.append(self.expression(node.value if type(node) is cst.Element else node))  # type: ignore[arg-type]
            self._take_if_there(",")
        return tuple(items)

    def _starred(self, node: cst.StarredElement) -> f.Expr:
        start = self._next
        self._take("*")
        value = self.expression(node.value)
        return f.Starred(start, self._end, value)

    def _dict(self, node: cst.Dict) -> f.Expr:
        start = self._next
        self._take("{")
        entries = []
        for element in node.elements:
            entry_start = self._next
            key = None
            if isinstance(element, cst.DictElement):
                key = self.expression(element.key)
                self._take(":")
            else:
                self._take("**")
            value = self.expression(element.value)
            entries.append(f.Entry(entry_start, self._end, key, value))
            self._take_if_there(",")
        self._take("}")
        return f.Dict(start, self._end, tuple(entries))

    def _generator(self, node: cst.GeneratorExp) -> f.Expr:
        start = self._next
        element = self.expression(node.elt)
        clauses = self._clauses(node.for_in)
        return f.Comprehension(start, self._end, "generator", None, element, clauses)

    def _list_comprehension(self, node: cst.ListComp) -> f.Expr:
        start = self._next
        self._take("[")
        element = self.expression(node.elt)
        clauses = self._clauses(node.for_in)
        self._take("]")
        return f.Comprehension(start, self._end, "list", None, element, clauses)

    def _set_comprehension(self, node: cst.SetComp) -> f.Expr:
        start = self._next
        self._take("{")
        element = self.expression(node.elt)
        clauses = self._clauses(node.for_in)
        self._take("}")
        return f.Comprehension(start, self._end, "set", None, element, clauses)

    def _dict_comprehension(self, node: Any) -> f.Expr:
        start = self._next
        self._take("{")
        key = None
        if isinstance(node, cst.DictComp):
            key = self.expression(node.key)
            self._take(":")
        else:
            self._take("**")
        element = self.expression(node.value)
        clauses = self._clauses(node.for_in)
        self._take("}")
        return f.Comprehension(start, self._end, "dict", key, element, clauses)

    def _clauses(self, node: cst.CompFor | None) -> tuple[f.ForClause, ...]:
        clauses = []
        while node is not None:
            start = self._next
            is_async = node.asynchronous is not None
            if is_async:
                self._take("async")
            self._take("for")
            target = self.expression(node.target)
            self._take("in")
            iterated = self.expression(node.iter)
            conditions = []
            for condition in node.ifs:
                self._take("if")
                conditions.append(self.expression(condition.test))
            clauses.append(f.ForClause(start, self._end, target, iterated, tuple(conditions), is_async))
            node = node.inner_for_in
        return tuple(clauses)

    def _comparison(self, node: cst.Comparison) -> f.Expr:
        start = self._next
        left = self.expression(node.left)
        operators = []
        comparators = []
        for comparison in node.comparisons:
            operator: Any = comparison.operator
            words = _COMPARISONS[type(operator)]
            if isinstance(operator, cst.NotEqual):
                self._take(operator.value)  # `<>` is another way to write it
            else:
                for word in words.split():
                    self._take(word)
            operators.append(words)
            comparators.append(self.expression(comparison.comparator))
        return f.Compare(start, self._end, left, tuple(operators), tuple(comparators))

    def _unary(self, node: cst.UnaryOperation) -> f.Expr:
        start = self._next
        self._take(_OPERATORS[type(node.operator)])
        value = self.expression(node.expression)
        if isinstance(node.operator, cst.Not):
            return f.Not(start, self._end, value)
        return f.Opaque(start, self._end, "unary", (value,))

    def _binary(self, node: cst.BinaryOperation) -> f.Expr:
        """A chain `a + b - c` is one node, however long it is."""
        start = self._next
        spine = [node]
        while isinstance(node.left, cst.BinaryOperation) and not node.left.lpar:
            node = node.left
            spine.append(node)
        children = [self.expression(node.left)]
        for node in reversed(spine):
            self._take(_OPERATORS[type(node.operator)])
            children.append(self.expression(node.right))
        return f.Opaque(start, self._end, "binary", tuple(children))

    def _boolean(self, node: cst.BooleanOperation) -> f.Expr:
        start = self._next
        kind = type(node.operator)
        operator = _OPERATORS[kind]
        spine = [node]
        while isinstance(node.left, cst.BooleanOperation) and type(node.left.operator) is kind and not node.left.lpar:
            node = node.left
            spine.append(node)
        values = [self.expression(node.left)]
        for node in reversed(spine):
            self._take(operator)
            values.append(self.expression(node.right))
        return f.BoolOp(start, self._end, operator, tuple(values))

    def _conditional(self, node: cst.IfExp) -> f.Expr:
        start = self._next
        body = self.expression(node.body)
        self._take("if")
        test = self.expression(node.test)
        self._take("else")
        orelse = self.expression(node.orelse)
        return f.Conditional(start, self._end, test, body, orelse)

    def _walrus(self, node: cst.NamedExpr) -> f.Expr:
        start = self._next
        target = self.expression(node.target)
        self._take(":=")
        value = self.expression(node.value)
        return f.Walrus(start, self._end, target, value)

    def _yield(self, node: cst.Yield) -> f.Expr:
        start = self._next
        self._take("yield")
        value = None
        is_from = isinstance(node.value, cst.From)
        if isinstance(node.value, cst.From):
            self._take("from")
            value = self.expression(node.value.item)
        elif node.value is not None:
            value = self.expression(node.value)
        return f.Yield(start, self._end, value, is_from)

    def _lambda(self, node: cst.Lambda) -> f.Expr:
        start = self._next
        self._take("lambda")
        params = self._parameters(node.params)
        self._take(":")
        body = self.expression(node.body)
        return f.Lambda(start, self._end, params, body)

    # --- annotations and parameters

    def _annotation(self, node: cst.Annotation | None, indicator: str) -> f.Expr | None:
        if node is None:
            return None
        self._take(indicator)
        start = self._next
        annotation = self.expression(node.annotation)
        written = self._text[start : self._end]
        if '"' in written or "'" in written:
            return resolve_strings(annotation, self._in_string)
        return annotation

    def _in_string(self, text: str) -> f.Expr | None:
        """The expression that a string holds, None if it holds none. Its places are those in the string."""
        text = text.strip()
        if text.isidentifier() and text.isascii() and not iskeyword(text):
            self.identifiers.add(text)
            return f.Name(0, len(text), text)
        try:
            if is_deep(text):
                return None
            walk = _Walk(text)
            value = walk.expression(cst.parse_expression(text))
            walk.finish()
        except (cst.ParserSyntaxError, SourceError):
            return None
        self.identifiers |= walk.identifiers
        return value

    def _parameters(self, node: cst.Parameters) -> tuple[f.Param, ...]:
        params: list[f.Param] = []
        for param in node.posonly_params:
            params.append(self._parameter(param, "positional"))
        if isinstance(node.posonly_ind, cst.ParamSlash):
            self._take("/")
            self._take_if_there(",")
        for param in node.params:
            params.append(self._parameter(param, "any"))
        if isinstance(node.star_arg, cst.Param):
            self._take("*")
            params.append(self._parameter(node.star_arg, "star"))
        elif isinstance(node.star_arg, cst.ParamStar):
            self._take("*")
            self._take_if_there(",")
        for param in node.kwonly_params:
            params.append(self._parameter(param, "keyword"))
        if node.star_kwarg is not None:
            self._take("**")
            params.append(self._parameter(node.star_kwarg, "doublestar"))
        return tuple(params)

    def _parameter(self, node: cst.Param, kind: str) -> f.Param:
        start = self._next
        name = self._word(node.name)
        annotation = self._annotation(node.annotation, ":")
        end = self._end
        default = None
        if node.default is not None:
            self._take("=")
            default = self.expression(node.default)
        self._take_if_there(",")
        return f.Param(start, end, name, kind, annotation, default)

    def _type_parameters(self, node: cst.TypeParameters | None) -> None:
        """Moves behind them; facts do not keep them."""
        if node is None:
            return
        self._take("[")
        for element in node.params:
            param = element.param
            if isinstance(param, cst.TypeVarTuple):
                self._take("*")
            elif isinstance(param, cst.ParamSpec):
                self._take("**")
            self._word(param.name)
            if isinstance(param, cst.TypeVar) and param.bound is not None:
                self._take(":")
                self.expression(param.bound)
            if element.default is not None:
                self._take("=")
                if element.star:
                    self._take(element.star)
                self.expression(element.default)
            self._take_if_there(",")
        self._take("]")

    # --- simple statements

    def pieces(self, nodes: Iterable[cst.CSTNode]) -> Iterator[f.Piece]:
        start = 0
        block: f.Block = ()
        for node in nodes:
            if block and self._text[self._next - 1] in "\r\n":
                yield f.Piece(start, self._next, block, frozenset(self.identifiers))
                start, block = self._next, ()
                self.identifiers = set()
            block += self.statements((node,))
        yield f.Piece(start, self._size, block, frozenset(self.identifiers))

    def statements(self, nodes: Iterable[cst.CSTNode]) -> f.Block:
        block: list[f.Statement] = []
        for node in nodes:
            if type(node) is cst.SimpleStatementLine:
                self._simple_statements(node.body, block)
            else:
                block.append(self._statement(node))
        return tuple(block)

    def _simple_statements(self, nodes: Iterable[cst.BaseSmallStatement], block: list[f.Statement]) -> None:
        for node in nodes:
            block.append(self._statement(node))
            self._take_if_there(";")

    def _statement(self, node: cst.CSTNode) -> f.Statement:
        handler = _STATEMENTS.get(type(node))
        if handler is None:
            self._fail()
        return handler(self, node)

    def _expression_statement(self, node: cst.Expr) -> f.Statement:
        start = self._next
        value = self.expression(node.value)
        return f.ExprStatement(start, self._end, value)

    def _assign(self, node: cst.Assign) -> f.Statement:
        start = self._next
        targets = []
        for target in node.targets:
            targets.append(self.expression(target.target))
            self._take("=")
        value = self.expression(node.value)
        return f.Assign(start, self._end, tuple(targets), value)

    def _annotated_assign(self, node: cst.AnnAssign) -> f.Statement:
        start = self._next
        target = self.expression(node.target)
        annotation = self._annotation(node.annotation, ":")
        value = None
        if node.value is not None:
            self._take("=")
            value = self.expression(node.value)
        return f.Assign(start, self._end, (target,), value, annotation)

    def _augmented_assign(self, node: cst.AugAssign) -> f.Statement:
        start = self._next
        target = self.expression(node.target)
        self._take(_OPERATORS[type(node.operator)])
        value = self.expression(node.value)
        return f.AugAssign(start, self._end, target, value)

    def _return(self, node: cst.Return) -> f.Statement:
        start = self._next
        self._take("return")
        value = self._optional(node.value)
        return f.Return(start, self._end, value)

    def _delete(self, node: cst.Del) -> f.Statement:
        start = self._next
        self._take("del")
        if isinstance(node.target, cst.Tuple) and not node.target.lpar:
            targets = self._elements(node.target.elements)
        else:
            targets = (self.expression(node.target),)
        return f.Delete(start, self._end, targets)

    def _raise(self, node: cst.Raise) -> f.Statement:
        start = self._next
        self._take("raise")
        exception = self._optional(node.exc)
        cause = None
        if node.cause is not None:
            self._take("from")
            cause = self.expression(node.cause.item)
        return f.Raise(start, self._end, exception, cause)

    def _assert(self, node: cst.Assert) -> f.Statement:
        start = self._next
        self._take("assert")
        test = self.expression(node.test)
        message = None
        if node.msg is not None:
            self._take(",")
            message = self.expression(node.msg)
        return f.Assert(start, self._end, test, message)

    def _jump(self, node: cst.Break | cst.Continue | cst.Pass) -> f.Statement:
        start = self._next
        kind = type(node).__name__.lower()
        self._take(kind)
        return f.Jump(start, self._end, kind)

    def _scope_change(self, node: cst.Global | cst.Nonlocal) -> f.Statement:
        start = self._next
        kind = type(node).__name__.lower()
        self._take(kind)
        names = []
        for item in node.names:
            names.append(self._word(item.name))
            self._take_if_there(",")
        return f.ScopeChange(start, self._end, kind, tuple(names))

    def _import(self, node: Any) -> f.Statement:
        start = self._next
        if isinstance(node, _LAZY_IMPORTS):
            self._take("lazy")
        self._take("import")
        names = self._imported_names(node.names)
        return f.Import(start, self._end, names)

    def _import_from(self, node: Any) -> f.Statement:
        start = self._next
        if isinstance(node, _LAZY_IMPORTS):
            self._take("lazy")
        self._take("from")
        for _ in node.relative:
            self._take(".")
        module = "" if node.module is None else self._dotted(node.module)
        self._take("import")
        names: tuple[f.ImportedName, ...] = ()
        is_star = isinstance(node.names, cst.ImportStar)
        if isinstance(node.names, cst.ImportStar):
            self._take("*")
        else:
            if node.lpar is not None:
                self._take("(")
            names = self._imported_names(node.names)
            if node.rpar is not None:
                self._take(")")
        return f.ImportFrom(start, self._end, len(node.relative), module, names, is_star)

    def _imported_names(self, nodes: Iterable[cst.ImportAlias]) -> tuple[f.ImportedName, ...]:
        names = []
        for node in nodes:
            start = self._next
            name = self._dotted(node.name)
            alias = None
            if node.asname is not None:
                self._take("as")
                assert isinstance(node.asname.name, cst.Name)  # the grammar allows nothing else here
                alias = self._word(node.asname.name)
            names.append(f.ImportedName(start, self._end, name, alias))
            self._take_if_there(",")
        return tuple(names)

    def _type_alias(self, node: cst.TypeAlias) -> f.Statement:
        start = self._next
        self._take("type")
        name = self._word(node.name)
        self._type_parameters(node.type_parameters)
        self._take("=")
        value = self.expression(node.value)
        return f.TypeAlias(start, self._end, name, value)

    # --- compound statements

    def _block(self, node: cst.BaseSuite) -> f.Block:
        self._take(":")
        if type(node) is cst.IndentedBlock:
            return self.statements(node.body)
        assert isinstance(node, cst.SimpleStatementSuite)
        block: list[f.Statement] = []
        self._simple_statements(node.body, block)
        return tuple(block)

    def _else(self, node: cst.Else | None) -> f.Block:
        if node is None:
            return ()
        self._take("else")
        return self._block(node.body)

    def _if(self, node: cst.If) -> f.Statement:
        branches = []
        branch: cst.If | cst.Else | None = node
        keyword = "if"
        while isinstance(branch, cst.If):
            start = self._next
            self._take(keyword)
            test = self.expression(branch.test)
            branches.append((start, test, self._block(branch.body)))
            branch = branch.orelse
            keyword = "elif"
        orelse = self._else(branch)
        end = self._end
        for start, test, body in reversed(branches):
            statement = f.If(start, end, test, body, orelse)
            orelse = (statement,)
        return statement

    def _while(self, node: cst.While) -> f.Statement:
        start = self._next
        self._take("while")
        test = self.expression(node.test)
        body = self._block(node.body)
        orelse = self._else(node.orelse)
        return f.While(start, self._end, test, body, orelse)

    def _for(self, node: cst.For) -> f.Statement:
        start = self._next
        is_async = node.asynchronous is not None
        if is_async:
            self._take("async")
        self._take("for")
        target = self.expression(node.target)
        self._take("in")
        iterated = self.expression(node.iter)
        body = self._block(node.body)
        orelse = self._else(node.orelse)
        return f.For(start, self._end, target, iterated, body, orelse, is_async)

    def _with(self, node: cst.With) -> f.Statement:
        start = self._next
        is_async = node.asynchronous is not None
        if is_async:
            self._take("async")
        self._take("with")
        if isinstance(node.lpar, cst.LeftParen):
            self._take("(")
        items = []
        for item in node.items:
            item_start = self._next
            value = self.expression(item.item)
            target = None
            if item.asname is not None:
                self._take("as")
                target = self.expression(item.asname.name)
            items.append(f.WithItem(item_start, self._end, value, target))
            self._take_if_there(",")
        if isinstance(node.rpar, cst.RightParen):
            self._take(")")
        body = self._block(node.body)
        return f.With(start, self._end, tuple(items), body, is_async)

    def _try(self, node: cst.Try | cst.TryStar) -> f.Statement:
        start = self._next
        self._take("try")
        body = self._block(node.body)
        handlers = tuple([self._handler(handler) for handler in node.handlers])
        orelse = self._else(node.orelse)
        final: f.Block = ()
        if node.finalbody is not None:
            self._take("finally")
            final = self._block(node.finalbody.body)
        return f.Try(start, self._end, body, handlers, orelse, final, isinstance(node, cst.TryStar))

    def _handler(self, node: cst.ExceptHandler | cst.ExceptStarHandler) -> f.Handler:
        start = self._next
        self._take("except")
        if isinstance(node, cst.ExceptStarHandler):
            self._take("*")
        caught = self._optional(node.type)
        name = None
        if node.name is not None:
            self._take("as")
            assert isinstance(node.name.name, cst.Name)  # the grammar allows nothing else here
            name = self._word(node.name.name)
        body = self._block(node.body)
        return f.Handler(start, self._end, caught, name, body)

    def _decorators(self, nodes: Iterable[cst.Decorator]) -> tuple[f.Expr, ...]:
        decorators = []
        for node in nodes:
            self._take("@")
            decorators.append(self.expression(node.decorator))
        return tuple(decorators)

    def _function(self, node: cst.FunctionDef) -> f.Statement:
        decorators = self._decorators(node.decorators)
        start = self._next
        is_async = node.asynchronous is not None
        if is_async:
            self._take("async")
        self._take("def")
        name_start = self._next
        name = self._word(node.name)
        self._type_parameters(node.type_parameters)
        self._take("(")
        params = self._parameters(node.params)
        self._take(")")
        returns = self._annotation(node.returns, "->")
        body = self._block(node.body)
        return f.FunctionDef(start, self._end, name, name_start, params, returns, decorators, body, is_async)

    def _class(self, node: cst.ClassDef) -> f.Statement:
        decorators = self._decorators(node.decorators)
        start = self._next
        self._take("class")
        name_start = self._next
        name = self._word(node.name)
        self._type_parameters(node.type_parameters)
        bases: tuple[f.Argument, ...] = ()
        if isinstance(node.lpar, cst.LeftParen):
            self._take("(")
            bases = self._arguments((*node.bases, *node.keywords))
            self._take(")")
        body = self._block(node.body)
        return f.ClassDef(start, self._end, name, name_start, bases, decorators, body)

    # --- match

    def _match(self, node: cst.Match) -> f.Statement:
        start = self._next
        self._take("match")
        subject = self.expression(node.subject)
        self._take(":")
        cases = []
        for case in node.cases:
            case_start = self._next
            self._take("case")
            pattern = self._pattern(case.pattern)
            guard = None
            if case.guard is not None:
                self._take("if")
                guard = self.expression(case.guard)
            body = self._block(case.body)
            cases.append(f.Case(case_start, self._end, pattern, guard, body))
        return f.Match(start, self._end, subject, tuple(cases))

    def _pattern(self, node: cst.MatchPattern) -> f.Expr:
        if isinstance(node, cst.MatchValue | cst.MatchSingleton):
            return self.expression(node.value)
        handler = _PATTERNS.get(type(node))
        if handler is None:
            self._fail()
        for _ in node.lpar:
            self._take("(")
        result = handler(self, node)
        for _ in node.rpar:
            self._take(")")
        return result

    def _pattern_elements(self, nodes: Iterable[cst.MatchSequenceElement | cst.MatchStar]) -> tuple[f.Expr, ...]:
        items: list[f.Expr] = []
        for node in nodes:
            if isinstance(node, cst.MatchStar):
                start = self._next
                self._take("*")
                value = self._capture_name(node.name)
                items.append(f.Starred(start, self._end, value))
            else:
                items.append(self._pattern(node.value))
            self._take_if_there(",")
        return tuple(items)

    def _capture_name(self, node: cst.Name | None) -> f.Name:
        start = self._next
        if node is None:
            self._take("_")
            return f.Name(start, self._end, "_")
        word = self._word(node)
        return f.Name(start, self._end, word)

    def _match_list(self, node: cst.MatchList) -> f.Expr:
        start = self._next
        if node.lbracket is not None:
            self._take("[")
        items = self._pattern_elements(node.patterns)
        if node.rbracket is not None:
            self._take("]")
        return f.Sequence(start, self._end, "list", items)

    def _match_tuple(self, node: cst.MatchTuple) -> f.Expr:
        start = self._next
        if not node.patterns:
            return f.Sequence(self._end - 1, start + 1, "tuple", ())
        items = self._pattern_elements(node.patterns)
        return f.Sequence(start, self._end, "tuple", items)

    def _match_mapping(self, node: cst.MatchMapping) -> f.Expr:
        start = self._next
        self._take("{")
        entries = []
        for element in node.elements:
            entry_start = self._next
            key = self.expression(element.key)
            self._take(":")
            value = self._pattern(element.pattern)
            entries.append(f.Entry(entry_start, self._end, key, value))
            self._take_if_there(",")
        if node.rest is not None:
            entry_start = self._next
            self._take("**")
            rest = self._capture_name(node.rest)
            entries.append(f.Entry(entry_start, self._end, None, rest))
            self._take_if_there(",")
        self._take("}")
        return f.Dict(start, self._end, tuple(entries))

    def _match_class(self, node: cst.MatchClass) -> f.Expr:
        start = self._next
        func = self.expression(node.cls)
        self._take("(")
        args = []
        for element in node.patterns:
            arg_start = self._next
            value = self._pattern(element.value)
            args.append(f.Argument(arg_start, self._end, value))
            self._take_if_there(",")
        for named in node.kwds:
            arg_start = self._next
            keyword = self._word(named.key)
            self._take("=")
            value = self._pattern(named.pattern)
            args.append(f.Argument(arg_start, self._end, value, keyword))
            self._take_if_there(",")
        self._take(")")
        return f.Call(start, self._end, func, tuple(args))

    def _match_as(self, node: cst.MatchAs) -> f.Expr:
        start = self._next
        if node.pattern is None:
            return self._capture_name(node.name)
        value = self._pattern(node.pattern)
        self._take("as")
        target = self._capture_name(node.name)
        return f.Walrus(start, self._end, target, value)

    def _match_or(self, node: cst.MatchOr) -> f.Expr:
        start = self._next
        values = []
        for element in node.patterns:
            values.append(self._pattern(element.pattern))
            self._take_if_there("|")
        return f.BoolOp(start, self._end, "or", tuple(values))


_OPERATORS: dict[type[cst.CSTNode], str] = {
    cst.Not: "not",
    cst.Plus: "+",
    cst.Minus: "-",
    cst.BitInvert: "~",
    cst.And: "and",
    cst.Or: "or",
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.Modulo: "%",
    cst.Power: "**",
    cst.MatrixMultiply: "@",
    cst.LeftShift: "<<",
    cst.RightShift: ">>",
    cst.BitOr: "|",
    cst.BitAnd: "&",
    cst.BitXor: "^",
    cst.AddAssign: "+=",
    cst.SubtractAssign: "-=",
    cst.MultiplyAssign: "*=",
    cst.DivideAssign: "/=",
    cst.FloorDivideAssign: "//=",
    cst.ModuloAssign: "%=",
    cst.PowerAssign: "**=",
    cst.MatrixMultiplyAssign: "@=",
    cst.LeftShiftAssign: "<<=",
    cst.RightShiftAssign: ">>=",
    cst.BitOrAssign: "|=",
    cst.BitAndAssign: "&=",
    cst.BitXorAssign: "^=",
}

_COMPARISONS: dict[type[cst.CSTNode], str] = {
    cst.LessThan: "<",
    cst.GreaterThan: ">",
    cst.LessThanEqual: "<=",
    cst.GreaterThanEqual: ">=",
    cst.Equal: "==",
    cst.NotEqual: "!=",
    cst.In: "in",
    cst.NotIn: "not in",
    cst.Is: "is",
    cst.IsNot: "is not",
}

_EXPRESSIONS: dict[type[cst.CSTNode], Callable[[_Walk, Any], f.Expr]] = {
    cst.Name: _Walk._name,
    cst.Attribute: _Walk._attribute,
    cst.Call: _Walk._call,
    cst.Await: _Walk._await,
    cst.Subscript: _Walk._subscript,
    cst.Integer: _Walk._integer,
    cst.Float: _Walk._float,
    cst.Imaginary: _Walk._imaginary,
    cst.Ellipsis: _Walk._ellipsis,
    cst.SimpleString: _Walk._simple_string,
    cst.FormattedString: _Walk._formatted_string,
    **dict.fromkeys(_TEMPLATE_STRINGS, _Walk._template_string),
    cst.ConcatenatedString: _Walk._concatenated_string,
    cst.Tuple: _Walk._tuple,
    cst.List: _Walk._list,
    cst.Set: _Walk._set,
    cst.StarredElement: _Walk._starred,
    cst.Dict: _Walk._dict,
    cst.GeneratorExp: _Walk._generator,
    cst.ListComp: _Walk._list_comprehension,
    cst.SetComp: _Walk._set_comprehension,
    cst.DictComp: _Walk._dict_comprehension,
    **dict.fromkeys(_STARRED_DICT_COMPREHENSIONS, _Walk._dict_comprehension),
    cst.Comparison: _Walk._comparison,
    cst.UnaryOperation: _Walk._unary,
    cst.BinaryOperation: _Walk._binary,
    cst.BooleanOperation: _Walk._boolean,
    cst.IfExp: _Walk._conditional,
    cst.NamedExpr: _Walk._walrus,
    cst.Yield: _Walk._yield,
    cst.Lambda: _Walk._lambda,
}

_PATTERNS: dict[type[cst.CSTNode], Callable[[_Walk, Any], f.Expr]] = {
    cst.MatchList: _Walk._match_list,
    cst.MatchTuple: _Walk._match_tuple,
    cst.MatchMapping: _Walk._match_mapping,
    cst.MatchClass: _Walk._match_class,
    cst.MatchAs: _Walk._match_as,
    cst.MatchOr: _Walk._match_or,
}

_STATEMENTS: dict[type[cst.CSTNode], Callable[[_Walk, Any], f.Statement]] = {
    cst.Expr: _Walk._expression_statement,
    cst.Assign: _Walk._assign,
    cst.AnnAssign: _Walk._annotated_assign,
    cst.AugAssign: _Walk._augmented_assign,
    cst.Return: _Walk._return,
    cst.Del: _Walk._delete,
    cst.Raise: _Walk._raise,
    cst.Assert: _Walk._assert,
    cst.Break: _Walk._jump,
    cst.Continue: _Walk._jump,
    cst.Pass: _Walk._jump,
    cst.Global: _Walk._scope_change,
    cst.Nonlocal: _Walk._scope_change,
    cst.Import: _Walk._import,
    cst.ImportFrom: _Walk._import_from,
    **dict(zip(_LAZY_IMPORTS, (_Walk._import, _Walk._import_from), strict=False)),
    cst.TypeAlias: _Walk._type_alias,
    cst.If: _Walk._if,
    cst.While: _Walk._while,
    cst.For: _Walk._for,
    cst.With: _Walk._with,
    cst.Try: _Walk._try,
    cst.TryStar: _Walk._try,
    cst.Match: _Walk._match,
    cst.FunctionDef: _Walk._function,
    cst.ClassDef: _Walk._class,
}
