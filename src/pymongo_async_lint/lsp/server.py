"""The conversation with the editor. All analysis runs in one thread of its own, so that the editor is always heard."""

from __future__ import annotations

import asyncio
import itertools
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import ParamSpec, TypeVar

from lsprotocol import types
from msgspec import Struct, field
from pygls import uris
from pygls.lsp.server import LanguageServer

from pymongo_async_lint import __version__
from pymongo_async_lint.config import FILE, PYPROJECT, ConfigError
from pymongo_async_lint.lsp import actions
from pymongo_async_lint.lsp.diagnostics import SOURCE, Diagnostics, uri_of
from pymongo_async_lint.lsp.hover import hover
from pymongo_async_lint.lsp.workspace import Workspace
from pymongo_async_lint.project import problem

DEBOUNCE = 0.02
"""Seconds without a change before the analysis starts. While it runs, further changes wait together for the next."""

IDLE = 0.5
"""Seconds without a change before the findings, which are near right after an edit, are made exact."""

_STACK = 256 * 1024 * 1024
"""Bytes for the thread of the analysis, which follows deeply nested code; the system gives them as they are used."""

_WATCHED = ("**/*.py", "**/*.ipynb", "**/.gitignore", "**/*.toml", "**/*.lock", "**/requirements*.txt")
"""Whatever of the disk has a part in the findings."""

_STEP = 5
"""Per cent between two reports of progress."""

P = ParamSpec("P")
R = TypeVar("R")


class Stopped(BaseException):
    """The user, or the end of the session, stops the analysis."""


class News(Struct):
    """What has happened since the last analysis."""

    buffers: dict[Path, str | None] = field(default_factory=dict)
    on_disk: set[Path] = field(default_factory=set)
    is_new_layout: bool = False
    """Have files come or gone, or settings changed?"""
    options: object = None
    """What the client asks for from now on."""
    folders: list[Path] | None = None

    def __bool__(self) -> bool:
        return bool(
            self.buffers or self.on_disk or self.is_new_layout or self.options is not None or self.folders is not None
        )


class Told(Struct, frozen=True):
    """What the editor knows of a file."""

    number: int
    """Grows with each change of the diagnostics, over all files."""
    version: int | None
    items: list[types.Diagnostic]


