"""An editor, as far as the language server can tell: it talks to the real process over stdio."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient, make_test_lsp_client

PATIENCE = 60.0
"""Seconds until a test gives up on the server."""


class Editor:
    def __init__(self, root: Path, client: LanguageClient) -> None:
        self.root = root
        self.client = client
        self.result: types.InitializeResult
        self.versions: dict[str, int] = {}
        self.published: dict[str, types.PublishDiagnosticsParams] = {}
        self._news = asyncio.Event()

    def uri(self, path: str) -> str:
        return (self.root / path).as_uri()

    def open(self, path: str, text: str | None = None) -> None:
        if text is None:
            text = (self.root / path).read_bytes().decode()
        self.versions[path] = 1
        document = types.TextDocumentItem(self.uri(path), "python", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))

    def change(self, path: str, text: str) -> None:
        self.versions[path] += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self.versions[path], self.uri(path)),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    def close(self, path: str) -> None:
        del self.versions[path]
        document = types.TextDocumentIdentifier(self.uri(path))
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(document))

    def changed_on_disk(self, path: str, kind: types.FileChangeType) -> None:
        event = types.FileEvent(self.uri(path), kind)
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))

    def saved(self, path: str) -> None:
        self.client.text_document_did_save(
            types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(self.uri(path)))
        )

    async def shows(self, path: str, *codes: str) -> list[types.Diagnostic]:
        """Waits until the editor shows diagnostics of these codes, and no others, for the latest text of a file."""
        found: list[types.Diagnostic] = []

        def is_so() -> bool:
            told = self.published.get(self.uri(path))
            found[:] = told.diagnostics if told else ()
            is_latest = told is not None and (told.version is None or told.version == self.versions.get(path))
            return is_latest and [one.code for one in found] == list(codes)

        try:
            await self.until(is_so)
        except TimeoutError:
            raise AssertionError(f"{path} shows {[(one.code, one.message) for one in found]}, not {codes}") from None
        return found

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Waits until something that the server says makes this true."""
        async with asyncio.timeout(PATIENCE):
            while not is_so():
                self._news.clear()
                await self._news.wait()

    async def pulled(self, path: str, previous: str | None = None) -> Any:
        document = types.TextDocumentIdentifier(self.uri(path))
        params = types.DocumentDiagnosticParams(document, previous_result_id=previous)
        return await self.client.text_document_diagnostic_async(params)

    async def actions(self, path: str, span: types.Range, *only: str) -> list[types.CodeAction]:
        context = types.CodeActionContext([], only=list(only) or None)
        params = types.CodeActionParams(types.TextDocumentIdentifier(self.uri(path)), span, context)
        found = await self.client.text_document_code_action_async(params)
        return [one for one in found or () if isinstance(one, types.CodeAction)]

    async def hover(self, path: str, line: int, character: int) -> str | None:
        position = types.Position(line, character)
        params = types.HoverParams(types.TextDocumentIdentifier(self.uri(path)), position)
        found = await self.client.text_document_hover_async(params)
        if found is None:
            return None
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    def heard(self, params: types.PublishDiagnosticsParams) -> None:
        self.published[params.uri] = params
        self._news.set()

    def news(self) -> None:
        self._news.set()


@contextlib.asynccontextmanager
async def _editor(
    root: Path,
    *,
    pull: bool = False,
    resolve: bool = False,
    encoding: types.PositionEncodingKind | None = None,
    options: dict[str, Any] | None = None,
    folders: tuple[str, ...] = ("",),
    environment: dict[str, str] | None = None,
) -> AsyncIterator[Editor]:
    client = make_test_lsp_client()
    found = Editor(root, client)
    default = client.protocol.fm.features.pop(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, None)
    assert default is not None

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def on_publish(params: types.PublishDiagnosticsParams) -> None:
        found.heard(params)

    for method in (types.WINDOW_SHOW_MESSAGE, types.WORKSPACE_DIAGNOSTIC_REFRESH, types.PROGRESS):
        before = client.protocol.fm.features.pop(method)

        @client.feature(method)
        def on_other(params: Any, before: Any = before) -> None:
            before(params)
            found.news()

    inherited = os.environ | (environment or {})
    await client.start_io(sys.executable, "-m", "pymongo_async_lint", "lsp", env=inherited)
    result = types.ClientCodeActionResolveOptions(["edit"]) if resolve else None
    found.result = await client.initialize_session(
        types.InitializeParams(
            types.ClientCapabilities(
                general=types.GeneralClientCapabilities(position_encodings=[encoding] if encoding else None),
                text_document=types.TextDocumentClientCapabilities(
                    diagnostic=types.DiagnosticClientCapabilities() if pull else None,
                    code_action=types.CodeActionClientCapabilities(resolve_support=result),
                ),
                window=types.WindowClientCapabilities(work_done_progress=True),
                workspace=types.WorkspaceClientCapabilities(
                    diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
                ),
            ),
            root_uri=root.as_uri(),
            workspace_folders=[types.WorkspaceFolder((root / name).as_uri(), name or "all") for name in folders],
            initialization_options=options,
        )
    )
    try:
        yield found
    finally:
        await client.shutdown_session()


@pytest.fixture
def editor() -> Callable[..., contextlib.AbstractAsyncContextManager[Editor]]:
    """Starts a server for an editor with these abilities, in the folder `root`."""
    return _editor
