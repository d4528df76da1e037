"""What becomes of one project."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Mapping, Set
from pathlib import Path

from pymongo_async_lint.capture.notebook import SUFFIX as NOTEBOOK
from pymongo_async_lint.capture.source import SourceError, decode
from pymongo_async_lint.edit import WriteError, apply, compiles, with_text
from pymongo_async_lint.edit.write import BOM
from pymongo_async_lint.link.answers import Answers
from pymongo_async_lint.link.project import Project
from pymongo_async_lint.migrate import requirements
from pymongo_async_lint.migrate.awaits import rewrite_awaits
from pymongo_async_lint.migrate.callers import Callers
from pymongo_async_lint.migrate.calls import (
    report_cursors,
    report_wrong_annotations,
    rewrite_constructors,
    rewrite_members,
)
from pymongo_async_lint.migrate.code import Code
from pymongo_async_lint.migrate.doubles import MOCKS, report_doubles
from pymongo_async_lint.migrate.futures import report_futures
from pymongo_async_lint.migrate.groups import Groups, groups_of
from pymongo_async_lint.migrate.imports import names_of, rewrite_imports
from pymongo_async_lint.migrate.libraries import blocked_files, report_libraries
from pymongo_async_lint.migrate.mentions import report_mentions
from pymongo_async_lint.migrate.objects import Objects
from pymongo_async_lint.migrate.paths import rewrite_paths
from pymongo_async_lint.migrate.records import FilePlan, Found, Kept, Plan, Report, Rewrite
from pymongo_async_lint.migrate.unproven import report_unproven
from pymongo_async_lint.migrate.versions import report_old_versions
from pymongo_async_lint.project import ProjectFiles
from pymongo_async_lint.rules.finding import Edit


class Migration:
    """The migration of one project. All paths are relative to its root."""

    def __init__(
        self,
        files: ProjectFiles,
        answers: Callable[[], Answers],
        asked: Set[str],
        is_wanted: Callable[[str], bool] = lambda row: True,
    ) -> None:
        """`asked` are the files that may change, `is_wanted` tells of a row whether it is acted on. The `answers` are
        asked for only where a file uses a driver.
        """
        self.files = files
        self.answers = answers
        self.asked = asked
        self.is_wanted = is_wanted
        self.found = Found([], [])
        self.groups = Groups()
        self.required = self._requirement_files()
        """The texts of the files that ask for packages"""
        self.texts = dict(self.required)
        self.left_alone: dict[str, str] = {}
        """Groups that stay as they are, by the file that stands for them, and why"""
        self.uses_motor = False
        self.is_blocked = False
        """Is there a library that needs Motor?"""

    def look(self) -> Found:
        """What differs, without the changes of groups that are left alone."""
        self._look_at_code()
        self._look_at_requirements()
        return Found(self._rewrites(), self.found.reports)

    def plan(self) -> Plan:
        """The same with the new content of each file that changes."""
        self._look_at_code()
        self._changed()
        self._look_at_requirements()
        changed = self._changed()
        self._report_left_alone()
        self._report_mentions()
        reports = [report for report in self.found.reports if self._is_told(report)]
        for report in reports:
            for place in (report.place, *(caller.place for caller in report.callers)):
                self.texts.setdefault(place.path, self.files.text(place.path))
        return Plan(
            files=tuple(change for _, change in sorted(changed.items())),
            rewrites=tuple(self._rewrites()),
            reports=tuple(reports),
            groups=tuple(self.groups.members(changed)),
            sources=self.texts,
        )

    def _rewrites(self) -> list[Rewrite]:
        """Those that are wanted, and not in a group that is left alone."""
        return [
            rewrite
            for rewrite in self.found.rewrites
            if self.is_wanted(rewrite.row) and self.groups.of(rewrite.place.path) not in self.left_alone
        ]

    # --- looking ------------------------------------------------------------------------------------------------------

    def _look_at_code(self) -> None:
        files, found = self.files, self.found
        if not files.relevant():
            return
        answers = self.answers()
        index = answers.project.index
        codes = {module.path: Code(module, files.text(module.path)) for module in answers.project.scanned_modules}
        self.texts.update({path: code.text for path, code in codes.items()})
        names = names_of(codes, index)
        objects = Objects(answers, frozenset(codes))
        self.uses_motor = any(one.statements for one in names.values()) or bool(objects.touches)
        if not self.uses_motor:
            return
        self.groups = groups_of(objects, names, index)
        has_new_beanie = requirements.has_new_beanie(self.required.items())
        holding = objects.files | {path for path, one in names.items() if one.classes}
        for path in sorted(blocked_files(codes, index, has_new_beanie, found)):
            self.is_blocked = True
            if path in holding:
                self.left_alone.setdefault(self.groups.of(path), f"`{path}` uses a library that needs Motor")
        callers = Callers(answers, codes)
        for one in names.values():
            rewrite_imports(one, index, names, found)
            rewrite_constructors(one, found)
        around = codes | self._others(answers.project, codes, MOCKS.union(*(one.renamed for one in names.values())))
        rewrite_paths(around, index, names, self.groups, found)
        rewrite_awaits(objects, codes, callers, found)
        rewrite_members(objects, codes, found)
        report_wrong_annotations(objects, names, found)
        report_cursors(objects, codes, found)
        report_futures(answers, codes, callers, found)
        report_unproven(objects, codes, found)
        report_doubles(objects, around, found)
        report_libraries(codes, has_new_beanie, found)
        self._leave_notebooks_to_people()

    def _others(self, project: Project, codes: Mapping[str, Code], words: Collection[str]) -> dict[str, Code]:
        """Files that use no driver and have one of these words in them: tests, as a rule."""
        found = {}
        for path in sorted(self.asked):
            with contextlib.suppress(OSError, SourceError):
                if path not in codes and path.endswith(".py") and any(map(self.files.text(path).__contains__, words)):
                    module = project.module(path)
                    if module is not None:
                        found[path] = Code(module, self.files.text(path))
        self.texts.update({path: code.text for path, code in found.items()})
        return found

    def _leave_notebooks_to_people(self) -> None:
        """A notebook is no text that could be edited; it can't keep the others from changing either."""
        notebooks = {one.place.path for one in self.found.rewrites if self.files.notebook(one.place.path) is not None}
        for rewrite in self.found.rewrites:
            if rewrite.place.path in notebooks and rewrite.message:
                message = f"{rewrite.message}; notebooks are not rewritten"
                self.found.report(rewrite.row, rewrite.place, message)
        self.found.rewrites = [one for one in self.found.rewrites if one.place.path not in notebooks]

    def _look_at_requirements(self) -> None:
        """What asks for Motor, when it is known what of the code stays."""
        asked, found = Found([], []), self.found
        for path, text in self.required.items():
            requirements.rewrite_requirements(path, text, asked)
        if self._stays_needed():
            others = "a library needs it" if self.is_blocked else "some of what it has is still used"
            why = next(iter(self.left_alone.values()), others)
            places = [one.place for one in asked.rewrites] + [one.place for one in asked.reports]
            for place in places:
                found.report("DEP01", place, f"`motor` stays required; {why}", Kept.BLOCKED)
        else:
            found.rewrites += asked.rewrites
            found.reports += asked.reports
        changed = [edit for rewrite in self._rewrites() if rewrite.row == "DEP01" for edit in rewrite.edits]
        moves = any(rewrite.row.startswith("IMP") for rewrite in self._rewrites())
        for path, text in self.required.items():
            bounds = requirements.bounds(path, text)
            report_old_versions(path, bounds, changed, moves=moves, found=found)

    def _requirement_files(self) -> dict[str, str]:
        """The texts of the files that ask for packages, beneath the targets or above the files that are meant."""
        root = self.files.root
        folders = {root, *(folder for path in self.asked for folder in (root / path).parents if root in folder.parents)}
        folders |= {folder / "requirements" for folder in folders}
        found = {}
        for path in requirements.files_of(sorted(folders)):
            with contextlib.suppress(OSError, SourceError):
                text = (
                    path.read_bytes().decode("utf-8-sig", errors="strict")
                    if path.suffix != ".py"
                    else decode(path.read_bytes()).text
                )
                if any(word in text.lower() for word in ("motor", "pymongo", "beanie")):
                    found[path.relative_to(root).as_posix()] = text
        return found

    def _stays_needed(self) -> bool:
        """Is Motor still imported after the migration?"""
        remaining = {"IMP10", "IMP12", "IMP13", "IMP14"}
        return (
            self.is_blocked
            or bool(self.left_alone)
            or any(
                report.kind is Kept.PERSON and (report.row in remaining or report.place.path.endswith(NOTEBOOK))
                for report in self.found.reports
            )
        )

    def _is_told(self, report: Report) -> bool:
        if not self.is_wanted(report.row):
            return False
        path = report.place.path
        return path in self.asked or not path.endswith((".py", ".ipynb"))

    def _report_mentions(self) -> None:
        if not self.uses_motor and not any(rewrite.row == "DEP01" for rewrite in self.found.rewrites):
            return
        told: dict[str, list[tuple[int, int]]] = {}
        for rewrite in self._rewrites():
            for edit in rewrite.edits:
                told.setdefault(edit.place.path, []).append((edit.place.start, edit.place.end))
        for report in self.found.reports:
            told.setdefault(report.place.path, []).append((report.place.start, report.place.end))
        for path in sorted(self.asked):
            if path not in self.texts:
                with contextlib.suppress(OSError, SourceError):
                    self.texts[path] = self.files.text(path)
        for path, text in list(self.texts.items()):
            if path in self.asked or not path.endswith(".py"):
                report_mentions(path, text, told.get(path, ()), self.found)

    # --- changing -----------------------------------------------------------------------------------------------------

    def _changed(self) -> dict[str, FilePlan]:
        """The new content of each file that changes; groups that can't change as a whole are left alone."""
        while True:
            edits = self._edits()
            changed: dict[str, FilePlan] = {}
            for path, made in edits.items():
                complaint = self._try(path, made, changed)
                if complaint:
                    self.left_alone[self.groups.of(path)] = f"`{path}` {complaint}"
                    break
            else:
                return changed

    def _edits(self) -> dict[str, set[Edit]]:
        edits: dict[str, set[Edit]] = {}
        for rewrite in self._rewrites():
            for edit in rewrite.edits:
                edits.setdefault(edit.place.path, set()).add(edit)
        return edits

    def _try(self, path: str, edits: set[Edit], changed: dict[str, FilePlan]) -> str:
        """Make the edits of a file. Gives what speaks against it."""
        if path.endswith(".py") and path not in self.asked:
            return "is not among the paths that were asked for"
        text = self.texts[path]
        overlap = _overlap(edits)
        if overlap is not None:
            return "has two changes of one expression that get in each other's way"
        try:
            old = (self.files.root / path).read_bytes()
            new_text = apply(text, edits)
            new = with_text(old, text, new_text) if path.endswith(".py") else _encoded(old, text, new_text)
        except OSError as error:
            return f"can't be read: {error.strerror or type(error).__name__}"
        except (SourceError, WriteError) as error:
            return str(error)
        if path.endswith(".py"):
            if compiles(old) and not compiles(new):
                return "would not compile (an internal error, please report it)"
        elif not requirements.still_parses(path, new_text):
            return "would be no TOML (an internal error, please report it)"
        if new != old:
            changed[path] = FilePlan(path, self.files.root, Path(path), old, new, text, new_text)
        return ""

    def _report_left_alone(self) -> None:
        """Tell, for each file that would change by itself, which one of its group keeps it from that."""
        told = {one.place.path for one in self.found.reports if one.kind is Kept.BLOCKED and one.row == "DEP01"}
        for rewrite in sorted(self.found.rewrites, key=lambda rewrite: rewrite.place):
            path = rewrite.place.path
            why = self.left_alone.get(self.groups.of(path))
            if why is not None and path not in told and self.is_wanted(rewrite.row):
                told.add(path)
                message = f"this file stays as it is, as those around it do; {why}"
                self.found.report(rewrite.row, rewrite.place, message, Kept.BLOCKED)


def _overlap(edits: Collection[Edit]) -> Edit | None:
    """The first edit that does not go together with those before it."""
    done = 0
    for edit in sorted(edits):
        if edit.place.start < done:
            return edit
        done = edit.place.end
    return None


def _encoded(old: bytes, text: str, new_text: str) -> bytes:
    bom = BOM if old.startswith(BOM) else b""
    if bom + text.encode() != old:
        raise WriteError("has changed meanwhile and was left alone")
    return bom + new_text.encode()
