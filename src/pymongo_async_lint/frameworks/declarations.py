"""What link has to know of each web, bot and task framework."""

from __future__ import annotations

import enum

import msgspec


class Role(enum.StrEnum):
    """Why a framework runs a function."""

    ROUTE = "route"
    DEPENDENCY = "dependency"
    MIDDLEWARE = "middleware"
    STARTUP = "start-up handler"
    """Also shut-down handlers and lifespans: once per process."""
    HANDLER = "handler"
    """Once per event, message or error."""
    BACKGROUND = "background task"
    JOB = "job"
    """In a worker of a task queue."""
    COMMAND = "command"
    """A command line's function: a script."""


class Framework(msgspec.Struct, frozen=True):
    """`decorators` and `registrars` are methods of an application or router object; a registrar's number is the
    position of the function among its arguments (keywords are tried as well). `functions` register by a plain
    function. In `pool`, plain functions of these roles run in a thread pool instead of on the event loop."""

    name: str
    owners: frozenset[str]
    decorators: dict[str, Role] = {}
    registrars: dict[str, tuple[Role, int]] = {}
    functions: dict[str, tuple[Role, int]] = {}
    function_decorators: dict[str, Role] = {}
    lifespan_keywords: frozenset[str] = frozenset()
    startup_keywords: frozenset[str] = frozenset()
    startup_lists: frozenset[str] = frozenset()
    pool: frozenset[Role] = frozenset()
    request_position: int | None = None
    """Where a route's function gets its request, for frameworks that hand it over by position."""
    request: str = ""
    application: str = ""
    """What start-up handlers and lifespans get as their first argument."""
    view_classes: frozenset[str] = frozenset()
    view_methods: frozenset[str] = frozenset()
    converts_response: bool = True
    """What a route returns is turned into JSON by the framework."""


_HTTP = ("get", "post", "put", "delete", "patch", "options", "head", "trace")
_POOLED = frozenset({Role.ROUTE, Role.DEPENDENCY, Role.HANDLER, Role.BACKGROUND})

FASTAPI = Framework(
    name="FastAPI",
    owners=frozenset(
        {"fastapi.FastAPI", "fastapi.APIRouter", "fastapi.applications.FastAPI", "fastapi.routing.APIRouter"}
    ),
    decorators={
        **dict.fromkeys(_HTTP, Role.ROUTE),
        "api_route": Role.ROUTE,
        "route": Role.ROUTE,
        "websocket": Role.ROUTE,
        "websocket_route": Role.ROUTE,
        "middleware": Role.MIDDLEWARE,
        "on_event": Role.STARTUP,
        "exception_handler": Role.HANDLER,
    },
    registrars={
        "add_api_route": (Role.ROUTE, 1),
        "add_route": (Role.ROUTE, 1),
        "add_api_websocket_route": (Role.ROUTE, 1),
        "add_websocket_route": (Role.ROUTE, 1),
        "add_event_handler": (Role.STARTUP, 1),
        "add_exception_handler": (Role.HANDLER, 1),
    },
    lifespan_keywords=frozenset({"lifespan"}),
    startup_keywords=frozenset({"on_startup", "on_shutdown"}),
    pool=_POOLED,
    application="fastapi.FastAPI",
)

STARLETTE = Framework(
    name="Starlette",
    owners=frozenset({"starlette.applications.Starlette", "starlette.routing.Router"}),
    decorators={
        "route": Role.ROUTE,
        "websocket_route": Role.ROUTE,
        "middleware": Role.MIDDLEWARE,
        "on_event": Role.STARTUP,
        "exception_handler": Role.HANDLER,
    },
    registrars={
        "add_route": (Role.ROUTE, 1),
        "add_websocket_route": (Role.ROUTE, 1),
        "add_event_handler": (Role.STARTUP, 1),
        "add_exception_handler": (Role.HANDLER, 1),
    },
    functions={
        "starlette.routing.Route": (Role.ROUTE, 1),
        "starlette.routing.WebSocketRoute": (Role.ROUTE, 1),
        "starlette.background.BackgroundTask": (Role.BACKGROUND, 0),
    },
    lifespan_keywords=frozenset({"lifespan"}),
    startup_keywords=frozenset({"on_startup", "on_shutdown"}),
    pool=_POOLED,
    request_position=0,
    request="starlette.requests.Request",
    application="starlette.applications.Starlette",
    view_classes=frozenset({"starlette.endpoints.HTTPEndpoint"}),
    view_methods=frozenset(_HTTP),
    converts_response=False,
)

