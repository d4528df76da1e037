"""One project as an editor has it: what was found with its unsaved buffers, kept up to date change by change."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Mapping
from pathlib import Path

from pymongo_async_lint.capture import SourceError, capture
from pymongo_async_lint.capture.notebook import SUFFIX as NOTEBOOK
from pymongo_async_lint.capture.room import ROOM
from pymongo_async_lint.capture.screen import screen
from pymongo_async_lint.checker import all_findings, baseline_of, fresh_findings, judge, known_by_text
from pymongo_async_lint.config import Settings
from pymongo_async_lint.discovery import Roots
from pymongo_async_lint.link.answers import Answers, answers_about
from pymongo_async_lint.link.project import Project
from pymongo_async_lint.link.told import told_by
from pymongo_async_lint.lsp.spaced import SpacedFiles
from pymongo_async_lint.project import ProjectFiles, cache_of
from pymongo_async_lint.result import Problem
from pymongo_async_lint.rules.finding import Finding
from pymongo_async_lint.rules.registry import MIGRATION_CODES
from pymongo_async_lint.rules.selection import Selection


class Session:
    """Paths are relative to the project's root, as everywhere in the analysis. Notebooks are read, not reported."""

    def __init__(
        self,
        root: Path,
        roots: Roots,
        settings: Settings,
        buffers: Mapping[str, str],
        *,
        old: Session | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """`settings` go over those of the project; `old` is the same project as it was before files came or went.

        Raises ConfigError for settings that can't be followed.
        """
        settled = settings.over(roots.settings(root))
        self.root = root
        self.files = ProjectFiles(
            root,
            settled,
            overrides=dict.fromkeys(buffers, b""),
            roots=roots,
            cache=cache_of(root, settled, roots),
            progress=progress,
        )
        self.findings: dict[str, tuple[Finding, ...]] = {}
        """What was found and is told, by file."""
        self.problems: dict[str, tuple[Problem, ...]] = {}
        self.behind: set[str] = set()
        """Files whose buffer can't be parsed right now, so that what is told is about an earlier one."""
        self.answers: Answers | None = None
        """What the findings were made from; None where that has to begin anew."""
        is_migrated = not Selection(settled).codes.isdisjoint(MIGRATION_CODES)  # for that, facts are compared with text
        before = old.spaced if old is not None else None
        self.spaced: SpacedFiles = SpacedFiles(self.files, 0 if is_migrated else ROOM, before)
        """The files as the answers know them."""
        self._open = set(buffers)
        self._edited: set[str] = set()
        self._relevant: tuple[str, ...] = ()
        """The files that could matter when the findings were made."""
        self._is_screened = True
        """Is that which files can matter worked out from what they say now?"""
        self._is_linked_anew = False
        """Were the answers made from nothing but what the files say now, rather than from earlier ones?"""
        self._paths = frozenset(self.files.paths)
        self._left_out = frozenset(buffers) - self._paths
        for path, text in buffers.items():
            last_good = old.last_good(path) if old is not None else None
            if last_good is not None and text != last_good and not _can_be_parsed(text):
                self.behind.add(path)
                text = last_good
            self.files.replace(path, text)
        if old is not None:
            self.files.adopt(old.files)

    @property
    def is_exact(self) -> bool:
        """Are the findings those of a fresh check? Those after an edit are near: see `Engine.again`."""
        return self._is_screened and self._is_linked_anew

    def knows(self, path: str) -> bool:
        """Was the file there, or a buffer of this name, when the project was read?"""
        return path in self._paths or path in self._left_out

    def take(self, path: str, text: str | None) -> bool:
        """A file of the project has this text now, or again what is on disk. Tells whether that is news for `check`."""
        if path in self._left_out:
            return False
        before = self.last_good(path)
        facts = None
        if text is not None and self.files.is_known(path):
            try:
                facts = self.spaced.edited(path, text)
            except SourceError:
                self.behind.add(path)  # the last text that could be parsed stands for the file
                return False
        self.behind.discard(path)
        (self._open.discard if text is None else self._open.add)(path)
        self.files.replace(path, text, facts)
        self._edited.add(path)
        if before is None or not self._says(path, before):
            self._is_screened = False
            if self.answers is not None and path in self.answers.project.modules:
                self._is_linked_anew = False
        return True

    def _says(self, path: str, text: str) -> bool:
        with contextlib.suppress(OSError, SourceError):
            return self.files.text(path) == text
        return False

    def last_good(self, path: str) -> str | None:
        """The text of a file that could be parsed."""
        return self.files.text(path) if self.files.is_known(path) else None

    def check(self) -> None:
        """Bring findings and problems up to date, as fast as that goes. Raises ConfigError."""
        is_as_before = self.files.relevant() == self._relevant
        if self.answers and is_as_before and self._edited.isdisjoint(self.answers.project.scanned_paths):
            self._edited.clear()
            return
        self._judge(lambda: self._after_edits() or self._begun())

    def settle(self, interrupt: Callable[[], None]) -> None:
        """Make the findings exact: which files can matter is looked at again, and all is linked anew.

        `interrupt` is called again and again; what it raises puts an end to that, and leaves all as it was. Raises
        ConfigError for settings that can't be followed.
        """
        relevant = screen(self.files.contents(), self.files.settings.objects)
        interrupt()
        self.files.screened(relevant)
        if not self._is_linked_anew or self.files.relevant() != self._relevant:
            self._judge(lambda: self._begun(interrupt))
        self._is_screened = True

    def _judge(self, answers: Callable[[], Answers]) -> None:
        def found_by_rules(files: ProjectFiles, codes: frozenset[str]) -> list[Finding]:
            try:
                self.answers = answers()
                found = [
                    finding.relocated(self.spaced.as_written) for finding in all_findings(files, self.answers, codes)
                ]
            except Exception:
                self.answers = None
                return fresh_findings(files, codes)  # which finds out where it fails, and leaves that out
            return found

        if not self.files.relevant():
            self.answers = None
        before = self.answers and self.answers.project
        judgement = judge(self.files, found_by_rules)
        if self.answers is None:
            self._is_linked_anew = True
        elif self.answers.project is not before:
            del before
            gc.unfreeze()
            gc.collect()  # the answers of before hang together in circles
            gc.freeze()  # those of now stay: looking through them again and again takes time after each edit
        self._edited.clear()
        self._relevant = self.files.relevant()
        baseline = baseline_of(self.files)
        findings: dict[str, list[Finding]] = {}
        for judged in (*judgement.findings, *judgement.comments):
            finding = judged.finding
            if judged.is_hidden or finding.place.path.endswith(NOTEBOOK):
                continue
            if baseline is not None and baseline.covers(known_by_text(self.files, finding)):
                continue
            if judged.is_told:
                findings.setdefault(finding.place.path, []).append(finding)
        self.findings = {path: tuple(found) for path, found in findings.items()}
        problems: dict[str, list[Problem]] = {}
        for problem in self.files.problems:
            problems.setdefault(problem.path, []).append(problem)
        self.problems = {path: tuple(found) for path, found in problems.items()}

    def _after_edits(self) -> Answers | None:
        """The answers, with those asked again that depend on edits; None where they can't be had that way."""
        if self.answers is None or self.files.relevant() != self._relevant:
            return None
        project = self.answers.project
        if not all(project.edited(path) for path in sorted(self._edited) if path in project.scanned_paths):
            return None
        answers = answers_about(project)
        project.forget_contexts(self._edited, answers.is_called_with)
        return answers

    def _begun(self, interrupt: Callable[[], None] | None = None) -> Answers:
        for path in sorted(self._open.intersection(self.files.relevant())):
            if not self.files.is_known(path):  # it will be edited: let the first edit be no slower than others
                with contextlib.suppress(OSError, SourceError):
                    text = self.files.text(path)
                    self.files.replace(path, text, self.spaced.edited(path, text))
        told = told_by(self.files.settings, self.files.root)
        answers = answers_about(Project(self.spaced, told, interrupt))
        answers.project.engine.interrupt = None
        self._is_linked_anew = True
        return answers


def _can_be_parsed(text: str) -> bool:
    try:
        capture(text)
    except SourceError:
        return False
    return True
