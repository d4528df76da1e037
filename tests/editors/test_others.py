"""Settings of editors that are not at hand: they can be read, and what they start answers as the editor would ask."""

from __future__ import annotations

import asyncio
import re
import shutil
import tomllib
from pathlib import Path

from lsprotocol import types
from pytest_lsp import make_test_lsp_client

PAGE = Path(__file__).parents[2] / "docs" / "editors.md"


def answer_of(command: list[str], environment: dict[str, str], encodings: list[str]) -> types.InitializeResult:
    async def ask() -> types.InitializeResult:
        client = make_test_lsp_client()
        program = shutil.which(command[0], path=environment["PATH"])
        assert program is not None
        await client.start_io(program, *command[1:], env=environment)
        general = types.GeneralClientCapabilities(position_encodings=encodings)
        found = await client.initialize_session(
            types.InitializeParams(types.ClientCapabilities(general=general), root_uri=PAGE.parent.as_uri())
        )
        await client.shutdown_session()
        return found

    return asyncio.run(ask())


def test_helix_can_start_the_server(surroundings):
    found = re.search(r"^### Helix$.*?\n\n((?: {4}[^\n]*\n|\n)+)", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    assert found is not None
    settings = tomllib.loads(found[1])
    ((name, server),) = settings["language-server"].items()
    (language,) = settings["language"]
    assert language["name"] == "python"
    assert name in language["language-servers"]
    answer = answer_of([server["command"], *server["args"]], surroundings, ["utf-8", "utf-32", "utf-16"])
    assert answer.server_info.name == "pymongo-async-lint"
    assert answer.capabilities.position_encoding == "utf-8"


def test_pycharm_can_start_the_server(surroundings):
    found = re.search(r"^### PyCharm$.*?the command is\s+`([^`]+)`", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    assert found is not None
    answer = answer_of(found[1].split(), surroundings, ["utf-16"])
    assert answer.server_info.name == "pymongo-async-lint"
    assert answer.capabilities.position_encoding == "utf-16"