class Server(LanguageServer):
    def __init__(self) -> None:
        # Not in increments: pygls takes a form feed for the end of a line, and would make them in another one.
        super().__init__(SOURCE, __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self.projects = Workspace((), self._count)
        self.told: dict[Path, Told] = {}
        self.behind: set[Path] = set()
        self._open: dict[Path, tuple[str, int]] = {}
        """The buffers, by the editor's name for them and with the version of their text."""
        self._news = News()
        self._numbers = itertools.count(1)
        self._work: asyncio.Task[None] | None = None
        self._up_to_date = asyncio.Event()
        self._waiting = 0
        """How many requests wait for the thread of the analysis."""
        self._last_change = 0.0
        self._complaints: frozenset[str] = frozenset()
        self._progress: Progress | None = None
        self._stop = threading.Event()
        threading.stack_size(_STACK)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="analysis")
        self._thread.submit(int).result()  # starts it, with that stack
        threading.stack_size(0)

    # --- what the client is able to do --------------------------------------------------------------------------------

    @property
    def encoding(self) -> str:
        return str(self.workspace.position_encoding)

    @property
    def is_asked(self) -> bool:
        """Does the client ask for diagnostics itself?"""
        documents = self.client_capabilities.text_document
        return documents is not None and documents.diagnostic is not None

    @property
    def resolves_edits(self) -> bool:
        documents = self.client_capabilities.text_document
        support = documents and documents.code_action and documents.code_action.resolve_support
        return bool(support and "edit" in support.properties)

    # --- what happens in the editor -----------------------------------------------------------------------------------

    def changed(self) -> None:
        """There is news; the analysis starts as soon as there is no more of it for a moment."""
        self._last_change = asyncio.get_running_loop().time()
        self._up_to_date.clear()
        if self._work is None:
            self._work = asyncio.create_task(self._keep_up())

    def opened(self, uri: str, version: int, text: str) -> None:
        path = path_of(uri)
        if path is not None:
            self._open[path] = uri, version
            self._news.buffers[path] = text
            self.changed()

    def closed(self, uri: str) -> None:
        path = path_of(uri)
        if path is not None and path in self._open:
            del self._open[path]
            self._news.buffers[path] = None
            self.changed()

    def files_changed(self, changes: Iterable[types.FileEvent]) -> None:
        for change in changes:
            path = path_of(change.uri, any_file=True)
            if path is None:
                continue
            if change.type == types.FileChangeType.Changed and path.suffix == ".py":
                self._news.on_disk.add(path)
            else:
                self._news.is_new_layout = True
        self.changed()

    def layout_changed(self) -> None:
        self._news.is_new_layout = True
        self.changed()

    def asked_for(self, options: object) -> None:
        self._news.options = options
        self.changed()

    def folders_changed(self) -> None:
        folders = [path_of(uri, any_file=True) for uri in self.workspace.folders]
        root = self.workspace.root_path
        self._news.folders = [folder for folder in folders if folder is not None] or ([Path(root)] if root else [])
        self._news.is_new_layout = True
        self.changed()

    async def settled(self) -> None:
        """Waits until all that has happened so far has been taken in."""
        if self._work is not None:
            await self._up_to_date.wait()

    async def in_thread(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs it where the analysis runs, after what is running there."""
        self._waiting += 1
        try:
            return await asyncio.wrap_future(self._thread.submit(function, *args, **kwargs))
        finally:
            self._waiting -= 1

    def stop(self) -> None:
        self._stop.set()
        self._thread.shutdown(wait=False, cancel_futures=True)

    # --- the analysis -------------------------------------------------------------------------------------------------

    async def _keep_up(self) -> None:
        try:
            while self._news or not self.projects.is_exact:
                if self._news:
                    await self._quiet(DEBOUNCE)
                    news, self._news = self._news, News()
                    await self._look(self._update, news)
                else:
                    self._up_to_date.set()
                    await self._quiet(IDLE)
                    if not self._news:
                        await self._look(self.projects.settle, self._yield)
                if self._stop.is_set():
                    break
        except Exception as error:  # a mistake of ours: what is shown stays until the next change
            self._complain([problem("", error).message])
        finally:
            self._work = None
            self._up_to_date.set()

    async def _quiet(self, seconds: float) -> None:
        """Waits until nothing has changed for so long."""
        loop = asyncio.get_running_loop()
        while (left := self._last_change + seconds - loop.time()) > 0:
            await asyncio.sleep(left)

    async def _look(self, function: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Have that done in the thread of the analysis, and tell what comes of it."""
        progress = self._progress = Progress(self, asyncio.get_running_loop())
        opened = dict(self._open)

        def look() -> dict[Path, Told]:
            function(*args, **kwargs)
            return self._made(opened)

        try:
            found = await asyncio.wrap_future(self._thread.submit(look))
        except Stopped:
            return
        finally:
            progress.end()
        self._tell(found)

    def _yield(self) -> None:
        """In the thread of the analysis, while it makes findings exact: is there something more urgent?"""
        if self._news or self._waiting or self._stop.is_set():
            raise Stopped

    def _update(self, news: News) -> None:
        """In the thread of the analysis: take in the news, and check."""
        projects = self.projects
        complaints = []
        if news.folders is not None:
            projects.folders = news.folders
        if news.options is not None:
            try:
                projects.configure(news.options)
            except ConfigError as error:
                complaints.append(f"{error.path}: {error}")
        if news.is_new_layout:
            projects.read_again()
        projects.buffers(news.buffers)
        projects.on_disk(news.on_disk)
        projects.check()
        self._complain([*complaints, *projects.problems.values()])

    def _made(self, opened: Mapping[Path, tuple[str, int]]) -> dict[Path, Told]:
        """In the thread of the analysis: all diagnostics that there are to tell."""
        projects = self.projects
        self.behind = {root / path for root, session in projects.sessions.items() for path in session.behind}
        told: dict[Path, Told] = {}
        makers = {root: Diagnostics(session, self.encoding) for root, session in projects.sessions.items()}
        wanted = set(opened)
        if projects.options.diagnostics == "workspace":
            wanted |= {path for path, _, _ in projects.files()}
        for path in wanted:
            before = self.told.get(path)
            if before is not None and path in self.behind:
                told[path] = before
                continue
            known = projects.session_of(path)
            items = makers[known[0].root].of(known[1]) if known else []
            version = opened[path][1] if path in opened else None
            is_same = before is not None and before.items == items
            told[path] = Told(before.number if before and is_same else next(self._numbers), version, items)
        return told

    def _complain(self, complaints: Iterable[str]) -> None:
        """Of settings that can't be followed, once each time that they change."""
        now = frozenset(complaints)
        for complaint in sorted(now - self._complaints):
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"{SOURCE}: {complaint}"))
        self._complaints = now

    def _tell(self, told: dict[Path, Told]) -> None:
        before, self.told = self.told, told
        changed = [path for path in told if before.get(path) != told[path]]
        if self.is_asked:
            self._ask_to_ask([path for path in changed if path not in before or before[path].items != told[path].items])
            return
        for path in changed:
            self._publish(path, told[path].items, told[path].version)
        for path in before.keys() - told.keys():
            self._publish(path, [], None)

    def _publish(self, path: Path, items: list[types.Diagnostic], version: int | None) -> None:
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(self.uri(path), items, version))

    def _ask_to_ask(self, changed: list[Path]) -> None:
        """A client that asks does so for the file that is edited; of the others it has to be told."""
        workspace = self.client_capabilities.workspace
        if changed and workspace and workspace.diagnostics and workspace.diagnostics.refresh_support:
            self.workspace_diagnostic_refresh(None)

    def uri(self, path: Path) -> str:
        """The editor's own name for a file, where it has told one."""
        return self._open[path][0] if path in self._open else uri_of(path)

    def _count(self, done: int, total: int) -> None:
        """In the thread of the analysis: so many files are read."""
        if self._stop.is_set() or (self._progress is not None and not self._progress.count(done, total)):
            raise Stopped


