"""`pymongo-async-lint why`"""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import click


class Spot(NamedTuple):
    path: Path
    line: int
    column: int | None


class _SpotType(click.ParamType[Spot]):
    name = "spot"

    def convert(self, value: str | Spot, param: click.Parameter | None, context: click.Context | None) -> Spot:
        if isinstance(value, Spot):
            return value
        found = re.fullmatch(r"(.+?):(\d+)(?::(\d+))?:?", value)
        if found is None:
            self.fail(f"`{value}` is no FILE:LINE, as in `app/db.py:12`", param, context)
        return Spot(Path(found[1]), int(found[2]), int(found[3]) if found[3] else None)


@click.command()
@click.argument("spot", metavar="FILE:LINE[:COLUMN]", type=_SpotType())
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--config", metavar="PATH", type=click.Path(path_type=Path), help="Follow the settings in this file.")
def why(spot: Spot, output_format: str, config: Path | None) -> None:
    """Tell what each expression of a line is, and how that is known or what broke the chain.

    With a column, only the expression there. Each place that is named can be asked about in turn.

    Exit status: 0 if something can be told, 2 if not.
    """
    from pymongo_async_lint.inspection import InspectionError, inspect
    from pymongo_async_lint.report.terminal import PLAIN, Terminal
    from pymongo_async_lint.report.why import as_json, render

    try:
        inspection = inspect(*spot, config=config)
    except InspectionError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    if output_format == "json":
        click.echo(as_json(inspection).encode())
        return
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # code may have characters that the terminal has not
    terminal = PLAIN
    if sys.stdout.isatty():
        terminal = Terminal(not os.environ.get("NO_COLOR"), shutil.get_terminal_size().columns)
    for line in render(inspection, terminal):
        click.echo(line, color=terminal.colour)
