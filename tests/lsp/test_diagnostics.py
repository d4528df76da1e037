"""Diagnostics, pushed and pulled, while files are edited."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

DB = """\
from pymongo import AsyncMongoClient

client = AsyncMongoClient()
db = client.shop
"""
ROUTES = """\
from db import db


async def add(item):
    db.items.insert_one(item)
"""
AWAITED = ROUTES.replace("db.items.insert", "await db.items.insert")


@pytest.fixture
def shop(project) -> Path:
    return project({"db.py": DB, "routes.py": ROUTES})


def test_a_finding_is_pushed_with_all_that_is_known_of_it(shop, editor):
    async def scenario():
        async with editor(shop) as it:
            it.open("routes.py")
            (told,) = await it.shows("routes.py", "PMA101")
            assert told.range == types.Range(types.Position(4, 4), types.Position(4, 29))
            assert told.severity == types.DiagnosticSeverity.Error
            assert told.source == "pymongo-async-lint"
            assert "never awaited" in told.message
            (made, *_) = told.related_information
            assert made.location.uri == it.uri("db.py")
            assert made.location.range.start == types.Position(2, 9)

    asyncio.run(scenario())


def test_a_finding_links_to_the_page_of_its_rule(shop, tmp_path, editor):
    """Where the installed package says where its documentation is."""
    known = tmp_path / "metadata"
    (known / "pymongo_async_lint-0.1.dist-info").mkdir(parents=True)
    (known / "pymongo_async_lint-0.1.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: pymongo-async-lint\nVersion: 0.1\n"
        "Project-URL: Documentation, https://docs.example/lint/\n"
    )

    async def scenario():
        async with editor(shop, environment={"PYTHONPATH": _path(known)}) as it:
            it.open("routes.py")
            (told,) = await it.shows("routes.py", "PMA101")
            assert told.code_description == types.CodeDescription("https://docs.example/lint/rules/PMA101")

    asyncio.run(scenario())


def test_tags_say_what_can_go_and_what_is_at_its_end(project, editor):
    root = project(
        {
            "app.py": """\
            from fastapi import FastAPI
            from motor.motor_asyncio import AsyncIOMotorClient

            db = AsyncIOMotorClient().shop
            app = FastAPI()


            @app.get("/items")
            async def items():
                return await db.items.count_documents({})  # noqa: PMA101
            """
        }
    )

    async def scenario():
        async with editor(root) as it:
            it.open("app.py")
            motor, comment = await it.shows("app.py", "PMA204", "PMA002")
            assert list(motor.tags) == [types.DiagnosticTag.Deprecated]
            assert motor.severity == types.DiagnosticSeverity.Warning
            assert list(comment.tags) == [types.DiagnosticTag.Unnecessary]

    asyncio.run(scenario())


def test_an_unsaved_buffer_is_the_truth_for_all_files(shop, editor):
    async def scenario():
        async with editor(shop) as it:
            it.open("db.py")
            it.open("routes.py")
            await it.shows("routes.py", "PMA101")
            it.change("db.py", DB.replace("AsyncMongoClient", "MongoClient"))
            await it.shows("routes.py", "PMA201")
            it.change("db.py", "db = {}\n")
            await it.shows("routes.py")
            it.close("db.py")
            await it.shows("routes.py", "PMA101")

    asyncio.run(scenario())


def test_a_syntax_error_leaves_the_last_good_diagnostics(shop, editor):
    async def scenario():
        async with editor(shop) as it:
            it.open("db.py")
            it.open("routes.py")
            await it.shows("routes.py", "PMA101")
            everywhere = types.Range(types.Position(0, 0), types.Position(9, 0))
            assert await it.actions("routes.py", everywhere)
            assert await it.hover("routes.py", 4, 5)
            it.change("routes.py", ROUTES + "\n\ndef (")
            it.change("db.py", DB + "db.")
            it.open("other.py", "from db import client\n\n\nasync def ping():\n    client.admin.command('ping')\n")
            await it.shows("other.py", "PMA101")
            assert [one.code for one in it.published[it.uri("routes.py")].diagnostics] == ["PMA101"]
            assert await it.actions("routes.py", everywhere) == []  # they would go by positions of before
            assert await it.hover("routes.py", 4, 5) is None
            it.change("routes.py", AWAITED)
            await it.shows("routes.py")

    asyncio.run(scenario())


def test_a_file_that_never_could_be_parsed_says_so(shop, editor):
    async def scenario():
        async with editor(shop) as it:
            it.open("routes.py", ROUTES + "\n\ndef (")
            (told,) = await it.shows("routes.py", "PMA001")
            assert told.range.start.line == 7

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("encoding", "column"),
    [
        (types.PositionEncodingKind.Utf8, 4 + 4 + 2 + 2 + 2),
        (types.PositionEncodingKind.Utf16, 4 + 2 + 2 + 1 + 2),
        (types.PositionEncodingKind.Utf32, 4 + 1 + 2 + 1 + 2),
        (None, 4 + 2 + 2 + 1 + 2),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_columns_count_what_the_client_counts(project, editor, encoding, column, newline):
    text = DB + "\n\nasync def f():\n    '\N{PILE OF POO}\N{LATIN SMALL LETTER E WITH ACUTE}'; db.a.drop()\n"
    text = text.replace("\n", newline)
    root = project({"db.py": text.encode()})

    async def scenario():
        async with editor(root, encoding=encoding) as it:
            assert it.result.capabilities.position_encoding == (encoding or "utf-16")
            it.open("db.py")
            (told,) = await it.shows("db.py", "PMA101")
            assert told.range.start == types.Position(7, column)
            (fix, *_) = await it.actions("db.py", told.range, "quickfix")
            (edit,) = fix.edit.changes[it.uri("db.py")]
            assert edit.range.start == told.range.start

    asyncio.run(scenario())


def test_a_form_feed_ends_no_line(project, editor):
    root = project({"db.py": DB + "\x0c\n\nasync def f():\n    db.a.drop()\n"})

    async def scenario():
        async with editor(root) as it:
            it.open("db.py")
            (told,) = await it.shows("db.py", "PMA101")
            assert told.range.start == types.Position(7, 4)

    asyncio.run(scenario())


def test_a_client_that_pulls_gets_nothing_pushed(shop, editor):
    async def scenario():
        async with editor(shop, pull=True) as it:
            it.open("db.py")
            it.open("routes.py")
            report = await it.pulled("routes.py")
            assert [one.code for one in report.items] == ["PMA101"]
            again = await it.pulled("routes.py", report.result_id)
            assert again.kind == "unchanged"
            before = it.client.diagnostic_refresh_count
            it.change("db.py", "db = {}\n")
            await it.until(lambda: it.client.diagnostic_refresh_count > before)
            report = await it.pulled("routes.py", report.result_id)
            assert not report.items
            assert not it.published

    asyncio.run(scenario())


@pytest.mark.parametrize("method", [types.TEXT_DOCUMENT_DIAGNOSTIC, types.WORKSPACE_DIAGNOSTIC])
def test_a_request_can_be_cancelled(shop, editor, method):
    async def scenario():
        async with editor(shop, pull=True) as it:
            it.open("routes.py")
            params = {
                types.TEXT_DOCUMENT_DIAGNOSTIC: types.DocumentDiagnosticParams(
                    types.TextDocumentIdentifier(it.uri("routes.py"))
                ),
                types.WORKSPACE_DIAGNOSTIC: types.WorkspaceDiagnosticParams([]),
            }
            asked = asyncio.ensure_future(it.client.protocol.send_request_async(method, params[method], msg_id="asked"))
            await asyncio.sleep(0)  # so that it is sent
            it.client.cancel_request(types.CancelParams("asked"))
            with pytest.raises(JsonRpcException, match="cancel"):
                await asked
            report = await it.pulled("routes.py")
            assert [one.code for one in report.items] == ["PMA101"]

    asyncio.run(scenario())


WAITS_WHERE_A_PIPE_IS = """\
import os
from contextlib import suppress

