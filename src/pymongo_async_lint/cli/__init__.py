"""The command line. Each command is a module of its own, which is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module

import click

from pymongo_async_lint import __version__

COMMANDS = {
    "baseline": "baseline",
    "capture": "capture",
    "check": "check",
    "explain": "explain",
    "lsp": "lsp",
    "migrate": "migrate",
    "rules": "explain",
    "why": "why",
}
"""The module of each command."""


class Program(click.Group):
    """Imports no command but the one that runs: what starts is kept small."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"{__name__}.{COMMANDS[cmd_name]}"), cmd_name)
        return command


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pymongo-async-lint")
def main() -> None:
    """Find un-awaited coroutines, blocking calls and wasted clients in code that uses PyMongo asynchronously."""
