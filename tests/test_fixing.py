"""The whole run with fixes: over every fixture and example, in every encoding, and on disk."""

from __future__ import annotations

import contextlib
import os
import re
import runpy
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from pymongo_async_lint import fixer
from pymongo_async_lint.checker import Result, check
from pymongo_async_lint.config import Settings
from pymongo_async_lint.fixer import Fixed
from pymongo_async_lint.project import ProjectFiles
from pymongo_async_lint.rules.base import Rule
from pymongo_async_lint.rules.example import Example
from pymongo_async_lint.rules.finding import Edit
from pymongo_async_lint.rules.registry import RULES

TESTS = Path(__file__).parent
CASES = sorted(settings.parent for settings in (TESTS / "fixtures").rglob("pyproject.toml"))
SHOP = TESTS.parent / "examples" / "shop_before"
EXAMPLES = [(rule, example) for rule in RULES for example in rule.mistakes]

Write = Callable[[Mapping[str, "str | bytes"]], Path]

FIXES = (TESTS.parent / "docs" / "fixes.md").read_text(encoding="utf-8")

HIDDEN = {"PMA401", "PMA402", "PMA403", "PMA404"}
"""What a coroutine in place of a document hides: whether the answer can be encoded."""


def fix(
    targets: Sequence[Path],
    settings: Settings | None = None,
    *,
    overrides: Mapping[Path, bytes] | None = None,
    unsafe: bool = False,
) -> Fixed:
    def run(contents: Mapping[Path, bytes]) -> Result:
        return check(targets, settings, overrides=contents)

    return fixer.fix(targets, run, overrides=overrides, unsafe=unsafe)


def compiles(data: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(data, "", "exec", dont_inherit=True)
    return True


def counted(result: Result) -> Counter[tuple[str, str]]:
    return Counter((finding.place.path, finding.code) for finding in result.findings)


def is_put_right(before: Result, fixed: Fixed, *, unsafe: bool) -> None:
    """What holds after every run: all is fixed that can be, and nothing of ours is new."""
    after = fixed.remaining
    assert not after.problems
    assert not [f for f in after.findings if f.fix is not None and f.fix.edits and (f.fix.is_safe or unsafe)]
    assert {code for _, code in counted(after) - counted(before)} <= HIDDEN
    assert len(before.findings) - len(after.findings) <= fixed.remaining.fixed
    for change in fixed.changes:
        assert change.new != change.old
        assert compiles(change.new)


# --- fixtures and examples --------------------------------------------------------------------------------------------


RUNS = [(case, unsafe) for case in CASES for unsafe in (False, True) if unsafe or "rules" in case.parts]


@pytest.mark.parametrize(
    ("case", "unsafe"),
    [*RUNS, (SHOP, False), (SHOP, True)],
    ids=lambda value: value.relative_to(TESTS.parent).as_posix() if isinstance(value, Path) else f"unsafe={value}",
)
def test_fixtures(case: Path, unsafe: bool) -> None:
    fixed = fix([case], unsafe=unsafe)
    if not fixed.changes:
        return
    is_put_right(check([case]), fixed, unsafe=unsafe)
    again = fix([case], unsafe=unsafe, overrides={change.path: change.new for change in fixed.changes})
    assert not again.changes


@pytest.mark.parametrize(
    ("rule", "example"), EXAMPLES, ids=[f"{rule.code}-{rule.mistakes.index(example)}" for rule, example in EXAMPLES]
)
def test_examples(rule: Rule, example: Example, tmp_path: Path) -> None:
    """What a rule says of its fixes is true: where it says "safe", a mistake of its page is gone."""
    (tmp_path / "pyproject.toml").write_text("[tool.pymongo-async-lint]\n")
    files = {tmp_path / path: text.encode() for path, text in example.texts.items()}
    settings = Settings(preview=True)
    before = check([*files], settings, overrides=files)
    fixes = [finding.fix for finding in before.findings if finding.fix is not None]
    assert bool(rule.fix_safety) or not fixes
    for unsafe in (False, True):
        fixed = fix([*files], settings, overrides=files, unsafe=unsafe)
        is_put_right(before, fixed, unsafe=unsafe)
        assert fixed.remaining.fixed >= sum(fix.is_safe or unsafe for fix in fixes)


def without_awaits(shop: Path) -> dict[Path, bytes]:
    awaits = runpy.run_path(str(TESTS.parent / "tools" / "measure_await_deletion.py"))["awaited_calls"]
    texts: dict[Path, str] = {}
    for place in reversed(awaits(ProjectFiles(shop))):
        path = shop / place.path
        text = texts.get(path) or path.read_text(encoding="utf-8")
        texts[path] = text[: place.start] + text[place.start :].removeprefix("await ")
    return {path: text.encode() for path, text in texts.items()}


def replacing(right: bytes, wrong: bytes) -> Callable[[Path], dict[Path, bytes]]:
    return lambda shop: {
        path: data.replace(right, wrong) for path in shop.rglob("*.py") if right in (data := path.read_bytes())
    }


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param(without_awaits, id="await"),
        pytest.param(replacing(b"async for", b"for"), id="for"),
        pytest.param(replacing(b"async with", b"with"), id="with"),
        pytest.param(replacing(b"insert_one", b"insertOne"), id="insertOne"),
        pytest.param(replacing(b"maxPoolSize", b"max_pool_size"), id="option"),
    ],
)
def test_right_code_that_is_spoilt_comes_back(spoilt: Callable[[Path], dict[Path, bytes]]) -> None:
    """Everywhere at once; in the end each file is the same as before, byte by byte."""
    shop = SHOP.parent / "shop_after"
    overrides = spoilt(shop)
    assert overrides
    mended = fix([shop], overrides=overrides, unsafe=True)
    assert not mended.remaining.findings
    assert {change.path: change.new for change in mended.changes} == {path: path.read_bytes() for path in overrides}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_speaks_of_the_fixes_that_it_has(rule: Rule, tmp_path: Path) -> None:
    """And each of these, safe or unsafe as it says, is made in one of the rule's fixtures or examples."""
    findings = [*check([TESTS / "fixtures" / "rules" / rule.code], Settings(preview=True), cache=False).findings]
    for number, example in enumerate(rule.mistakes):
        write(tmp_path / str(number), example)
    findings += check([tmp_path], Settings(preview=True), cache=False).findings
    fixes = [found.fix for found in findings if found.code == rule.code and found.fix is not None]
    kinds = {str(fix.kind) for fix in fixes}
    told = re.findall(rf"^\| `([a-z-]+)` \| [^|]*\b{rule.code}\b[^|]* \|", FIXES, re.MULTILINE)
    assert kinds == set(told)
    assert bool(kinds) is bool(rule.fix_safety)
    assert {fix.is_safe for fix in fixes} == {
        word == "Safe" for word in re.findall(r"\b(?:Safe|Unsafe)\b", rule.fix_safety)
    }