from pymongo_async_lint.lsp.session import Session

check = Session.check


def wait(session):
    with open(os.environ["CHECKS"], "a") as checks:
        checks.write("x")
    with suppress(FileNotFoundError), open(os.environ["PIPE"]) as pipe:
        pipe.read()
    check(session)


Session.check = wait
"""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
@pytest.mark.parametrize("pull", [False, True])
def test_all_that_is_typed_during_an_update_is_one_more(shop, tmp_path, editor, pull):
    (tmp_path / "slow").mkdir()
    (tmp_path / "slow" / "sitecustomize.py").write_text(WAITS_WHERE_A_PIPE_IS)
    checks, pipe = tmp_path / "checks", tmp_path / "pipe"
    environment = {"PYTHONPATH": _path(tmp_path / "slow"), "CHECKS": str(checks), "PIPE": str(pipe)}

    async def scenario():
        async with editor(shop, environment=environment, pull=pull) as it:

            async def shows_it_on(line):
                found = (await it.pulled("routes.py")).items if pull else await it.shows("routes.py", "PMA101")
                assert [(one.code, one.range.start.line) for one in found] == [("PMA101", line)]

            it.open("routes.py")
            await shows_it_on(4)
            assert checks.read_text() == "x"
            os.mkfifo(pipe)
            it.change("routes.py", "\n" + ROUTES)
            end = await asyncio.to_thread(pipe.open, "w")  # once the server is at that
            for number in range(50):
                it.change("routes.py", "# typed\n" * number + ROUTES)
            with pytest.raises(JsonRpcException):  # it answers in turn: so it has them all
                await it.client.protocol.send_request_async("no/method", {})
            pipe.unlink()
            end.close()
            await shows_it_on(4 + 49)
            assert checks.read_text() == "xxx"

    asyncio.run(scenario())


FAILS_ONCE = """\
from pymongo_async_lint.lsp.session import Session

