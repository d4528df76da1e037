"""Which releases of PyMongo a project asks for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pymongo_async_lint.dependencies import target
from pymongo_async_lint.drivers import Span
from pymongo_async_lint.drivers.releases import ANY, Target, parsed, span_of, span_table

UV = """
version = 1

[[package]]
name = "motor"
version = "3.7.1"

[[package]]
name = "PyMongo"
version = "4.13.2"
"""
PIPFILE = json.dumps({"_meta": {}, "default": {"pymongo": {"version": "==4.10.1", "hashes": []}}, "develop": {}})


@pytest.mark.parametrize(
    ("name", "text", "newest"),
    [
        ("uv.lock", UV, "4.13.2"),
        ("poetry.lock", UV, "4.13.2"),
        ("pdm.lock", UV, "4.13.2"),
        ("pylock.toml", UV.replace("[[package]]", "[[packages]]"), "4.13.2"),
        ("Pipfile.lock", PIPFILE, "4.10.1"),
        ("requirements.txt", "fastapi==0.1\npymongo[srv]==4.9.2  # pinned\n", "4.9.2"),
        ("requirements.txt", "pymongo==4.9.2 \\\n    --hash=sha256:abc\n", "4.9.2"),
        ("requirements.txt", 'pymongo == 4.9.2 ; python_version > "3.8"\n', "4.9.2"),
        ("requirements-prod.txt", "pymongo<4.12\n", "4.11.3"),
        ("requirements.txt", "pymongo~=4.9.1\n", "4.9.2"),
        ("pyproject.toml", '[project]\ndependencies = ["motor", "pymongo>=4.9,<4.13"]\n', "4.12.1"),
        ("pyproject.toml", '[project]\ndependencies = ["pymongo (>=4.9,<4.13)"]\n', "4.12.1"),
        ("pyproject.toml", '[tool.poetry.dependencies]\npymongo = "~4.10"\n', "4.10.1"),
        ("pyproject.toml", '[tool.poetry.dependencies]\npymongo = "4.10.1"\n', "4.10.1"),
        ("pyproject.toml", '[tool.poetry.dependencies]\npymongo = { version = "^4.9", extras = ["srv"] }\n', None),
        ("pyproject.toml", '[project]\ndependencies = ["pymongo>=4.9"]\n', None),
    ],
)
def test_a_file_tells(tmp_path: Path, name: str, text: str, newest: str | None) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = target(tmp_path, None)
    assert found.source == name
    assert max(found.releases) == parsed(newest or span_table().releases[-1])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("uv.lock", "not = [toml"),
        ("uv.lock", 'package = "no table"'),
        ("uv.lock", '[[package]]\nname = "motor"\nversion = "3.7.1"\n'),
        ("uv.lock", '[[package]]\nname = "pymongo"\n'),
        ("Pipfile.lock", "[]"),
        ("Pipfile.lock", '{"default": {"pymongo": {"version": "*"}}}'),
        ("requirements.txt", "pymongo\npymongo-auth-aws==1.1\n-r other.txt\nhttps://example.org/pymongo.whl\n"),
        ("requirements.txt", "pymongo==4.*\npymongo @ file:///pymongo-4.9.whl\n# pymongo==4.9\n"),
        ("pyproject.toml", '[project]\ndependencies = ["pymongo"]\n'),
        ("pyproject.toml", '[project]\ndependencies = ["pymongo>99"]\n'),
        ("pyproject.toml", "project = 1\n"),
    ],
)
def test_what_says_nothing_leaves_every_release(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = target(tmp_path, None)
    assert found.has(Span("4.20")) and found.has(Span(None, "4.9"))


def test_a_binary_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").write_bytes(b"\xff\xfe\x00")
    assert target(tmp_path, None) == ANY


def test_the_setting_goes_before_locks_and_locks_before_bounds(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").write_text(UV)
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["pymongo<4.12"]\n')
    assert target(tmp_path, None).releases == ((4, 13, 2),)
    assert target(tmp_path, "4.15").releases == ((4, 15),)


def test_files_of_requirements_may_differ(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("pymongo==4.13.2\n")
    (tmp_path / "requirements-old.txt").write_text("pymongo==4.9.2\n")
    (tmp_path / "requirements-test.txt").write_text("pytest\n")
    assert target(tmp_path, None) == Target(((4, 9, 2), (4, 13, 2)), "requirements-old.txt, requirements.txt")


@pytest.mark.parametrize(
    ("releases", "span", "has"),
    [
        ((), Span("99"), True),
        ([(4, 12, 1)], Span("4.12"), True),
        ([(4, 12)], Span("4.12"), True),
        ([(4, 11, 3)], Span("4.12"), False),
        ([(4, 11, 3), (4, 12, 1)], Span("4.12"), True),
        ([(4, 11, 3)], Span(None), True),
        ([(4, 11, 3)], Span("4.9", "4.11"), False),
        ([(4, 10, 1), (4, 11, 3)], Span("4.9", "4.11"), True),
        ([(4, 9)], Span(None, "4.9"), False),
    ],
)
def test_a_member_counts_if_any_release_has_it(releases: list[tuple[int, ...]], span: Span, has: bool) -> None:
    assert Target(tuple(releases)).has(span) is has


@pytest.mark.parametrize(
    ("module", "name", "span"),
    [
        ("pymongo", "AsyncMongoClient", Span("4.9")),
        ("pymongo", "MongoClient", Span(None)),
        ("pymongo.asynchronous", None, Span("4.9")),
        ("pymongo.asynchronous.collection", "AsyncCollection", Span("4.9")),
        ("gridfs.asynchronous", None, Span("4.9")),
        ("gridfs.asynchronous", "AsyncGridFSBucket", Span("4.12")),
        ("pymongo.encryption_options", "TextOpts", Span("4.15", "4.20")),
        ("no.such", "thing", Span(None)),
    ],
)
def test_names_have_spans(module: str, name: str | None, span: Span) -> None:
    assert span_of(module, name) == span
