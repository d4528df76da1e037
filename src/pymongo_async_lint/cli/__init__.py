"""The command line. Each command is a module of its own, and imports what it needs when it runs."""

from __future__ import annotations

import click

from pymongo_async_lint import __version__
from pymongo_async_lint.cli.baseline import baseline
from pymongo_async_lint.cli.capture import capture
from pymongo_async_lint.cli.check import check
from pymongo_async_lint.cli.explain import explain, rules
from pymongo_async_lint.cli.migrate import migrate
from pymongo_async_lint.cli.why import why


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pymongo-async-lint")
def main() -> None:
    """Find un-awaited coroutines, blocking calls and wasted clients in code that uses PyMongo asynchronously."""


main.add_command(capture)
main.add_command(check)
main.add_command(baseline)
main.add_command(explain)
main.add_command(migrate)
main.add_command(rules)
main.add_command(why)
