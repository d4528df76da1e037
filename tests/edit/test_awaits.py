"""`await` and `async`, put in, moved and taken away."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pymongo_async_lint.rules.finding import FixKind

Mend = Callable[..., "str | None"]

# --- await ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("«c.go(x)»", "await c.go(x)"),
        ("y = «c.go(x)»; z = 1", "y = await c.go(x); z = 1"),
        ("if x: «c.go(y)»", "if x: await c.go(y)"),
        ("return «c.go()»", "return await c.go()"),
        ("return(«c.go()»)", "return(await c.go())"),
        ("return«(c).go()»", "return await (c).go()"),
        ("«c.go()»[0]", "(await c.go())[0]"),
        ("«c.go()».name", "(await c.go()).name"),
        ("«c.go()»()", "(await c.go())()"),
        ("(«c.go()»)[0]", "(await c.go())[0]"),
        ("( # why\n«c.go()»\n).name", "( # why\nawait c.go()\n).name"),
        ("await «c.go()»", "await (await c.go())"),
        ("await(«c.go()»)", "await(await c.go())"),
        ("await («c.go()».x)", "await ((await c.go()).x)"),
        ("«await c.go()»", "await (await c.go())"),
        ("(«await c.go()»).x", "(await (await c.go())).x"),
        ("«c.go()» ** 2", "await c.go() ** 2"),
        ("-«c.go()» + 1", "-await c.go() + 1"),
        ("not «c.go()»", "not await c.go()"),
        ("«c.go()» == «c.went()»", "await c.go() == await c.went()"),
        ("x in «c.go()»", "x in await c.go()"),
        ("y = «c.go()» if «x.a» else «x.b()»", "y = await c.go() if await x.a else await x.b()"),
        ("x = y or «c.go()»", "x = y or await c.go()"),
        ('f"{«c.go()»}"', 'f"{await c.go()}"'),
        ("f\"{«c.go()»['a']!r:>{«c.width()»}}\"", "f\"{(await c.go())['a']!r:>{await c.width()}}\""),
        ("print(*«c.go()», **«c.went()»)", "print(*await c.go(), **await c.went())"),
        ("[*«c.go()»]", "[*await c.go()]"),
        ("[«c.go(y)»['a'] for y in x]", "[(await c.go(y))['a'] for y in x]"),
        ("{y for y in «c.go()» if y}", "{y for y in await c.go() if y}"),
        ("sum(y for y in «c.go()»)", "sum(y for y in await c.go())"),
        ("[y async for y in «c.go()»]", "[y async for y in await c.go()]"),
        ("(«c.go(y)» async for y in x)", "(await c.go(y) async for y in x)"),
        ("for y in «c.go()»:\n    pass", "for y in await c.go():\n    pass"),
        ("async with «c.go()» as y:\n    pass", "async with await c.go() as y:\n    pass"),
        ("«c.go()»['a'] = 1", "(await c.go())['a'] = 1"),
        ("del «c.go()»['a']", "del (await c.go())['a']"),
        ("assert «c.go()», «c.why()»", "assert await c.go(), await c.why()"),
        ("while «c.go()»:\n    pass", "while await c.go():\n    pass"),
        ("y = «c \\\n.go()»", "y = await c \\\n.go()"),
        ("y = (\n«c\n.go(1)  # one\n.two()».three\n)", "y = (\n(await c\n.go(1)  # one\n.two()).three\n)"),
        ("print((y := «c.go()»))", "print((y := await c.go()))"),
        ("yield «c.go()»", "yield await c.go()"),
        ("match «c.go()»:\n    case _ if «c.ok()»: pass", "match await c.go():\n    case _ if await c.ok(): pass"),
        ("y = x[«c.go()»:«c.end()»]", "y = x[await c.go():await c.end()]"),
        ("raise «c.go()» from «c.why()»", "raise await c.go() from await c.why()"),
    ],
)
def test_await_is_inserted(before: str, after: str, mend_in_function: Mend) -> None:
    assert mend_in_function(FixKind.ADD_AWAIT, before) == after


@pytest.mark.parametrize(
    "code",
    [
        "«c.go()»",
        "def f(c): «c.go()»",
        "async def f(c):\n    def g(): «c.go()»",
        "async def f(c):\n    def g(x=«c.go()»): pass",
        "async def f(c):\n    @«c.go()»\n    def g(): pass",
        "async def f(c):\n    class G: x = «c.go()»",
        "async def f(c):\n    class G(«c.go()»): pass",
        "async def f(c):\n    return lambda: «c.go()»",
        "async def f(c):\n    return lambda x=«c.go()»: x",
        "async def f(c, x):\n    return sum(«c.go(y)» for y in x)",
        "async def f(c, x):\n    return any(y for y in x if «c.go(y)»)",
        "async def f(c, x):\n    return any(z for y in x for z in «c.go(y)»)",
        "async def f(c, x):\n    return [[«c.go(z)» for z in y] for y in x]",
        "async def f(c, x):\n    return any([«c.go(z)» for z in y] for y in x)",
        "async def f(x=«c.go()»): pass",
    ],
)
def test_await_is_not_inserted_where_it_does_not_belong(code: str, mend: Mend) -> None:
    assert mend(FixKind.ADD_AWAIT, code) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return await «c.go()»['a']", "return (await c.go())['a']"),
        ("return await «c.go()».x.get('a', 1)", "return (await c.go()).x.get('a', 1)"),
        ("return await(«c.go()»['a'])", "return ((await c.go())['a'])"),
        ("y = (await «c.go()»['a'])[0]", "y = ((await c.go())['a'])[0]"),
        ("y = await  «c.go(  # one\n)»['a'] + 1", "y = (await c.go(  # one\n))['a'] + 1"),
    ],
)
def test_await_is_moved(before: str, after: str, mend_in_function: Mend) -> None:
    assert mend_in_function(FixKind.MOVE_AWAIT, before) == after


@pytest.mark.parametrize("code", ["await «c.go()»", "«c.go()»['a']", "await c.go(«x.go()»['a'])"])
def test_await_is_moved_only_where_there_is_one(code: str, mend_in_function: Mend) -> None:
    assert mend_in_function(FixKind.MOVE_AWAIT, code) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("y = await «c.go()»", "y = c.go()"),
        ("y = «await c.go()»", "y = c.go()"),
        ("y = await\t(«c.go()»)", "y = (c.go())"),
        ("y = await \\\n«c.go()»", "y = \\\nc.go()"),
        ("return (await «c.go()»).sort(1)", "return c.go().sort(1)"),
        ("return(await «c.go()»).sort(1)", "return c.go().sort(1)"),
        ("return (await «c\n.go()»).sort(1)", "return (c\n.go()).sort(1)"),
        ("return ( await «c.go()» ).sort(1)", "return ( c.go() ).sort(1)"),
        ("return print(await «c.go()»)", "return print(c.go())"),
        ("async for y in await «c.go()»: pass", "async for y in c.go(): pass"),
        ("[await «c.go()»]", "[c.go()]"),
        ("[y async for y in await «c.go(x)»]", "[y async for y in c.go(x)]"),
    ],
)
def test_await_is_removed(before: str, after: str, mend_in_function: Mend) -> None:
    assert mend_in_function(FixKind.REMOVE_AWAIT, before) == after


@pytest.mark.parametrize("code", ["y = «c.go()»", "gather(«c.go()»)", "(await «c.go(y)» for y in x)"])
def test_await_is_removed_only_where_nothing_else_changes(code: str, mend_in_function: Mend) -> None:
    assert mend_in_function(FixKind.REMOVE_AWAIT, code) is None


# --- async ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("for y in «c.go()»: pass\nelse: pass", "async for y in c.go(): pass\nelse: pass"),
        ("for y in («c.go()»):\n    pass", "async for y in (c.go()):\n    pass"),
        ("if x:\n\tfor y in «c»:\n\t\tpass", "if x:\n\tasync for y in c:\n\t\tpass"),
        ("[y for y in «c.go()» if y]", "[y async for y in c.go() if y]"),
        ("[(y)for y in «c»]", "[(y)async for y in c]"),
        ("{y: z for y in x for z in «c.go(y)»}", "{y: z for y in x async for z in c.go(y)}"),
        ("[z for y in «c.go()» for z in «y.go()»]", "[z async for y in c.go() async for z in y.go()]"),
        ("(z async for y in x for z in «c.go(y)»)", "(z async for y in x async for z in c.go(y))"),
    ],
)
def test_loops_become_asynchronous(before: str, after: str, mend_in_function: Mend) -> None:
    assert mend_in_function(FixKind.ASYNC_FOR, before) == after


@pytest.mark.parametrize(
    "code",
    [
        "for y in «c.go()»: pass",
        "def f(c):\n    for y in «c.go()»: pass",
        "def f(c): return [y for y in «c.go()»]",
        "async def f(c): return any(y for y in «c.go()»)",
        "async def f(c, x): return [[z for z in «c.go(y)»] for y in x]",
        "async def f(c):\n    async for y in «c.go()»: pass",
        "async def f(c):\n    class G:\n        for y in «c.go()»: pass",
        "async def f(c): return sorted(«c.go()»)",
    ],
)
def test_loops_stay_where_they_must(code: str, mend: Mend) -> None:
    assert mend(FixKind.ASYNC_FOR, code) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("with «c.go()» as y: pass", "async with c.go() as y: pass"),
        ("with «c.go()» as y, «x.go()»:\n    pass", "async with c.go() as y, x.go():\n    pass"),
        ("with (\n«c.go()» as y,\n):\n    pass", "async with (\nc.go() as y,\n):\n    pass"),
        ("with «c.go()», x:\n    pass", None),
        ("async with «c.go()»:\n    pass", None),
        ("def g():\n    with «c.go()»:\n        pass", None),
    ],
)
def test_with_becomes_asynchronous_if_all_of_it_is(before: str, after: str | None, mend_in_function: Mend) -> None:
    assert mend_in_function(FixKind.ASYNC_WITH, before) == after


# --- to_list ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return list(«c.go()»)", "return await c.go().to_list()"),
        ("return list(«c»)[0]", "return (await c.to_list())[0]"),
        ("return list(«await c.go()»)", "return await (await c.go()).to_list()"),
        ("return len(list(«c.go()»))", "return len(await c.go().to_list())"),
        ("return list(«c.go(\n1)»)", "return await c.go(\n1).to_list()"),
        ("return list(\n«c\n.go()»\n)", "return await (\nc\n.go()\n).to_list()"),
        ("return list(  # all\n«c.go()»,\n)", "return await (  # all\nc.go()\n).to_list()"),
        ("return list((«c»))", "return await ((c)).to_list()"),
        ("return sorted(«c.go()», key=x)", "return sorted(await c.go().to_list(), key=x)"),
        ("return x in «c.go()»", "return x in await c.go().to_list()"),
        ("return [*«c»]", "return [*await c.to_list()]"),
        ("y, z = «c.go()»", "y, z = await c.go().to_list()"),
        ("y, z = «await c.go()»", "y, z = await (await c.go()).to_list()"),
        ("any(y for y in «c»)", "any(y for y in await c.to_list())"),
        ("return«(c).go()»", "return await (c).go().to_list()"),
        ("return list(*«c»)", "return list(*await c.to_list())"),
    ],
)
def test_lists_of_documents(before: str, after: str, mend_in_function: Mend) -> None:
    assert mend_in_function(FixKind.TO_LIST, before) == after


def test_lists_of_motor_get_a_length(mend_in_function: Mend) -> None:
    after = mend_in_function(FixKind.TO_LIST, "return list(«c.go()»)", argument="None")
    assert after == "return await c.go().to_list(None)"


@pytest.mark.parametrize("code", ["def f(c): return list(«c»)", "async def f(c, x): return any(list(«c») for y in x)"])
def test_no_list_without_await(code: str, mend: Mend) -> None:
    assert mend(FixKind.TO_LIST, code) is None
