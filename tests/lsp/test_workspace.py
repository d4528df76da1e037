"""Several folders, settings, and files that come and go."""

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
"""


def test_the_whole_workspace_can_be_told(project, editor):
    root = project({"db.py": DB, "routes.py": ROUTES})

    async def scenario():
        async with editor(root, options={"diagnostics": "workspace"}) as it:
            await it.shows("routes.py", "PMA101")
            it.open("db.py", "db = {}\n")
            await it.shows("routes.py")

    asyncio.run(scenario())


def test_the_whole_workspace_can_be_pulled(project, editor):
    root = project({"db.py": DB, "routes.py": ROUTES})

    async def scenario():
        async with editor(root, pull=True, options={"diagnostics": "workspace"}) as it:
            report = await it.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([]))
            told = {one.uri: [item.code for item in one.items] for one in report.items}
            assert told == {it.uri("routes.py"): ["PMA101"]}
            known = [types.PreviousResultId(one.uri, one.result_id) for one in report.items]
            again = await it.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(known))
            assert [one.kind for one in again.items] == ["unchanged"]
            it.open("routes.py", "x = 1\n")
            again = await it.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(known))
            assert [(one.uri, list(one.items)) for one in again.items] == [(it.uri("routes.py"), [])]

    asyncio.run(scenario())


def test_folders_are_projects_of_their_own(project, editor):
    root = project({"a/db.py": DB, "a/routes.py": ROUTES, "b/db.py": "db = {}\n", "b/routes.py": ROUTES})
    for name in ("a", "b"):
        (root / name / "pymongo-async-lint.toml").write_text("")

    async def scenario():
        async with editor(root, folders=("a", "b"), options={"diagnostics": "workspace"}) as it:
            await it.shows("a/routes.py", "PMA101")
            it.open("b/routes.py")
            await it.shows("b/routes.py")

    asyncio.run(scenario())


def test_folders_come_and_go(project, editor):
    root = project({"a/db.py": DB, "a/routes.py": ROUTES, "b/db.py": DB, "b/routes.py": ROUTES})
    for name in ("a", "b"):
        (root / name / "pymongo-async-lint.toml").write_text("")

    async def scenario():
        async with editor(root, folders=("a",), options={"diagnostics": "workspace"}) as it:
            await it.shows("a/routes.py", "PMA101")
            assert it.uri("b/routes.py") not in it.published
            a, b = (types.WorkspaceFolder((root / name).as_uri(), name) for name in ("a", "b"))
            event = types.WorkspaceFoldersChangeEvent(added=[b], removed=[a])
            it.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
            await it.shows("b/routes.py", "PMA101")
            await it.shows("a/routes.py")

    asyncio.run(scenario())


def test_settings_that_are_saved_in_the_editor_are_read_again(project, editor):
    root = project({"db.py": DB, "routes.py": ROUTES})

    async def scenario():
        async with editor(root) as it:
            it.open("routes.py")
            await it.shows("routes.py", "PMA101")
            (root / "pymongo-async-lint.toml").write_text('ignore = ["PMA101"]\n')
            it.saved("pymongo-async-lint.toml")
            await it.shows("routes.py")

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"diagnostic": "open"}, "unknown field `diagnostic`"),
        ({"diagnostics": "all"}, "'all'"),
        ({"settings": {"ignored": []}}, "unknown key `ignored`"),
    ],
)
def test_options_that_mean_nothing_are_told_and_the_rest_goes_on(project, editor, options, complaint):
    root = project({"db.py": DB, "routes.py": ROUTES})

    async def scenario():
        async with editor(root, options=options) as it:
            it.open("routes.py")
            await it.shows("routes.py", "PMA101")
            (told,) = it.client.messages
            assert complaint in told.message
            assert told.message.startswith("pymongo-async-lint: initializationOptions: ")
            assert "\n" not in told.message

    asyncio.run(scenario())


def test_settings_are_read_again_when_they_change(project, editor):
    root = project({"db.py": DB, "routes.py": ROUTES})

    async def scenario():
        async with editor(root) as it:
            it.open("routes.py")
            await it.shows("routes.py", "PMA101")
            (root / "pyproject.toml").write_text('[tool.pymongo-async-lint]\nignore = ["PMA101"]\n')
            it.changed_on_disk("pyproject.toml", types.FileChangeType.Created)
            await it.shows("routes.py")
            (root / "pyproject.toml").write_text('[tool.pymongo-async-lint]\nignored = ["PMA101"]\n')
            it.changed_on_disk("pyproject.toml", types.FileChangeType.Changed)
            await it.until(lambda: bool(it.client.messages))
            assert "unknown key `ignored`" in it.client.messages[0].message
            (root / "pyproject.toml").unlink()
            it.changed_on_disk("pyproject.toml", types.FileChangeType.Deleted)
            await it.shows("routes.py", "PMA101")

    asyncio.run(scenario())


def test_the_client_has_settings_of_its_own(project, editor):
    root = project({"db.py": DB, "routes.py": ROUTES})

    async def scenario():
        async with editor(root, options={"settings": {"ignore": ["PMA101"]}}) as it:
            it.open("routes.py")
            await it.shows("routes.py")
            settings = {"pymongo-async-lint": {"settings": {"severity": {"PMA1": "info"}}}}
            it.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
            (told,) = await it.shows("routes.py", "PMA101")
            assert told.severity == types.DiagnosticSeverity.Information
            settings = {"pymongo-async-lint": {"settings": {"severity": "low"}}}
            it.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
            await it.until(lambda: bool(it.client.messages))
            assert "`severity`" in it.client.messages[0].message

    asyncio.run(scenario())


def test_files_come_and_go(project, editor):
    root = project({"routes.py": ROUTES})

    async def scenario():
        async with editor(root) as it:
            it.open("routes.py")
            await it.shows("routes.py")
            (root / "db.py").write_text(DB)
            it.changed_on_disk("db.py", types.FileChangeType.Created)
            await it.shows("routes.py", "PMA101")
            (root / "db.py").write_text("db = {}\n")
            it.changed_on_disk("db.py", types.FileChangeType.Changed)
            await it.shows("routes.py")
            (root / "db.py").write_text(DB)
            (root / "db.py").rename(root / "store.py")
            files = [types.FileRename(it.uri("db.py"), it.uri("store.py"))]
            it.client.workspace_did_rename_files(types.RenameFilesParams(files))
            it.change("routes.py", ROUTES.replace("from db", "from store"))
            await it.shows("routes.py", "PMA101")
            (root / "store.py").unlink()
            it.changed_on_disk("store.py", types.FileChangeType.Deleted)
            await it.shows("routes.py")
            (root / "store.py").write_text(DB)
            it.client.workspace_did_create_files(types.CreateFilesParams([types.FileCreate(it.uri("store.py"))]))
            await it.shows("routes.py", "PMA101")
            (root / "store.py").unlink()
            it.client.workspace_did_delete_files(types.DeleteFilesParams([types.FileDelete(it.uri("store.py"))]))
            await it.shows("routes.py")

    asyncio.run(scenario())


def test_reading_a_project_shows_progress(project, editor):
    root = project({"db.py": DB, **{f"m{number}.py": ROUTES for number in range(8)}})

    async def scenario():
        async with editor(root) as it:
            it.open("m0.py")
            await it.shows("m0.py", "PMA101")
            await it.until(lambda: _kinds(it)[-1:] == ["end"])
            assert _kinds(it)[0] == "begin"

    asyncio.run(scenario())


def test_reading_a_project_can_be_stopped_and_goes_on_with_the_next_edit(project, editor):
    routes = ROUTES + "".join(ROUTES.partition("\n")[2].replace("add", f"add{number}") for number in range(40))
    root = project({"db.py": DB, **{f"m{number}.py": routes for number in range(150)}})

    async def scenario():
        async with editor(root) as it:
            it.open("m0.py", ROUTES)
            await it.until(lambda: bool(_kinds(it)))
            (token,) = it.client.progress_reports
            it.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
            await it.until(lambda: _kinds(it)[-1] == "end")
            assert it.uri("m0.py") not in it.published
            it.change("m0.py", ROUTES + "\n")
            await it.shows("m0.py", "PMA101")

    asyncio.run(scenario())


def _kinds(editor):
    return [report.kind for reports in editor.client.progress_reports.values() for report in reports]
