"""`pymongo-async-lint baseline`"""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("--config", metavar="PATH", type=click.Path(path_type=Path), help="Follow the settings in this file.")
@click.option("--preview/--no-preview", default=None, help="The rules that are in preview, too.")
@click.option(
    "--baseline",
    "file",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="Write to this file, and not to the one that the settings name.",
)
def baseline(paths: tuple[Path, ...], config: Path | None, preview: bool | None, file: Path | None) -> None:
    """Record today's findings, so that from now on checks report only new ones.

    Of files and folders, by default the working directory; what is recorded of other files stays. Findings are known by
    rule, file and code: they may move to another line, and be formatted anew.

    Exit status: 0 if the baseline is written, 2 if something could not be checked or written.
    """
    from pymongo_async_lint.checker import record, shown_path
    from pymongo_async_lint.config import ConfigError, Settings
    from pymongo_async_lint.report.text import plural
    from pymongo_async_lint.result import UNREADABLE

    settings = Settings(baseline=str(file.absolute()) if file else None, preview=preview)
    try:
        result, recorded = record(list(paths) or [Path()], settings, config=config)
    except ConfigError as error:
        click.echo(f"{shown_path(error.path or Path())}: {UNREADABLE} {error}", err=True)
        sys.exit(2)
    for problem in result.problems:
        click.echo(str(problem), err=True)
    if result.problems:
        click.echo("No baseline is written, since it would not be complete.", err=True)
        sys.exit(2)
    for one in recorded:
        more = f" ({one.total} with those of other files)" if one.total > one.found else ""
        path = shown_path(one.path)
        click.echo(f"Recorded {plural(one.found, 'finding')}{more} in {path}.")
        if not one.is_set:
            click.echo(f'To heed it, write `baseline = "{one.path.name}"` into the settings.')
