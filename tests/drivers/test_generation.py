"""The tables say what the installed drivers say, and making them notices what it should."""

from __future__ import annotations

import ast
import importlib.metadata
from pathlib import Path

import make_driver_tables
import msgspec
import pytest
from driver_tables.introspection import parameters, union_parts
from driver_tables.names import Source, bound_names, installed_homes, installed_names, merged
from driver_tables.types import Installed, differences
from hypothesis import given
from hypothesis import strategies as st

from pymongo_async_lint.drivers import Flavour, Kind
from pymongo_async_lint.drivers.modules import HOMES_FILE, MODULES_FILE, ModuleTables, module_tables
from pymongo_async_lint.drivers.tables import TYPES_FILE, TypeTables, type_tables

NAMES = st.sampled_from(["find", "insert", "x", "y"])
MODULE_TABLES = st.builds(
    ModuleTables,
    st.dictionaries(
        st.sampled_from(["pymongo", "motor"]), st.lists(st.sampled_from(["4.9.2", "4.10.1"]), unique=True).map(sorted)
    ),
    st.dictionaries(st.sampled_from(["pymongo", "bson"]), st.sets(NAMES).map(lambda names: " ".join(sorted(names)))),
)


@pytest.fixture(scope="module")
def installed() -> TypeTables:
    return Installed().tables()


def test_tables_are_those_of_the_installed_releases(installed: TypeTables) -> None:
    assert list(differences(type_tables(), installed)) == []
    assert make_driver_tables.render(installed) == TYPES_FILE.read_text()
    assert make_driver_tables.render(installed_homes()) == HOMES_FILE.read_text()


def test_no_installed_name_is_missing() -> None:
    names = installed_names()
    for distribution in ("pymongo", "motor"):
        assert names.releases[distribution] == [importlib.metadata.version(distribution)]
    assert make_driver_tables.render(merged(module_tables(), names)) == MODULES_FILE.read_text()


def test_committed_names_cover_the_supported_releases() -> None:
    releases = module_tables().releases
    minor = {".".join(release.split(".")[:2]) for release in releases["pymongo"]}
    assert {f"4.{number}" for number in range(9, 21)} | {"3.11", "3.13", "4.3", "4.6", "4.8"} == minor
    assert releases["motor"] == ["2.5.1", "3.3.2", "3.6.1", "3.7.1"]


def altered(tables: TypeTables, release: str, **changes: object) -> TypeTables:
    """Tables for another release, in which something is changed about the asynchronous client's `append_metadata`."""
    client = tables.types[Flavour.ASYNC][Kind.CLIENT]
    members = tuple(
        msgspec.structs.replace(member, **changes) if member.name == "append_metadata" else member
        for member in client.members
        if member.name != "append_metadata" or changes
    )
    kinds = {**tables.types[Flavour.ASYNC], Kind.CLIENT: msgspec.structs.replace(client, members=members)}
    return TypeTables({"pymongo": release}, {**tables.types, Flavour.ASYNC: kinds})


@pytest.mark.parametrize(
    ("release", "changes", "complaint"),
    [
        ("4.13.2", {}, None),
        ("4.14.0", {}, "does not have it"),
        ("4.13.2", {"params": ()}, "4.13.2 has it, the table says it came with 4.14"),
        ("4.20.0", {"how": "coroutine"}, "4.20.0 has coroutine -> none, the table has method -> none"),
        ("4.20.0", {"name": "prepend_metadata"}, "prepend_metadata: 4.20.0 has it, the table does not"),
    ],
)
def test_differences(release: str, changes: dict[str, object], complaint: str | None) -> None:
    complaints = differences(type_tables(), altered(type_tables(), release, **changes))
    found = [text for text in complaints if text.startswith("async client.")]
    assert any(complaint in text for text in found) if complaint else not found


