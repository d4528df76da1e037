"""Checks in environments of their own: `nox` runs the tests, `nox -s driver_tables` asks other releases of PyMongo.

`nox -s rule_pages` rewrites the pages of the rules, `nox -s vscode` builds and tests the extension for VS Code.
"""

from __future__ import annotations

import json
from pathlib import Path

import nox

SPANS = Path("src/pymongo_async_lint/drivers/data/spans.json")

nox.options.sessions = ["tests"]

RELEASES = ("4.9.2", "4.13.2", "4.17.0", "newest")


@nox.session
def tests(session: nox.Session) -> None:
    """Run pytest with the locked versions."""
    session.install("-c", "constraints.txt", "-e", ".[dev]")
    session.run("pytest", *session.posargs)


@nox.session
@nox.parametrize("pymongo", RELEASES)
def driver_tables(session: nox.Session, pymongo: str) -> None:
    """Compare the drivers' tables with a release of PyMongo and the newest Motor that works with it."""
    session.install("msgspec", "motor", "tornado", "pymongo" if pymongo == "newest" else f"pymongo=={pymongo}")
    session.run("python", "tools/make_driver_tables.py", "check", env={"PYTHONPATH": "src"})


@nox.session
def driver_spans(session: nox.Session) -> None:
    """Rewrite the table of what came and went with which release of PyMongo, from a release of each minor version."""
    folder = session.create_tmp()
    for release in (*json.loads(SPANS.read_bytes())["releases"], *session.posargs):
        session.install("--no-deps", "--target", f"{folder}/{release}", f"pymongo=={release}")
    session.install("-c", "constraints.txt", ".")
    session.run("python", "tools/make_driver_tables.py", "spans", folder, env={"PYTHONPATH": "src"})


@nox.session
def rule_pages(session: nox.Session) -> None:
    """Rewrite docs/rules from the rules themselves; with `-- check`, say what is out of date."""
    session.install("-c", "constraints.txt", ".")
    session.run("python", "tools/make_rule_pages.py", *session.posargs, env={"PYTHONPATH": "src"})


@nox.session
def vscode(session: nox.Session) -> None:
    """Check, test and package the extension for VS Code, and run the package; needs Node.js 20 and npm."""
    session.install("-c", "constraints.txt", "-e", ".[lsp]")
    session.chdir("editors/vscode")
    session.run("npm", "ci", external=True)
    for script in ("check", "test", "package"):
        session.run("npm", "run", script, external=True)
    session.run("npm", "run", "test:vsix", external=True, env={"PYTHON": str(Path(session.bin) / "python")})
