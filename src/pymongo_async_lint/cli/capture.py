"""`pymongo-async-lint capture`"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import click

from pymongo_async_lint.cli.cores import cores


def _shard(context: click.Context, option: click.Parameter, value: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)/(\d+)", value)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise click.BadParameter("must be such as 2/4, the second of four shares", context, option)
    return int(match[1]), int(match[2])


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("--shard", default="1/1", metavar="I/N", callback=_shard, help="Only the i-th of n shares of the files.")
@click.option("--cache-dir", metavar="PATH", type=click.Path(path_type=Path), help="The folder to fill.")
@click.option("--jobs", type=click.IntRange(1), help="How many processes may parse, by default one for each core.")
@click.option("--config", metavar="PATH", type=click.Path(path_type=Path), help="Follow the settings in this file.")
def capture(
    paths: tuple[Path, ...], shard: tuple[int, int], cache_dir: Path | None, jobs: int | None, config: Path | None
) -> None:
    """Parse the files of projects for a later check.

    What that takes goes into a cache folder. Folders of several machines merge by copying one over the other.

    Exit status: 0 if all went well, 2 if a file could not be read or parsed.
    """
    from pymongo_async_lint import checker
    from pymongo_async_lint.config import Settings
    from pymongo_async_lint.report.text import plural

    captured = checker.capture(
        list(paths) or [Path()],
        Settings(cache_dir=None if cache_dir is None else os.path.abspath(cache_dir)),
        config=config,
        shard=shard[0],
        shards=shard[1],
        jobs=jobs or cores(),
    )
    for problem in captured.problems:
        click.echo(str(problem), err=True)
    click.echo(f"Captured {plural(captured.files, 'file')}.")
    sys.exit(2 if captured.problems else 0)
