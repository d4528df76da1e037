"""python-lsp-server, a real one, shows our findings: its flake8 plugin runs ours."""

from __future__ import annotations

import json
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pylsp_jsonrpc.streams import JsonRpcStreamReader, JsonRpcStreamWriter

Write = Callable[[Mapping[str, "str | bytes"]], Path]
Message = dict[str, Any]

PATIENCE = 60
"""Seconds after which a server that says nothing counts as broken."""

ORDERS = "from app.db import db\n\n\nasync def add(order):\n    name = 'ü'; db.orders.insert_one(order)\n"
SHOP = {
    "app/__init__.py": "",
    "app/db.py": "from pymongo import AsyncMongoClient\n\ndb = AsyncMongoClient().shop\n",
    "app/orders.py": ORDERS,
}


def documented_settings() -> Message:
    """What our page tells users to set."""
    page = (Path(__file__).parents[2] / "docs" / "ci.md").read_text(encoding="utf-8")
    settings: Message = json.loads(*re.findall(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))
    return settings


class Editor:
    """As much of an editor as it takes to show diagnostics."""

    def __init__(self, root: Path) -> None:
        self.server = subprocess.Popen(
            [sys.executable, "-m", "pylsp"], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.writer = JsonRpcStreamWriter(self.server.stdin)
        self.received: queue.Queue[Message] = queue.Queue()
        reader = JsonRpcStreamReader(self.server.stdout)
        threading.Thread(target=reader.listen, args=[self.received.put], daemon=True).start()

    def tell(self, method: str, **params: Any) -> None:
        self.writer.write({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, **params: Any) -> Any:
        self.writer.write({"jsonrpc": "2.0", "id": method, "method": method, "params": params})
        return self._until(lambda message: message.get("id") == method and "method" not in message)["result"]

    def diagnostics(self, uri: str, version_of: Callable[[list[Message]], bool]) -> list[Message]:
        """The diagnostics of a file, as soon as they are such ones."""

        def are_these(message: Message) -> bool:
            return (
                message.get("method") == "textDocument/publishDiagnostics"
                and message["params"]["uri"] == uri
                and version_of(message["params"]["diagnostics"])
            )

        found: list[Message] = self._until(are_these)["params"]["diagnostics"]
        return found

    def _until(self, is_wanted: Callable[[Message], bool]) -> Message:
        while True:
            message = self.received.get(timeout=PATIENCE)
            if "id" in message and "method" in message:  # the server asks us for something, such as to show progress
                self.writer.write({"jsonrpc": "2.0", "id": message["id"], "result": None})
            if is_wanted(message):
                return message

    def close(self) -> None:
        self.ask("shutdown")
        self.tell("exit")
        self.server.wait(PATIENCE)
        for pipe in (self.server.stdin, self.server.stdout):
            if pipe:
                pipe.close()


@pytest.fixture
def root(project: Write) -> Path:
    return project(SHOP)


@pytest.fixture
def editor(root: Path, flake8_config: Path) -> Iterator[Editor]:
    editor = Editor(root)
    try:
        editor.ask("initialize", processId=None, rootUri=root.as_uri(), capabilities={})
        editor.tell("initialized")
        settings = documented_settings()
        settings["pylsp"]["plugins"]["flake8"] |= {"select": ["PMA"], "config": str(flake8_config)}
        editor.tell("workspace/didChangeConfiguration", settings=settings)
        yield editor
        editor.close()
    finally:
        editor.server.kill()


def test_findings_appear_and_go_while_somebody_types(root: Path, editor: Editor) -> None:
    uri = (root / "app" / "orders.py").as_uri()
    document = {"uri": uri, "languageId": "python", "version": 1, "text": ORDERS}
    editor.tell("textDocument/didOpen", textDocument=document)
    (shown,) = editor.diagnostics(uri, bool)
    assert (shown["source"], shown["code"]) == ("flake8", "PMA101")
    assert "`db.orders.insert_one()` is never awaited" in shown["message"]
    assert shown["range"]["start"] == {"line": 4, "character": 16}

    awaited = ORDERS.replace("db.orders", "await db.orders")
    editor.tell(
        "textDocument/didChange",
        textDocument={"uri": uri, "version": 2},
        contentChanges=[{"text": awaited}],
    )
    assert editor.diagnostics(uri, lambda shown: not shown) == []