BACKGROUND_TASKS = Framework(
    name="Starlette",
    owners=frozenset(
        {"fastapi.BackgroundTasks", "starlette.background.BackgroundTasks", "fastapi.background.BackgroundTasks"}
    ),
    registrars={"add_task": (Role.BACKGROUND, 0)},
    pool=_POOLED,
)

LITESTAR = Framework(
    name="Litestar",
    owners=frozenset({"litestar.Litestar", "litestar.Router", "litestar.app.Litestar", "litestar.router.Router"}),
    function_decorators={
        f"litestar.{module}{verb}": Role.ROUTE for verb in (*_HTTP, "route") for module in ("", "handlers.")
    },
    functions={"litestar.di.Provide": (Role.DEPENDENCY, 0)},
    lifespan_keywords=frozenset({"lifespan"}),
    startup_keywords=frozenset({"on_startup", "on_shutdown"}),
    application="litestar.Litestar",
    view_classes=frozenset({"litestar.Controller", "litestar.controller.Controller"}),
)

AIOHTTP = Framework(
    name="aiohttp",
    owners=frozenset(
        {
            "aiohttp.web.Application",
            "aiohttp.web.UrlDispatcher",
            "aiohttp.web.RouteTableDef",
            "aiohttp.web.Application.router",
        }
    ),
    decorators={**dict.fromkeys(_HTTP, Role.ROUTE), "view": Role.ROUTE, "route": Role.ROUTE},
    registrars={
        **dict.fromkeys((f"add_{verb}" for verb in _HTTP), (Role.ROUTE, 1)),
        "add_view": (Role.ROUTE, 1),
        "add_route": (Role.ROUTE, 2),
    },
    functions={
        **dict.fromkeys((f"aiohttp.web.{verb}" for verb in _HTTP), (Role.ROUTE, 1)),
        "aiohttp.web.route": (Role.ROUTE, 2),
    },
    function_decorators={"aiohttp.web.middleware": Role.MIDDLEWARE},
    startup_lists=frozenset({"on_startup", "on_shutdown", "on_cleanup", "cleanup_ctx"}),
    request_position=0,
    request="aiohttp.web.Request",
    application="aiohttp.web.Application",
    view_classes=frozenset({"aiohttp.web.View"}),
    view_methods=frozenset(_HTTP),
    converts_response=False,
)

QUART = Framework(
    name="Quart",
    owners=frozenset({"quart.Quart", "quart.Blueprint", "quart.app.Quart", "quart.blueprints.Blueprint"}),
    decorators={
        **dict.fromkeys(_HTTP, Role.ROUTE),
        "route": Role.ROUTE,
        "websocket": Role.ROUTE,
        "before_request": Role.MIDDLEWARE,
        "after_request": Role.MIDDLEWARE,
        "before_serving": Role.STARTUP,
        "after_serving": Role.STARTUP,
        "while_serving": Role.STARTUP,
        "errorhandler": Role.HANDLER,
    },
    registrars={"add_url_rule": (Role.ROUTE, 2)},
    pool=_POOLED,
)