def write(folder: Path, example: Example) -> None:
    for path, text in {"pyproject.toml": "[tool.pymongo-async-lint]\n", **example.texts}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


# --- encodings --------------------------------------------------------------------------------------------------------

VARIANTS: dict[str, Callable[[bytes], bytes]] = {
    "crlf": lambda data: data.replace(b"\n", b"\r\n"),
    "cr": lambda data: data.replace(b"\n", b"\r"),
    "tabs": lambda data: data.replace(b"    ", b"\t"),
    "mark": lambda data: b"\xef\xbb\xbf" + data,
    "latin": lambda data: b"# coding: latin-1\n# caf\xe9\n" + data,
    "shift": lambda data: "# coding: shift_jis\n# カフェ\n".encode("shift_jis") + data,
    "form": lambda data: data.replace(b"\n\n\n", b"\n\x0c\n\n"),
    "open": lambda data: data.rstrip(b"\n"),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_all_the_rest_of_a_file_stays_byte_by_byte(variant: str) -> None:
    vary = VARIANTS[variant]
    plain = {change.path: change.new for change in fix([SHOP]).changes}
    assert len(plain) > 5
    files = {path: path.read_bytes() for path in plain}
    varied = fix([SHOP], overrides={path: vary(data) for path, data in files.items()})
    assert {change.path: change.new for change in varied.changes} == {path: vary(new) for path, new in plain.items()}


# --- what is left alone -----------------------------------------------------------------------------------------------

APP = """
    from pymongo import AsyncMongoClient

    users = AsyncMongoClient().shop.users


    async def register(user):
        users.insert_one(user)
"""


@contextlib.contextmanager
def replaced(owner: object, name: str, value: object) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, value)
        yield


def test_a_suppressed_finding_is_not_fixed(project: Write) -> None:
    root = project({"app.py": APP.replace("(user)\n", "(user)  # noqa: PMA101\n", 2)})
    assert not fix([root]).changes


