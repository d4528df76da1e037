"""One server for all proofs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from pymongo import MongoClient
from server import Server, own_address

pytest.register_assert_rewrite("claims")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The one of `MONGODB_URI`, whose database `shop` is dropped, or else one of the tests' own."""
    with ExitStack() as stack:
        address = os.environ.get("MONGODB_URI") or stack.enter_context(own_address())
        yield Server(stack.enter_context(MongoClient[dict[str, Any]](address)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many examples were run, and which were not."""
    for what in ("passed", "failed", "skipped"):
        reports = [
            each
            for each in terminalreporter.getreports(what)
            if "/proofs/test_proofs.py::" in each.nodeid and "[" in each.nodeid
        ]
        names = "" if what == "passed" else ", ".join(each.nodeid.partition("::")[2] for each in reports)
        if reports:
            terminalreporter.write_line(f"proofs {what}: {len(reports)} {names}".rstrip())
