"""`pymongo-async-lint migrate`"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pymongo_async_lint.cli.cores import cores
from pymongo_async_lint.cli.paths import targets
from pymongo_async_lint.cli.terminals import terminal_of

if TYPE_CHECKING:
    from pymongo_async_lint.migrate.write import Unwritten


def _rows(context: click.Context, option: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """The ids of an option that may be repeated and may list several."""
    rows = tuple(row.upper() for value in values for row in value.replace(",", " ").split())
    if rows:
        from pymongo_async_lint.config import nearest
        from pymongo_async_lint.drivers.migration import migration_rows

        for row in rows:
            if row not in migration_rows():
                complaint = f"there is no row {row}{nearest(row, list(migration_rows()))}"
                raise click.BadParameter(complaint, context, option)
    return rows


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@click.option("--write", "is_writing", is_flag=True, help="Write the files; without this, nothing is changed.")
@click.option("--force", is_flag=True, help="With --write: even if git could not give the files back.")
@click.option("--only", multiple=True, metavar="ROWS", callback=_rows, help="Only these rows of the table.")
@click.option("--skip", multiple=True, metavar="ROWS", callback=_rows, help="Not these rows of the table.")
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--jobs", type=click.IntRange(1), help="How many processes may parse, by default one for each core.")
@click.option("--no-cache", is_flag=True, help="Neither use nor keep what runs leave for later ones.")
@click.option("--config", metavar="PATH", type=click.Path(path_type=Path), help="Follow the settings in this file.")
def migrate(
    paths: tuple[str, ...],
    is_writing: bool,
    force: bool,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    output_format: str,
    jobs: int | None,
    no_cache: bool,
    config: Path | None,
) -> None:
    """Move code from Motor to Async PyMongo: show what would change, and what needs a person.

    The whole project that a file belongs to is read, only the files that were asked for change. Files that a Motor
    object connects change together, or not at all.

    Exit status: 0 if nothing is left to do, 1 if something would change (with --write: has changed) or needs a person,
    2 if something could not be read or written.
    """
    from pymongo_async_lint import migrator
    from pymongo_async_lint.checker import shown_path
    from pymongo_async_lint.migrate import show
    from pymongo_async_lint.migrate.write import write

    asked = targets(paths)
    if force and not is_writing:
        raise click.UsageError("--force needs --write")
    plan = migrator.plan(asked, config=config, only=only, skip=skip, cache=not no_cache, jobs=jobs or cores())
    for problem in plan.problems:
        click.echo(problem, err=True)
    if is_writing and not force and plan.files:
        complaint = _unsaved(asked, [file.root / file.file for file in plan.files])
        if complaint:
            click.echo(complaint, err=True)
            sys.exit(2)
    unwritten: list[Unwritten] = []
    for root in plan.unfinished:
        unwritten += _finished(root) if is_writing else _told_of(root)
    if is_writing:
        unwritten += write(plan, "\n".join(show.render(plan, is_written=True)))[1]
    if output_format == "json":
        click.echo(show.as_json(plan).encode())
    elif plan.files or plan.reports or not (plan.unfinished or plan.problems):
        terminal = terminal_of(sys.stdout)
        for line in show.render(plan, terminal, is_written=is_writing):
            click.echo(line, color=terminal.colour)
    for one in unwritten:
        click.echo(f"{shown_path(one.file)}: {one.why}", err=True)
    sys.exit(2 if plan.problems or unwritten else 0 if plan.is_done else 1)


def _told_of(root: Path) -> Sequence[Unwritten]:
    from pymongo_async_lint.checker import shown_path

    complaint = "an earlier `migrate --write` was interrupted here, some files may be new; another one finishes it"
    click.echo(f"{shown_path(root)}: {complaint}", err=True)
    return ()


def _finished(root: Path) -> Sequence[Unwritten]:
    from pymongo_async_lint.checker import shown_path
    from pymongo_async_lint.migrate.write import finish
    from pymongo_async_lint.report.text import plural

    done = finish(root)
    begun = f"what an earlier `migrate --write` had begun here is done: {plural(done.written, 'file')} written"
    click.echo(f"{shown_path(root)}: {begun}", err=True)
    click.echo(done.told, err=True)
    return done.unwritten


def _unsaved(asked: Iterable[Path], changed: Collection[Path]) -> str:
    """Why the files should not be written: git could not give them back. Empty where it could, or there is no git."""
    folders = {os.path.abspath(path if path.is_dir() else path.parent) for path in (*asked, *changed)}
    for folder in sorted(map(Path, folders)):
        if not folders.isdisjoint(map(str, folder.parents)):
            continue
        shown = click.format_filename(os.path.relpath(folder))
        if _git(folder, "status", "--porcelain", "--untracked-files=no", "."):
            return f"{shown}: git has changes that are not committed; commit them, or add --force"
        others = {folder / os.fsdecode(name) for name in _git(folder, "ls-files", "--others", "-z").split(b"\0")}
        unknown = sorted(os.path.relpath(path) for path in others.intersection(map(Path.absolute, changed)))
        if unknown:
            return f"{click.format_filename(unknown[0])}: git does not know this file; commit it, or add --force"
    return ""


def _git(folder: Path, *arguments: str) -> bytes:
    """What git says; nothing where it isn't there, or knows nothing of the folder."""
    import subprocess

    try:
        run = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)
    except OSError:
        return b""
    return run.stdout.strip() if run.returncode == 0 else b""