class Progress:
    """The client's progress bar while a project is read for the first time; its user may stop that."""

    def __init__(self, server: Server, loop: asyncio.AbstractEventLoop) -> None:
        window = server.client_capabilities.window
        self._server = server
        self._loop = loop
        self._is_able = bool(window and window.work_done_progress)
        self._token: str | None = None
        self._shown = -_STEP
        self._is_over = False

    def count(self, done: int, total: int) -> bool:
        """In the thread of the analysis: so many files are read, of so many. Tells whether to go on."""
        percentage = min(100 * done // max(total, 1), 100)
        if self._is_able and percentage >= self._shown + _STEP:
            self._shown = percentage
            self._loop.call_soon_threadsafe(self._show, percentage, f"{done} of {total} files")
        token = self._token and self._server.work_done_progress.tokens.get(self._token)
        return not (isinstance(token, Future) and token.cancelled())

    def _show(self, percentage: int, message: str) -> None:
        if self._is_over:
            return
        progress = self._server.work_done_progress
        if self._token is None:
            self._token = f"{SOURCE}-{os.urandom(4).hex()}"
            begin = types.WorkDoneProgressBegin(
                title="Reading the project", cancellable=True, message=message, percentage=percentage
            )
            token = self._token
            progress.create(token, lambda *_: None if self._is_over else progress.begin(token, begin))
        elif self._token in progress.tokens:
            progress.report(self._token, types.WorkDoneProgressReport(message=message, percentage=percentage))

    def end(self) -> None:
        self._is_over = True
        progress = self._server.work_done_progress
        if self._token in progress.tokens:
            progress.end(self._token, types.WorkDoneProgressEnd())
            del progress.tokens[self._token]


def path_of(uri: str, *, any_file: bool = False) -> Path | None:
    """The file that a URI means; None for what is not on disk, and, unless `any_file`, not a Python file."""
    path = uris.to_fs_path(uri) if uri.startswith("file:") else None
    if path is None or not (any_file or path.endswith(".py")):
        return None
    return Path(os.path.abspath(path))


def serve() -> None:
    """Talk to an editor on standard input and output until it says good-bye."""
    make().start_io()


_OPERATIONS = types.FileOperationRegistrationOptions(
    [types.FileOperationFilter(types.FileOperationPattern("**/*"), scheme="file")]
)


def make() -> Server:
    """A server that knows what to do with each message."""
    server = Server()

    @server.feature(types.INITIALIZED)
    def initialized(params: types.InitializedParams) -> None:
        workspace = server.client_capabilities.workspace
        watched = workspace and workspace.did_change_watched_files
        if watched and watched.dynamic_registration:
            options = types.DidChangeWatchedFilesRegistrationOptions(
                [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
            )
            registration = types.Registration("watched", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            server.client_register_capability(types.RegistrationParams([registration]))
        server.folders_changed()

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        if params.initialization_options is not None:
            server.asked_for(params.initialization_options)

    @server.feature(types.SHUTDOWN)
    def shutdown(params: None) -> None:
        server.stop()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        server.opened(document.uri, document.version, document.text)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        server.opened(document.uri, document.version, server.workspace.get_text_document(document.uri).source)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        server.closed(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveTextDocumentParams) -> None:
        path = path_of(params.text_document.uri, any_file=True)
        if path is not None and path.name in (FILE, PYPROJECT):
            server.layout_changed()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_watched_files(params: types.DidChangeWatchedFilesParams) -> None:
        server.files_changed(params.changes)

    @server.feature(types.WORKSPACE_DID_CREATE_FILES, _OPERATIONS)
    def did_create_files(params: types.CreateFilesParams) -> None:
        server.layout_changed()

    @server.feature(types.WORKSPACE_DID_RENAME_FILES, _OPERATIONS)
    def did_rename_files(params: types.RenameFilesParams) -> None:
        server.layout_changed()

    @server.feature(types.WORKSPACE_DID_DELETE_FILES, _OPERATIONS)
    def did_delete_files(params: types.DeleteFilesParams) -> None:
        server.layout_changed()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def did_change_workspace_folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        server.folders_changed()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def did_change_configuration(params: types.DidChangeConfigurationParams) -> None:
        if isinstance(params.settings, dict) and SOURCE in params.settings:
            server.asked_for(params.settings[SOURCE] or {})

    @server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier=SOURCE),
    )
    async def diagnostic(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        await server.settled()
        path = path_of(params.text_document.uri)
        told = server.told.get(path) if path is not None else None
        if told is not None and params.previous_result_id == str(told.number):
            return types.RelatedUnchangedDocumentDiagnosticReport(str(told.number))
        if told is None:
            return types.RelatedFullDocumentDiagnosticReport([])
        return types.RelatedFullDocumentDiagnosticReport(told.items, result_id=str(told.number))

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def workspace_diagnostic(params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        await server.settled()
        known = {one.uri: one.value for one in params.previous_result_ids}
        reports: list[types.WorkspaceDocumentDiagnosticReport] = []
        for path, told in server.told.items():
            uri, number = server.uri(path), str(told.number)
            if known.pop(uri, None) == number:
                reports.append(types.WorkspaceUnchangedDocumentDiagnosticReport(number, uri, version=told.version))
            else:
                reports.append(
                    types.WorkspaceFullDocumentDiagnosticReport(uri, told.items, version=told.version, result_id=number)
                )
        reports += [types.WorkspaceFullDocumentDiagnosticReport(uri, []) for uri in known]
        return types.WorkspaceDiagnosticReport(reports)

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=actions.KINDS, resolve_provider=True)
    )
    async def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        await server.settled()
        path = path_of(params.text_document.uri)
        known = server.projects.session_of(path) if path is not None and path not in server.behind else None
        if known is None or known[1] not in known[0].findings:
            return []
        unsafe = server.projects.options.unsafe_fixes
        offered = await server.in_thread(actions.actions, *known, params, server.encoding, unsafe=unsafe)
        if not server.resolves_edits:
            offered = [await resolve(action) for action in offered]
        return offered

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolve(action: types.CodeAction) -> types.CodeAction:
        await server.settled()
        path = path_of(action.data) if isinstance(action.data, str) else None
        if path is not None and path not in server.behind:
            action.edit = await server.in_thread(actions.fix_all, path, server.projects, server.encoding)
        return action

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def on_hover(params: types.HoverParams) -> types.Hover | None:
        await server.settled()
        path = path_of(params.text_document.uri)
        known = server.projects.session_of(path) if path is not None and path not in server.behind else None
        if known is None or known[1] not in known[0].files.paths:
            return None
        return await server.in_thread(hover, *known, params.position, server.encoding)

    return server