SANIC = Framework(
    name="Sanic",
    owners=frozenset({"sanic.Sanic", "sanic.Blueprint", "sanic.app.Sanic", "sanic.blueprints.Blueprint"}),
    decorators={
        **dict.fromkeys(_HTTP, Role.ROUTE),
        "route": Role.ROUTE,
        "websocket": Role.ROUTE,
        "middleware": Role.MIDDLEWARE,
        "on_request": Role.MIDDLEWARE,
        "on_response": Role.MIDDLEWARE,
        "listener": Role.STARTUP,
        "before_server_start": Role.STARTUP,
        "after_server_start": Role.STARTUP,
        "main_process_start": Role.STARTUP,
        "before_server_stop": Role.STARTUP,
        "after_server_stop": Role.STARTUP,
        "exception": Role.HANDLER,
    },
    registrars={"add_route": (Role.ROUTE, 0), "register_listener": (Role.STARTUP, 0), "add_task": (Role.BACKGROUND, 0)},
    request_position=0,
    request="sanic.request.Request",
    application="sanic.Sanic",
    view_classes=frozenset({"sanic.views.HTTPMethodView"}),
    view_methods=frozenset(_HTTP),
    converts_response=False,
)

TORNADO = Framework(
    name="Tornado",
    owners=frozenset(),
    view_classes=frozenset({"tornado.web.RequestHandler", "tornado.websocket.WebSocketHandler"}),
    view_methods=frozenset({*_HTTP, "prepare", "on_message", "open", "on_close"}),
    converts_response=False,
)

_CLI_OWNERS = frozenset({"typer.Typer", "click.Group", "click.group"})

SCRIPTS = Framework(
    name="command line",
    owners=_CLI_OWNERS,
    decorators={"command": Role.COMMAND, "callback": Role.COMMAND, "group": Role.COMMAND},
    function_decorators={"click.command": Role.COMMAND, "click.group": Role.COMMAND},
)

TASK_QUEUES = Framework(
    name="task queue",
    owners=frozenset({"celery.Celery", "huey.RedisHuey", "dramatiq.actor", "rq.job", "taskiq.InMemoryBroker"}),
    decorators={"task": Role.JOB, "periodic_task": Role.JOB},
    function_decorators={"celery.shared_task": Role.JOB, "celery.task": Role.JOB, "dramatiq.actor": Role.JOB},
)

_SCHEDULERS = Framework(
    name="APScheduler",
    owners=frozenset(
        f"apscheduler.schedulers.{module}.{name}"
        for module, name in (
            ("asyncio", "AsyncIOScheduler"),
            ("background", "BackgroundScheduler"),
            ("blocking", "BlockingScheduler"),
        )
    ),
    decorators={"scheduled_job": Role.HANDLER},
    registrars={"add_job": (Role.HANDLER, 0)},
)

_BOTS = Framework(
    name="bot",
    owners=frozenset(
        {
            "discord.ext.commands.Bot",
            "discord.ext.commands.AutoShardedBot",
            "discord.Client",
            "discord.Bot",
            "nextcord.ext.commands.Bot",
            "disnake.ext.commands.Bot",
            "pyrogram.Client",
            "telethon.TelegramClient",
            "aiogram.Dispatcher",
            "aiogram.Router",
        }
    ),
    decorators={
        "command": Role.HANDLER,
        "hybrid_command": Role.HANDLER,
        "event": Role.HANDLER,
        "listen": Role.HANDLER,
        "slash_command": Role.HANDLER,
        "on_message": Role.HANDLER,
        "on_callback_query": Role.HANDLER,
        "on": Role.HANDLER,
        "message": Role.HANDLER,
        "message_handler": Role.HANDLER,
        "callback_query": Role.HANDLER,
        "callback_query_handler": Role.HANDLER,
    },
    function_decorators={
        "discord.ext.commands.command": Role.HANDLER,
        "discord.ext.commands.group": Role.HANDLER,
        "discord.ext.commands.hybrid_command": Role.HANDLER,
        "discord.ext.commands.Cog.listener": Role.HANDLER,
        "discord.app_commands.command": Role.HANDLER,
        "discord.ext.tasks.loop": Role.HANDLER,
    },
)

