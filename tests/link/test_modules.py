"""Which file an import statement means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pymongo_async_lint.link.modules import ModuleIndex, module_parts

SHOP = (
    "app/__init__.py",
    "app/db.py",
    "app/main.py",
    "app/routers/__init__.py",
    "app/routers/items.py",
    "app/routers/users.py",
    "tests/test_db.py",
)


def resolve(
    paths: tuple[str, ...], dotted: str, importer: str, level: int = 0, src: tuple[str, ...] = ()
) -> str | None:
    return ModuleIndex(paths, src).resolve(dotted, importer, level)


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("a/b/c.py", ("a", "b", "c")),
        ("a/b/__init__.py", ("a", "b")),
        ("main.py", ("main",)),
        ("__init__.py", ()),
    ],
)
def test_the_parts_of_a_path(path: str, parts: tuple[str, ...]) -> None:
    assert module_parts(path) == parts


@pytest.mark.parametrize(
    ("dotted", "level", "importer", "found"),
    [
        ("db", 1, "app/main.py", "app/db.py"),
        ("", 1, "app/main.py", "app/__init__.py"),
        ("routers.items", 1, "app/main.py", "app/routers/items.py"),
        ("users", 1, "app/routers/items.py", "app/routers/users.py"),
        ("users", 1, "app/routers/__init__.py", "app/routers/users.py"),
        ("db", 2, "app/routers/items.py", "app/db.py"),
        ("", 2, "app/routers/items.py", "app/__init__.py"),
        ("app.db", 3, "app/routers/items.py", "app/db.py"),
        ("missing", 1, "app/main.py", None),
        ("main", 1, "app/routers/items.py", None),
    ],
)
def test_relative_imports(dotted: str, level: int, importer: str, found: str | None) -> None:
    assert resolve(SHOP, dotted, importer, level) == found


@pytest.mark.parametrize(
    ("dotted", "importer", "found"),
    [
        ("app.db", "app/routers/items.py", "app/db.py"),
        ("app.routers", "app/main.py", "app/routers/__init__.py"),
        ("app.db", "tests/test_db.py", "app/db.py"),
        ("db", "app/main.py", "app/db.py"),
        ("app", "app/main.py", "app/__init__.py"),
        ("app.missing", "app/main.py", None),
        ("db", "tests/test_db.py", None),
        ("items", "app/main.py", None),
        ("fastapi", "app/main.py", None),
    ],
)
def test_absolute_imports(dotted: str, importer: str, found: str | None) -> None:
    """`db` alone is found beside the importer, as for a script, but not in somebody else's package."""
    assert resolve(SHOP, dotted, importer) == found


@pytest.mark.parametrize("importer", ["src/shop/main.py", "tests/test_main.py", "noxfile.py"])
def test_src_layout(importer: str) -> None:
    paths = ("src/shop/__init__.py", "src/shop/db.py", "src/shop/main.py", "tests/test_main.py", "noxfile.py")
    assert resolve(paths, "shop.db", importer) == "src/shop/db.py"


def test_folders_without_init_are_packages_too() -> None:
    paths = ("app/db.py", "app/api/items.py", "run.py")
    assert resolve(paths, "app.db", "run.py") == "app/db.py"
    assert resolve(paths, "app.db", "app/api/items.py") == "app/db.py"
    assert resolve(paths, "db", "app/api/items.py") == "app/db.py"
    assert resolve(paths, "app", "run.py") is None, "such a package has no file"


def test_two_packages_of_one_namespace() -> None:
    paths = ("one/acme/db.py", "two/acme/api.py")
    assert resolve(paths, "acme.db", "two/acme/api.py") == "one/acme/db.py"


def test_of_two_services_each_gets_its_own_module() -> None:
    paths = ("orders/app/db.py", "orders/app/main.py", "users/app/db.py", "users/app/main.py")
    assert resolve(paths, "app.db", "orders/app/main.py") == "orders/app/db.py"
    assert resolve(paths, "app.db", "users/app/main.py") == "users/app/db.py"


def test_the_settings_name_the_root_that_counts() -> None:
    paths = ("a/lib/db.py", "b/lib/db.py", "tools/run.py")
    assert resolve(paths, "lib.db", "tools/run.py", src=("b",)) == "b/lib/db.py"
    assert resolve(paths, "lib.db", "tools/run.py", src=("a/",)) == "a/lib/db.py"


def test_a_package_goes_before_a_module_of_its_name() -> None:
    for paths in (("app/db.py", "app/db/__init__.py"), ("app/db/__init__.py", "app/db.py")):
        assert resolve(paths, "db", "app/main.py", 1) == "app/db/__init__.py"


@pytest.mark.parametrize("dotted", ["types", "queue", "logging.config", "asyncio"])
def test_the_standard_library_stays_what_it_is(dotted: str) -> None:
    paths = ("types.py", "app/queue.py", "app/logging/config.py", "app/asyncio/__init__.py", "app/main.py")
    assert resolve(paths, dotted, "app/main.py") is None


def test_a_file_named_as_the_standard_library_is_found_by_its_full_or_relative_name() -> None:
    paths = ("app/__init__.py", "app/types.py", "app/main.py")
    assert resolve(paths, "types", "app/main.py", 1) == "app/types.py"
    assert resolve(paths, "app.types", "app/main.py") == "app/types.py"


@pytest.mark.parametrize(
    "dotted", ["pymongo", "pymongo.asynchronous.database", "bson", "gridfs", "motor.motor_asyncio"]
)
def test_drivers_stay_what_they_are(dotted: str) -> None:
    paths = (
        "pymongo.py",
        "bson/__init__.py",
        "gridfs.py",
        "motor/motor_asyncio.py",
        "app/pymongo/asynchronous/database.py",
    )
    assert resolve(paths, dotted, "main.py") is None


folders = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4)


@given(st.lists(folders, min_size=1, max_size=6), folders, st.integers(0, 2))
def test_what_is_found_ends_with_what_was_asked_for(found: list[list[str]], asked: list[str], level: int) -> None:
    paths = ["/".join(parts) + ".py" for parts in found]
    path = ModuleIndex(paths).resolve(".".join(asked), paths[0], level)
    assert path is None or (path in paths and module_parts(path)[-len(asked) :] == tuple(asked))


@given(st.lists(folders, min_size=1, max_size=6))
def test_every_file_is_found_by_its_path_from_the_root(found: list[list[str]]) -> None:
    paths = ["/".join(parts) + ".py" for parts in found]
    for path in paths:
        assert ModuleIndex([*paths, "main.py"]).resolve(".".join(module_parts(path)), "main.py") == path


def test_a_file_named_like_a_library_does_not_import_itself() -> None:
    assert resolve(("scripts/redis.py", "scripts/load.py"), "redis", "scripts/redis.py") is None
    assert resolve(("scripts/redis.py", "scripts/load.py"), "redis", "scripts/load.py") == "scripts/redis.py"


@pytest.mark.parametrize(("importer", "found"), [("app/main.py", None), ("hooks/load.py", "hooks/fastapi.py")])
def test_a_file_named_like_a_framework_is_one_for_its_neighbours_only(importer: str, found: str | None) -> None:
    paths = ("app/__init__.py", "app/main.py", "hooks/fastapi.py", "hooks/load.py")
    assert resolve(paths, "fastapi", importer) == found