def test_only_files_that_were_asked_for_are_changed(project: Write) -> None:
    root = project(
        {
            "db.py": "from pymongo import AsyncMongoClient\nusers = AsyncMongoClient().shop.users\n"
            "async def find(name):\n    return users.find_one({'name': name})\n",
            "app.py": "from db import find\nasync def city():\n    return (await find('Ada'))['city']\n",
        }
    )
    assert [change.path.name for change in fix([root], unsafe=True).changes] == ["db.py"]
    assert not fix([root / "app.py"], unsafe=True).changes
    assert not fix([root], Settings(select=("PMA2",)), unsafe=True).changes


def test_a_file_that_would_break_is_left_alone(project: Write) -> None:
    root = project({"app.py": APP, "other.py": f"{APP}    # other\n"})
    original = fixer.apply

    def apply(text: str, edits: Iterable[Edit]) -> str:
        return "async def\n" if "# other" in text else original(text, edits)

    with replaced(fixer, "apply", apply):
        fixed = fix([root])
    assert [change.path.name for change in fixed.changes] == ["app.py"]
    (problem,) = fixed.remaining.problems
    assert problem.path.endswith("other.py") and problem.code == "PMA000" and "would break" in problem.message


def test_an_encoding_that_can_be_written_in_two_ways_is_left_alone(project: Write) -> None:
    head = b"# coding: iso-2022-jp\n# \x1b(J\x1b(B\n"
    root = project(
        {
            "app.py": head
            + b"from pymongo import AsyncMongoClient\nasync def go():\n    AsyncMongoClient().a.b.insert_one({})\n"
        }
    )
    fixed = fix([root])
    assert not fixed.changes
    assert [problem.message for problem in fixed.remaining.problems] == [
        "can't be written back byte by byte in its encoding, iso-2022-jp"
    ]


# --- on disk ----------------------------------------------------------------------------------------------------------


def test_writes_what_has_changed_and_keeps_the_mode(project: Write) -> None:
    root = project({"app.py": APP, "link.py": "", "plain.py": "x = 1\n"})
    (root / "link.py").unlink()
    (root / "link.py").symlink_to("app.py")
    (root / "app.py").chmod(0o754)
    before = (root / "plain.py").stat()
    fixed = fix([root / "link.py"])
    assert b"await" not in (root / "app.py").read_bytes()
    assert not fixer.write(fixed).problems
    assert b"    await users.insert_one(user)\n" in (root / "app.py").read_bytes()
    assert (root / "app.py").stat().st_mode & 0o777 == 0o754
    assert (root / "link.py").is_symlink()
    after = (root / "plain.py").stat()
    assert (after.st_ino, after.st_mode, after.st_mtime_ns) == (before.st_ino, before.st_mode, before.st_mtime_ns)
    assert sorted(path.name for path in root.iterdir() if path.is_file()) == ["app.py", "link.py", "plain.py"]


def test_a_file_that_has_changed_meanwhile_is_left_alone(project: Write) -> None:
    root = project({"app.py": APP})
    fixed = fix([root])
    (root / "app.py").write_bytes(b"x = 1\n")
    assert [problem.message for problem in fixer.write(fixed).problems] == ["has changed meanwhile and was left alone"]
    assert (root / "app.py").read_bytes() == b"x = 1\n"


def test_nothing_is_lost_where_writing_fails(project: Write) -> None:
    root = project({"app.py": APP, "other.py": APP})
    fixed = fix([root])
    before = (root / "app.py").read_bytes()
    replace = os.replace

    def fail(source: str, target: Path) -> None:
        if Path(target).name == "app.py":
            raise OSError(28, "No space left on device")
        replace(source, target)

    with replaced(os, "replace", fail):
        problems = fixer.write(fixed).problems
    assert [(Path(told.path).name, told.message) for told in problems] == [
        ("app.py", "can't be written: No space left on device")
    ]
    assert (root / "app.py").read_bytes() == before
    assert b"await" in (root / "other.py").read_bytes()
    assert sorted(path.name for path in root.iterdir() if path.is_file()) == ["app.py", "other.py"]


def test_a_write_protected_file_is_left_alone(project: Write) -> None:
    root = project({"app.py": APP})
    fixed = fix([root])
    with replaced(os, "access", lambda path, mode: False):  # to the superuser, nothing is protected
        problems = fixer.write(fixed).problems
    assert [problem.message for problem in problems] == ["is write-protected and was left alone"]
    assert (root / "app.py").read_bytes() == fixed.changes[0].old