FRAMEWORKS = (
    FASTAPI,
    STARLETTE,
    BACKGROUND_TASKS,
    LITESTAR,
    AIOHTTP,
    QUART,
    SANIC,
    TORNADO,
    SCRIPTS,
    TASK_QUEUES,
    _SCHEDULERS,
    _BOTS,
)

_BY_OWNER = {owner: framework for framework in FRAMEWORKS for owner in framework.owners}


PACKAGES = frozenset(owner.split(".")[0] for owner in _BY_OWNER)
"""What the frameworks are imported as."""


def framework_of(dotted: str) -> Framework | None:
    """The framework whose application, router or similar class this is."""
    return _BY_OWNER.get(dotted)


DEPENDS = frozenset(
    {"fastapi.Depends", "fastapi.Security", "fastapi.params.Depends", "fastapi.param_functions.Depends"}
)


MIDDLEWARE_CLASSES = frozenset(
    {"starlette.middleware.base.BaseHTTPMiddleware", "fastapi.middleware.BaseHTTPMiddleware", "aiogram.BaseMiddleware"}
)
"""Base classes whose `dispatch` or `__call__` runs for every request or message."""


class Sender(msgspec.Struct, frozen=True):
    """Something that turns its argument into JSON: the position and the keyword of that argument."""

    position: int
    keyword: str
    is_custom: bool = False


RESPONSES = {
    **{
        f"{module}.{name}": Sender(0, "content")
        for module in ("fastapi.responses", "starlette.responses")
        for name in ("JSONResponse", "ORJSONResponse", "UJSONResponse")
    },
    "fastapi.HTTPException": Sender(1, "detail"),
    "fastapi.exceptions.HTTPException": Sender(1, "detail"),
    "starlette.exceptions.HTTPException": Sender(1, "detail"),
    "json.dumps": Sender(0, "obj"),
    "json.dump": Sender(0, "obj"),
    "fastapi.encoders.jsonable_encoder": Sender(0, "obj"),
    "aiohttp.web.json_response": Sender(0, "data"),
    "sanic.response.json": Sender(0, "body"),
    "sanic.json": Sender(0, "body"),
    "quart.jsonify": Sender(0, ""),
}
"""What fails on an ObjectId. A call with an encoder of its own (`default=`, `cls=`, `custom_encoder=`, `dumps=`)
does not."""


_APPLICATIONS = {
    "fastapi.FastAPI": "starlette",
    "fastapi.applications.FastAPI": "starlette",
    "starlette.applications.Starlette": "starlette",
    "litestar.Litestar": "litestar",
    "litestar.app.Litestar": "litestar",
    "aiohttp.web.Application": "aiohttp",
    "aiohttp.web_app.Application": "aiohttp",
    "quart.Quart": "quart",
    "quart.current_app": "quart",
    "sanic.Sanic": "sanic",
    "sanic.app.Sanic": "sanic",
    "tornado.web.Application": "tornado",
}

APPLICATION_CLASSES = frozenset(_APPLICATIONS)

_REQUESTS = {
    **{
        f"{module}.{name}": "starlette"
        for module in (
            "fastapi",
            "fastapi.requests",
            "starlette.requests",
            "fastapi.websockets",
            "starlette.websockets",
        )
        for name in ("Request", "WebSocket", "HTTPConnection")
    },
    "litestar.Request": "litestar",
    "aiohttp.web.Request": "aiohttp",
    "aiohttp.web.BaseRequest": "aiohttp",
    "sanic.Request": "sanic",
    "sanic.request.Request": "sanic",
}


def holder_of(dotted: str) -> str | None:
    """A name for all the instances of this class that a project attaches its things to, or None.

    Applications are "app:<framework>", requests are "request:<framework>".
    """
    if dotted in _APPLICATIONS:
        return f"app:{_APPLICATIONS[dotted]}"
    if dotted == "litestar.datastructures.State":
        return "state:app:litestar"
    if dotted in _REQUESTS:
        return f"request:{_REQUESTS[dotted]}"
    return None
