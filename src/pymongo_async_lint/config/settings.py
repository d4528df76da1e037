"""The settings that there are. The JSON schema, the table in the docs and the error messages are made from this."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from msgspec import Meta, Struct, structs


def _key(says: str, must_be: str, example: Any) -> Meta:
    """What a key says, what its values have to be, and one of them, as TOML would give it."""
    return Meta(description=says, examples=[example], extra={"must_be": must_be})


CODES = "a list of codes or their beginnings"
PATTERNS = "a list of .gitignore patterns"
LEVELS = '"error", "warning" or "info"'

Level = Literal["error", "warning", "info"]
"""How severe a finding is, from the worst down."""


NAMES = 'a list of names, each as "module:name"'

Name = Annotated[str, Meta(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_][\w.]*$")]
"""A function or method, such as "app.jobs:spawn" or "app.jobs:Queue.put"."""


Read = Literal[
    "aggregate", "aggregate_raw_batches", "count_documents", "distinct", "find", "find_one", "find_raw_batches"
]
"""A method of a collection that reads documents, in a transaction too."""

READS = f"a list of the names {', '.join(get_args(Read))}"


class Settings(Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """What a project, or one run, asks for. Paths and patterns are relative to the project's root.

    A key of which every value says something, such as a switch, has None as its default.
    """

    select: Annotated[
        tuple[str, ...] | None,
        _key("Report these codes only, in place of every rule that is on by default.", CODES, ["PMA1", "PMA204"]),
    ] = None
    extend_select: Annotated[
        tuple[str, ...],
        _key("Report these codes too, beside what is selected or on by default.", CODES, ["PMA204"]),
    ] = ()
    ignore: Annotated[
        tuple[str, ...],
        _key("Never report these, unless a longer beginning of the code is selected.", CODES, ["PMA105"]),
    ] = ()
    preview: Annotated[
        bool | None,
        _key("Run the rules that are in preview, too.", "true or false", True),
    ] = None
    severity: Annotated[
        dict[str, Level],
        _key(
            "How severe the findings of these codes are; of the beginnings that a code has, the longest decides.",
            f"a table from codes or their beginnings to {LEVELS}",
            {"PMA204": "info"},
        ),
    ] = {}
    min_severity: Annotated[
        Level | None,
        _key("Report findings of this severity and above only.", LEVELS, "warning"),
    ] = None
    fail_on: Annotated[
        Level | None,
        _key("Only findings of this severity and above make the run fail, with exit status 1.", LEVELS, "error"),
    ] = None
    per_file_ignores: Annotated[
        dict[str, tuple[str, ...]],
        _key(
            "Codes that are not reported in the files that a .gitignore pattern matches.",
            "a table from .gitignore patterns to lists of codes or their beginnings",
            {"scripts/": ["PMA2", "PMA301"]},
        ),
    ] = {}
    exclude: Annotated[
        tuple[str, ...],
        _key("Files and folders that are neither checked nor read, beside those that git ignores.", PATTERNS, ["old/"]),
    ] = ()
    src: Annotated[
        tuple[str, ...],
        _key("Where imports start from, beside the folders that are inferred.", "a list of folders", ["services/api"]),
    ] = ()
    pymongo_version: Annotated[
        Annotated[str, Meta(pattern=r"^\d+(\.\d+)*$")] | None,
        _key(
            "The PyMongo that the project runs with, where its lock file or requirements don't say it.",
            "a version",
            "4.13",
        ),
    ] = None
    cache_dir: Annotated[
        str | None,
        _key("Where to keep what later runs need not work out again.", "a folder", "build/lint-cache"),
    ] = None
    objects: Annotated[
        dict[str, str],
        _key(
            "What names are that come from outside of the project, as driver and kind of object.",
            'a table from "module:name" to what it is',
            {"app.db:get_db": "async.database"},
        ),
    ] = {}
    schedulers: Annotated[
        tuple[Name, ...],
        _key("Functions that await, or run as a task, the coroutines that they are given.", NAMES, ["app.jobs:spawn"]),
    ] = ()
    threads: Annotated[
        tuple[Name, ...],
        _key(
            "Functions that run in a thread, or that run there what they are given or decorate.",
            NAMES,
            ["app.pool:in_thread"],
        ),
    ] = ()
    converters: Annotated[
        tuple[Name, ...],
        _key("Functions that make data fit for JSON of documents.", NAMES, ["app.encoding:clean"]),
    ] = ()
    routes: Annotated[
        tuple[Name, ...],
        _key("Decorators that make a route of a function.", NAMES, ["app.web:endpoint", "app.web:Api.route"]),
    ] = ()
    session_reads: Annotated[
        tuple[Read, ...],
        _key("Reads that need `session=` in a transaction, as all writes do.", READS, ["find", "find_one"]),
    ] = ()
    baseline: Annotated[
        str | None,
        _key("The file with the findings that the project lives with for now.", "a path", "lint/baseline.json"),
    ] = None

    def over(self, project: Settings) -> Settings:
        """These settings where they say something, and the project's elsewhere.

        Codes are added to those of the project. But `select` starts anew, and a code that is selected here is not
        ignored because the project says so in the same words.
        """
        given = {
            field.name: value
            for field in structs.fields(Settings)
            if (value := getattr(self, field.name)) != getattr(_DEFAULTS, field.name)
        }
        named = (*(self.select or ()), *self.extend_select)
        given["ignore"] = (*(code for code in project.ignore if code not in named), *self.ignore)
        given["extend_select"] = (*(project.extend_select if self.select is None else ()), *self.extend_select)
        return structs.replace(project, **given)


_DEFAULTS = Settings()
