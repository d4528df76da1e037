"""Fixes, suppressions and hovers."""

from __future__ import annotations

import asyncio

import pytest
from lsprotocol import types

DB = """\
from pymongo import AsyncMongoClient

db = AsyncMongoClient().shop
"""
ROUTES = """\
from db import db


async def add(item):
    db.items.insert_one(item)
    db.items.delete_one(item)  # kept
"""
EVERYWHERE = types.Range(types.Position(0, 0), types.Position(99, 0))


@pytest.fixture
def shop(project):
    return project({"db.py": DB, "routes.py": ROUTES})


def _applied(text: str, edits: list[types.TextEdit]) -> str:
    lines = text.splitlines(keepends=True)
    assert edits
    for edit in sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
        start, end = edit.range.start, edit.range.end
        before, after = (
            lines[start.line][: start.character],
            (lines[end.line : end.line + 1] or [""])[0][end.character :],
        )
        lines[start.line : end.line + 1] = [before + edit.new_text + after]
    return "".join(lines)


def test_a_finding_can_be_fixed(shop, editor):
    async def scenario():
        async with editor(shop) as it:
            it.open("routes.py")
            first, _ = await it.shows("routes.py", "PMA101", "PMA101")
            fix, *others = await it.actions("routes.py", first.range, "quickfix")
            assert fix.title == "Add `await` (PMA101)"
            assert fix.is_preferred
            assert list(fix.diagnostics) == [first]
            fixed = _applied(ROUTES, fix.edit.changes[it.uri("routes.py")])
            assert fixed == ROUTES.replace("db.items.insert", "await db.items.insert")
            assert [one.title for one in others] == ["Suppress PMA101 on this line"]
            it.change("routes.py", fixed)
            await it.shows("routes.py", "PMA101")

    asyncio.run(scenario())


def test_a_finding_can_be_suppressed(shop, editor):
    async def scenario():
        async with editor(shop) as it:
            it.open("routes.py")
            _, second = await it.shows("routes.py", "PMA101", "PMA101")
            found = await it.actions("routes.py", second.range, "quickfix")
            (suppress,) = [one for one in found if one.title.startswith("Suppress")]
            quiet = _applied(ROUTES, suppress.edit.changes[it.uri("routes.py")])
            assert quiet.splitlines()[5] == "    db.items.delete_one(item)  # kept  # noqa: PMA101"
            it.change("routes.py", quiet)
            await it.shows("routes.py", "PMA101")

    asyncio.run(scenario())


@pytest.mark.parametrize("resolve", [True, False])
def test_all_safe_fixes_are_made_at_once(shop, editor, resolve):
    async def scenario():
        async with editor(shop, resolve=resolve) as it:
            it.open("routes.py", ROUTES + "    db.items.update_one(item, {})\n")
            await it.shows("routes.py", "PMA101", "PMA101", "PMA101")
            (action,) = await it.actions("routes.py", EVERYWHERE, "source.fixAll")
            assert action.kind == "source.fixAll.pymongo-async-lint"
            if resolve:
                assert action.edit is None
                action = await it.client.code_action_resolve_async(action)
            fixed = _applied(ROUTES + "    db.items.update_one(item, {})\n", action.edit.changes[it.uri("routes.py")])
            assert fixed == (ROUTES + "    db.items.update_one(item, {})\n").replace("    db", "    await db")
            it.change("routes.py", fixed)
            await it.shows("routes.py")

    asyncio.run(scenario())


@pytest.mark.parametrize("unsafe", [True, False])
def test_unsafe_fixes_are_marked(project, editor, unsafe):
    """An `await` would begin to delete what has been left alone so far."""
    root = project({"db.py": DB + "\n\nasync def clear():\n    db.items.drop()\n"})

    async def scenario():
        async with editor(root, options={"unsafeFixes": unsafe}) as it:
            it.open("db.py")
            (told,) = await it.shows("db.py", "PMA101")
            *fixes, suppress = await it.actions("db.py", told.range)  # which does not offer to make it with all others
            assert [one.title for one in fixes] == (["Add `await` (PMA101, unsafe)"] if unsafe else [])
            assert not any(one.is_preferred for one in fixes)
            assert suppress.title == "Suppress PMA101 on this line"
            assert not await it.actions("db.py", EVERYWHERE, "refactor")

    asyncio.run(scenario())


def test_actions_keep_ends_of_lines_and_count_as_the_client_does(project, editor):
    text = ROUTES.replace("item)\n", "'\N{PILE OF POO}')\n").replace("\n", "\r\n")
    root = project({"db.py": DB, "routes.py": text.encode()})

    async def scenario():
        async with editor(root, encoding=types.PositionEncodingKind.Utf32) as it:  # as Python counts
            it.open("routes.py")
            first, _ = await it.shows("routes.py", "PMA101", "PMA101")
            (fix,) = await it.actions("routes.py", EVERYWHERE, "source.fixAll")
            fixed = _applied(text, fix.edit.changes[it.uri("routes.py")])
            assert fixed == text.replace("    db.", "    await db.")
            *_, suppress = await it.actions("routes.py", first.range, "quickfix")
            quiet = _applied(text, suppress.edit.changes[it.uri("routes.py")])
            assert quiet == text.replace("\N{PILE OF POO}')\r\n", "\N{PILE OF POO}')  # noqa: PMA101\r\n", 1)

    asyncio.run(scenario())


def test_a_hover_tells_what_an_expression_is_and_how_that_is_known(shop, editor):
    async def scenario():
        async with editor(shop) as it:
            it.open("routes.py")
            await it.shows("routes.py", "PMA101", "PMA101")
            told = await it.hover("routes.py", 4, 9)
            assert "db.items: async collection `items`" in told
            assert "\n    db.py:3:6: the `AsyncMongoClient` is made here\n" in told
            assert await it.hover("routes.py", 1, 0) is None

    asyncio.run(scenario())


def test_a_hover_over_a_code_in_a_comment_explains_the_rule(shop, editor):
    async def scenario():
        async with editor(shop) as it:
            it.open("routes.py", ROUTES.replace("# kept", "# noqa: PMA101"))
            await it.shows("routes.py", "PMA101")
            told = await it.hover("routes.py", 5, 42)
            assert told.startswith("# PMA101 unawaited-call")

    asyncio.run(scenario())
