"""`pymongo-async-lint check`"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from pymongo_async_lint.cli.cores import cores
from pymongo_async_lint.cli.help import GroupedCommand
from pymongo_async_lint.cli.paths import STDIN, read_stdin, targets
from pymongo_async_lint.cli.terminals import terminal_of
from pymongo_async_lint.report import FORMATS, render

if TYPE_CHECKING:
    from pymongo_async_lint.config import Settings
    from pymongo_async_lint.config.settings import Level
    from pymongo_async_lint.fixer import Fixed
    from pymongo_async_lint.result import Result, Stale

LEVELS = ("error", "warning", "info")
MOST_SHOWN = 80
"""Characters of an entry of the baseline."""


def _codes(context: click.Context, option: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """The codes of an option that may be repeated and may list several."""
    codes = tuple(code for value in values for code in value.replace(",", " ").split())
    if codes:
        from pymongo_async_lint.rules.selection import unknown_code

        for code in codes:
            complaint = unknown_code(code)
            if complaint:
                raise click.BadParameter(complaint, context, option)
    return codes


def _output_file(context: click.Context, option: click.Parameter, file: Path | None) -> Path | None:
    """Tells at once of a place where no report can ever be written."""
    if file is not None and file.is_dir():
        raise click.BadParameter(f"{click.format_filename(file)} is a folder", context, option)
    if file is not None and not file.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {click.format_filename(file.parent)}", context, option)
    return file


GROUPS = {
    "What is reported": ("--select", "--extend-select", "--ignore", "--preview", "--min-severity", "--changed"),
    "Fixes": ("--fix", "--unsafe-fixes", "--diff"),
    "Suppression": ("--no-noqa", "--add-noqa", "--baseline", "--no-baseline", "--fail-on-stale"),
    "Output": ("--format", "--output-file", "--statistics", "--watch", "--fail-on", "--exit-zero"),
    "Settings and input": ("--config", "--show-settings", "--stdin-filename"),
    "Speed": ("--jobs", "--no-cache", "--cache-dir"),
}


@click.command(cls=GroupedCommand, groups=GROUPS)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(allow_dash=True))
@click.option("--format", "output_format", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option(
    "--output-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    callback=_output_file,
    help="Write the report to this file, and only its last line to the standard output.",
)
@click.option("--select", multiple=True, metavar="CODES", callback=_codes, help="Only these codes or their beginnings.")
@click.option("--extend-select", multiple=True, metavar="CODES", callback=_codes, help="These codes, too.")
@click.option("--ignore", multiple=True, metavar="CODES", callback=_codes, help="Not these codes or their beginnings.")
@click.option("--preview/--no-preview", default=None, help="The rules that are in preview, too.")
@click.option("--min-severity", type=click.Choice(LEVELS), help="Only findings of this severity and above.")
@click.option("--fail-on", type=click.Choice(LEVELS), help="Exit with 1 only for this severity and above.")
@click.option(
    "--changed",
    is_flag=False,
    flag_value="HEAD",
    metavar="[REV]",
    help="Only what is on lines that have changed since this revision, by default HEAD. The whole project is analysed.",
)
@click.option("--no-noqa", is_flag=True, help="Show what comments suppress, too.")
@click.option("--add-noqa", is_flag=True, help="Write comments that suppress what is found.")
@click.option(
    "--baseline",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="Report only what this baseline has not; `pymongo-async-lint baseline` makes one.",
)
@click.option("--no-baseline", is_flag=True, help="Show what the baseline has, too.")
@click.option("--fail-on-stale", is_flag=True, help="Exit with 1 if the baseline has what was not found any more.")
@click.option("--fix", is_flag=True, help="Make the safe fixes, and report what is left.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: the unsafe fixes, too.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option(
    "--statistics",
    "output_format",
    flag_value="statistics",
    help="The same as --format statistics: how many findings each rule has.",
)
@click.option("--watch", is_flag=True, help="Check again whenever a file is saved.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if there are findings.")
@click.option("--stdin-filename", metavar="PATH", type=click.Path(path_type=Path), help='The path that "-" stands for.')
@click.option("--jobs", type=click.IntRange(1), help="How many processes may parse, by default one for each core.")
@click.option("--no-cache", is_flag=True, help="Neither use nor keep what runs leave for later ones.")
@click.option("--cache-dir", metavar="PATH", type=click.Path(path_type=Path), help="Keep that in this folder.")
@click.option("--config", metavar="PATH", type=click.Path(path_type=Path), help="Follow the settings in this file.")
@click.option(
    "--show-settings", is_flag=True, help="Print the settings that hold, and where they stand; check nothing."
)
def check(
    paths: tuple[str, ...],
    output_format: str,
    output_file: Path | None,
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    preview: bool | None,
    min_severity: Level | None,
    fail_on: Level | None,
    changed: str | None,
    no_noqa: bool,
    add_noqa: bool,
    baseline: Path | None,
    no_baseline: bool,
    fail_on_stale: bool,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    watch: bool,
    exit_zero: bool,
    stdin_filename: Path | None,
    jobs: int | None,
    no_cache: bool,
    cache_dir: Path | None,
    config: Path | None,
    show_settings: bool,
) -> None:
    """Check files and folders, by default the working directory.

    "-" stands for the standard input, a file that --stdin-filename gives its path. "@FILE" stands for the paths that
    are listed in a file, one a line or separated by NUL characters; "@-" reads the list from the standard input.

    The whole project that a file belongs to is read, only the files that were asked for are reported.

    With --fix, "-" prints the fixed text, and the report goes to standard error.

    Exit status: 0 if nothing was found, 1 if there are findings, of --fail-on at least (with --diff: if something would
    change), 2 if something could not be checked or written.
    """
    from pymongo_async_lint import checker
    from pymongo_async_lint.changes import ChangesError, only_changed
    from pymongo_async_lint.cli.progress import progress_bar
    from pymongo_async_lint.config import Settings

    checked = targets(paths)
    overrides: dict[Path, bytes] = {}
    if Path(STDIN) in checked:
        name = stdin_filename or Path("<stdin>")
        checked[checked.index(Path(STDIN))] = name
        overrides[name] = read_stdin()
    elif stdin_filename is not None:
        raise click.UsageError('--stdin-filename needs "-" among the paths')
    if overrides and (add_noqa or watch):
        raise click.UsageError(f"{'--add-noqa' if add_noqa else '--watch'} is for files, not for the standard input")

    settings = Settings(
        select=select or None,
        extend_select=extend_select,
        ignore=ignore,
        preview=preview,
        baseline=str(baseline.absolute()) if baseline else None,
        min_severity=min_severity,
        fail_on=fail_on,
        cache_dir=None if cache_dir is None else os.path.abspath(cache_dir),
    )
    if show_settings:
        _show_settings(checked, settings, config)
        return
    if unsafe_fixes and not fix and not diff:
        raise click.UsageError("--unsafe-fixes needs --fix or --diff")
    if (fix or diff) and (add_noqa or watch or changed is not None):
        other = "--add-noqa" if add_noqa else "--watch" if watch else "--changed"
        raise click.UsageError(f"{'--diff' if diff else '--fix'} and {other} don't go together")

    def result_of(contents: Mapping[Path, bytes]) -> Result:
        with progress_bar() as progress:
            return checker.check(
                checked,
                settings,
                overrides=contents,
                config=config,
                noqa=not no_noqa,
                baseline=not no_baseline,
                cache=not no_cache,
                jobs=jobs or cores(),
                progress=progress,
            )

    def run() -> int:
        """Check once, and report. Returns the exit status."""
        if fix or diff:
            from pymongo_async_lint import fixer

            fixed = fixer.fix(checked, result_of, overrides=overrides, unsafe=unsafe_fixes)
            result = fixed.remaining if diff else _fixed(fixed, overrides)
        else:
            result = result_of(overrides)
        if changed is not None:
            try:
                result = only_changed(result, changed)
            except ChangesError as error:
                click.echo(error, err=True)
                return 2
        for problem in result.problems:
            click.echo(str(problem), err=True)
        if add_noqa:
            return max(_add_noqa(result), 2 if result.problems else 0)
        if diff:
            _show_diff(fixed)
        elif not _report(result, output_format, output_file, sys.stderr if fix and overrides else sys.stdout):
            return 2
        for entry in result.stale:
            click.echo(_stale(entry), err=True)
        is_bad = bool(fixed.changes) if diff else not result.mild.issuperset(result.findings)
        fails = is_bad or (fail_on_stale and bool(result.stale))
        return 2 if result.problems else 1 if fails and not exit_zero else 0

    if watch:
        from pymongo_async_lint.cli.watch import watch as keep_checking

        keep_checking([path for path in checked if path.exists()], run)
    else:
        sys.exit(run())


def _add_noqa(result: Result) -> int:
    """Write the comments, and tell what came of it. Returns the exit status."""
    from pymongo_async_lint.report.positions import Positions
    from pymongo_async_lint.report.text import plural
    from pymongo_async_lint.suppressing import add_noqa

    added = add_noqa(result)
    positions = Positions(result.sources)
    for problem in added.problems:
        click.echo(str(problem), err=True)
    for finding in added.left:
        line, column = positions.start(finding.place)
        complaint = "can't be suppressed by a comment, as there is no place for one"
        click.echo(f"{finding.place.path}:{line}:{column}: {finding.code} {complaint}", err=True)
    click.echo(f"Suppressed {plural(added.findings, 'finding')} in {plural(added.files, 'file')}.")
    return 2 if added.problems else 1 if added.left else 0


def _fixed(fixed: Fixed, given: Mapping[Path, bytes]) -> Result:
    """Write the files that are fixed; what came on the standard input goes to the standard output."""
    from pymongo_async_lint import fixer

    for data in given.values():
        click.echo(next((change.new for change in fixed.changes if change.is_given), data), nl=False)
    return fixer.write(fixed)


def _show_diff(fixed: Fixed) -> None:
    from pymongo_async_lint.capture.source import decode
    from pymongo_async_lint.report import diff

    terminal = terminal_of(sys.stdout)
    for change in fixed.changes:
        for line in diff.render(change.shown, decode(change.old).text, decode(change.new).text, terminal):
            click.echo(line, color=terminal.colour)
    click.echo(diff.closing(fixed.remaining, len(fixed.changes)), err=True)


def _show_settings(targets: Sequence[Path], settings: Settings, config: Path | None) -> None:
    from pymongo_async_lint.checker import settings_of, shown_path
    from pymongo_async_lint.config import ConfigError
    from pymongo_async_lint.config.documents import shown
    from pymongo_async_lint.result import UNREADABLE

    try:
        projects = settings_of(targets, settings, config=config)
    except ConfigError as error:
        click.echo(f"{shown_path(error.path or Path())}: {UNREADABLE} {error}", err=True)
        sys.exit(2)
    for project in projects:
        click.echo(f"# the project {project.root}, settings from {project.file or 'nowhere: the defaults'}")
        click.echo(shown(project.settings))


def _stale(entry: Stale) -> str:
    source = entry.source if len(entry.source) <= MOST_SHOWN else f"{entry.source[:MOST_SHOWN]}…"
    times = f" ({entry.count} times)" if entry.count > 1 else ""
    return f"{entry.baseline}: no longer found: {entry.path}: {entry.code} {source}{times}"


def _report(result: Result, output_format: str, output_file: Path | None, stream: TextIO) -> bool:
    """Show or write the report, and tell whether that was possible."""
    if output_file is not None:
        from pymongo_async_lint.report.text import closing

        complaint = _written(output_file, render(output_format, result))
        click.echo(complaint or closing(result), file=sys.stderr if complaint else stream)
        return not complaint
    terminal = terminal_of(stream)
    is_for_people = FORMATS[output_format].is_for_people
    for line in render(output_format, result, terminal):
        # Programs get UTF-8, whatever the terminal's encoding is.
        click.echo(line if is_for_people else line.encode(), file=stream, color=terminal.colour)
    return True


def _written(file: Path, lines: Iterable[str]) -> str:
    """Write the file. Returns what to tell where that fails, and nothing otherwise."""
    from pymongo_async_lint import atomic

    try:
        atomic.write(file, "".join(f"{line}\n" for line in lines).encode())
    except OSError as error:
        return f"{click.format_filename(file)}: can't be written: {error.strerror or type(error).__name__}"
    return ""