def test_a_type_that_is_missing_without_reason() -> None:
    tables = type_tables()
    kinds = {kind: table for kind, table in tables.types[Flavour.SYNC].items() if kind is not Kind.BOUND_SESSION}
    for release, complaints in (("4.16.0", 0), ("4.17.0", 1)):
        without = TypeTables({"pymongo": release}, {**tables.types, Flavour.SYNC: kinds})
        found = [text for text in differences(tables, without) if text.startswith("sync bound_session")]
        assert len(found) == complaints


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import a.b, c as d", {"a", "d"}),
        ("from a import b, c as d", {"b", "d"}),
        ("try:\n import a\nexcept ImportError:\n a = None\n b = 1", {"a", "b"}),
        ("if x:\n def f(): y = 1\nelse:\n class C: z = 1", {"f", "C"}),
        ("def f():\n global g\n g = 1", {"f", "g"}),
        ("a = b, (c, *d) = 1, (2, 3)", {"a", "b", "c", "d"}),
        ("x: int = 1\nfor i in ():\n j = i\nwith o as p: pass", {"x", "i", "j", "p"}),
        ("if (n := 1): pass", {"n"}),
        ("__all__ = ['a'] + ['b']", {"__all__", "a", "b"}),
        ("a.b = 1\na[0] = 2", set()),
    ],
)
def test_bound_names(source: str, names: set[str]) -> None:
    assert set(bound_names(ast.parse(source).body)) == names


def test_names_of_a_package_on_disk(tmp_path: Path) -> None:
    files = {
        "bson/__init__.py": "from bson.codec import *\nfrom . import other\nfrom struct import *",
        "bson/codec.py": "from .inner.deep import *\nencode = 1\n_hidden = 2",
        "bson/other.py": "from bson import *",
        "bson/inner/__init__.py": "",
        "bson/inner/deep.py": "from ..other import *\ndepth = 3",
        "bson/_fast.cpython-311-x86_64-linux-gnu.so": "",
        "bson/py.typed": "",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    source = Source(tmp_path, "bson")
    assert set(source.modules) == {"bson", "bson.codec", "bson.other", "bson.inner", "bson.inner.deep", "bson._fast"}
    assert source.names("bson") >= {"codec", "other", "inner", "_fast", "encode", "depth", "unpack_from"}
    assert source.names("bson.inner") == {"deep"}
    assert source.live_names("bson") == set()


@given(MODULE_TABLES, MODULE_TABLES)
def test_merging_forgets_nothing_and_order_does_not_matter(one: ModuleTables, other: ModuleTables) -> None:
    both = merged(one, other)
    assert both == merged(other, one) == merged(both, one)
    for part in (one, other):
        for module, names in part.modules.items():
            assert set(names.split()) <= set(both.modules[module].split())
        for distribution, releases in part.releases.items():
            assert set(releases) <= set(both.releases[distribution])


def test_releases_are_sorted_as_numbers() -> None:
    tables = [ModuleTables({"pymongo": [release]}, {}) for release in ("4.10.1", "4.9.2")]
    assert merged(*tables).releases == {"pymongo": ["4.9.2", "4.10.1"]}


@pytest.mark.parametrize(
    ("annotation", "parts"),
    [
        ("int", ["int"]),
        ("int | None", ["int", "None"]),
        ("Optional[dict[str, Any]]", ["dict[str, Any]", "None"]),
        ("Union[dict[str, Any], _Codec]", ["dict[str, Any]", "_Codec"]),
        ("database.AsyncDatabase[int | str]", ["database.AsyncDatabase[int | str]"]),
        ("", []),
    ],
)
def test_union_parts(annotation: str, parts: list[str]) -> None:
    assert union_parts(annotation) == parts


def test_parameters() -> None:
    def method(self: object, a: int, b: int = 1, *args: int, **kwargs: int) -> None: ...

    assert parameters(method) == ("a", "b", "*args", "**kwargs")
    assert parameters(3) == ()


def test_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert make_driver_tables.main([]) == 2
    assert "check" in capsys.readouterr().out