check = Session.check


def fail(session):
    Session.check = check
    raise KeyError("of no interest to anybody")


Session.check = fail
"""


def test_a_mistake_of_ours_is_told_and_the_next_change_is_followed(shop, tmp_path, editor):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "sitecustomize.py").write_text(FAILS_ONCE)

    async def scenario():
        async with editor(shop, environment={"PYTHONPATH": _path(tmp_path / "broken")}) as it:
            it.open("routes.py")
            await it.until(lambda: bool(it.client.messages))
            told = it.client.messages[0].message
            assert (
                told == "pymongo-async-lint: internal error, please report it: KeyError in sitecustomize.fail, line 8"
            )
            it.change("routes.py", ROUTES + "\n")
            await it.shows("routes.py", "PMA101")

    asyncio.run(scenario())


def test_comments_and_the_baseline_hide_what_they_hide_in_a_check(project, run, editor):
    root = project(
        {
            "pyproject.toml": '[tool.pymongo-async-lint]\nbaseline = "known.json"\n',
            "db.py": DB,
            "routes.py": ROUTES,
            "quiet.py": ROUTES.replace("(item)\n\n", "(item)\n").replace("one(item)", "one(item)  # noqa: PMA101"),
        }
    )
    assert run("pymongo_async_lint", "baseline", "routes.py", cwd=root).returncode == 0

    async def scenario():
        async with editor(root) as it:
            it.open("quiet.py")
            it.open("routes.py", ROUTES + "    db.items.drop()\n")
            (told,) = await it.shows("routes.py", "PMA101")
            assert told.range.start.line == 5
            await it.shows("quiet.py")

    asyncio.run(scenario())


def test_without_the_extra_there_is_one_clear_line(tmp_path, run):
    (tmp_path / "pygls.py").write_text("raise ImportError\n")
    finished = run("pymongo_async_lint", "lsp", cwd=tmp_path, PYTHONPATH=_path(tmp_path))
    assert finished.returncode == 2
    assert finished.stderr.splitlines()[-1] == (
        "Error: the language server needs pygls: pip install 'pymongo-async-lint[lsp]'"
    )


def _path(first: Path) -> str:
    return ":".join([str(first), *(entry for entry in sys.path if entry)])
