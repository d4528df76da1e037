"""What link knows of the standard library and of a few libraries: who awaits, who schedules, who runs what in a
thread."""

from __future__ import annotations

FUTURE_MEMBERS = frozenset(
    {"add_done_callback", "remove_done_callback", "result", "exception", "done", "cancel", "cancelled"}
)

LOOP_GETTERS = frozenset({"get_running_loop", "get_event_loop"})

WAITERS = frozenset(
    {
        "asyncio.wait_for",
        "asyncio.shield",
        "asyncio.tasks.wait_for",
        "asyncio.timeouts.wait_for",
        "async_timeout.wait_for",
    }
)
"""Await their first argument and give its result."""

TASK_MAKERS = frozenset(
    {
        "asyncio.create_task",
        "asyncio.ensure_future",
        "asyncio.run_coroutine_threadsafe",
        "asyncio.tasks.create_task",
    }
)
"""Schedule their first argument."""

RUNNERS = frozenset(
    {
        "asyncio.run",
        "anyio.from_thread.run",
        "asyncio.runners.run",
        "nest_asyncio.run",
        "asgiref.sync.async_to_sync",
        "uvloop.run",
    }
)
"""Run their first argument to its end, from synchronous code."""

GATHERERS = frozenset({"asyncio.gather", "asyncio.wait", "asyncio.as_completed", "asyncio.tasks.gather"})

TASK_METHODS = frozenset(
    {"create_task", "ensure_future", "run_until_complete", "start_soon", "start", "run", "run_coroutine"}
)
"""Methods of event loops, task groups, nurseries and runners that take a coroutine, or (anyio, trio) a function."""

THREAD_RUNNERS = {
    "asyncio.to_thread": 0,
    "starlette.concurrency.run_in_threadpool": 0,
    "fastapi.concurrency.run_in_threadpool": 0,
    "anyio.to_thread.run_sync": 0,
    "trio.to_thread.run_sync": 0,
    "asyncer.asyncify": 0,
    "asgiref.sync.sync_to_async": 0,
    "litestar.concurrency.sync_to_thread": 0,
    "aioify.aioify": 0,
}
"""Run a plain function, given at this position, in a thread."""

THREAD_METHODS = {"run_in_executor": 1, "submit": 0, "run_sync": 0}
"""The same as methods of loops, executors and limiters."""

WRAPPERS = frozenset({"asyncer.asyncify", "asgiref.sync.sync_to_async", "aioify.aioify"})
"""Those of the above that give back a function."""

COPIES = frozenset(
    {"copy.copy", "copy.deepcopy", "builtins.dict", "bson.SON", "bson.son.SON", "collections.OrderedDict"}
)

ITERATING_BUILTINS = frozenset(
    {
        "list",
        "tuple",
        "set",
        "frozenset",
        "sorted",
        "reversed",
        "enumerate",
        "sum",
        "min",
        "max",
        "any",
        "all",
        "iter",
        "next",
        "dict",
    }
)
"""Builtins that iterate over their first argument."""

ITERATING_ALL = frozenset({"zip", "map", "filter"})

TEXT_BUILTINS = frozenset({"str", "repr", "format", "print", "ascii"})

LOGGING = frozenset({"debug", "info", "warning", "warn", "error", "critical", "exception", "log"})

PLAIN_BUILTINS = {
    "len": "int",
    "int": "int",
    "float": "float",
    "bool": "bool",
    "hash": "int",
    "abs": "int",
    "round": "int",
}

CONTEXT_MANAGERS = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager"})

HOLDERS = frozenset({"threading.local"})
"""Classes with a name like a function's."""

CACHES = frozenset(
    {
        "functools.lru_cache",
        "functools.cache",
        "cachetools.cached",
        "cachetools.func.ttl_cache",
        "cachetools.func.lru_cache",
        "async_lru.alru_cache",
        "functools.cached_property",
        "streamlit.cache_resource",
        "streamlit.cache_data",
    }
)

PROPERTIES = frozenset(
    {
        "builtins.property",
        "functools.cached_property",
        "abc.abstractproperty",
        "django.utils.functional.cached_property",
        "werkzeug.utils.cached_property",
        "cached_property.cached_property",
    }
)

DATA_CLASSES = frozenset(
    {
        "dataclasses.dataclass",
        "attr.s",
        "attrs.define",
        "attr.define",
        "attrs.frozen",
        "attr.attrs",
        "pydantic.dataclasses.dataclass",
    }
)
"""Decorators that write an `__init__` from the annotations."""

DATA_BASES = frozenset(
    {
        "pydantic.BaseModel",
        "pydantic.main.BaseModel",
        "typing.NamedTuple",
        "msgspec.Struct",
        "pydantic_settings.BaseSettings",
        "pydantic.BaseSettings",
        "sqlmodel.SQLModel",
    }
)
"""Base classes that do."""

TYPED_DICTS = frozenset({"typing.TypedDict", "typing_extensions.TypedDict"})

OBJECT_IDS = frozenset({"bson.ObjectId", "bson.objectid.ObjectId", "pydantic_mongo.ObjectIdField"})

PLAIN_IDS = frozenset({"builtins.str", "builtins.int", "uuid.UUID"})
"""What an `_id` of a model that is no ObjectId is annotated with"""

FIXTURES = frozenset({"pytest.fixture", "pytest_asyncio.fixture", "anyio.fixture"})

ODM_HANDLES = {"get_pymongo_collection": "async", "get_motor_collection": "motor"}
"""Methods of Beanie's documents that hand out the driver's collection, with its flavour."""

FAKES = frozenset(
    {
        "AsyncMock",
        "AsyncMongoMockClient",
        "MagicMock",
        "Mock",
        "create_autospec",
        "dependency_overrides",
        "mocker",
        "mongomock",
        "mongomock_motor",
        "monkeypatch",
        "patch",
    }
)
"""Words of a test that puts something else in the place of what the application has."""
