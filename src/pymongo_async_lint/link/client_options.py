"""Which options the source gives to a client, as keywords and in its address."""

from __future__ import annotations

from urllib.parse import unquote_plus

import msgspec

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import Flavour
from pymongo_async_lint.link.constants import Unseen, Value, constant, is_used_only_here, written
from pymongo_async_lint.link.flow import Construction
from pymongo_async_lint.link.project import Project
from pymongo_async_lint.link.scopes import Scope

POSITIONS = ("host", "port", "document_class", "tz_aware", "connect", "type_registry")

SCHEMES = ("mongodb://", "mongodb+srv://")


class GivenOption(msgspec.Struct, frozen=True):
    """An option as it is written, and its value as far as the source tells."""

    name: str
    value: Value | Unseen
    node: f.Node
    in_address: bool = False


class SeenOptions(msgspec.Struct, frozen=True):
    """All options of one client that can be seen."""

    given: tuple[GivenOption, ...]
    port: Value | Unseen
    address: str | None
    """The text of the address, without user and password; None where the source does not tell."""
    is_complete: bool
    """Can there be no other options, neither behind `**` nor in an address that isn't known?"""

    def named(self, name: str) -> GivenOption | None:
        """The option of this name, in whatever case; keywords win."""
        found = [one for one in self.given if one.name.lower() == name.lower()]
        return min(found, key=lambda one: one.in_address, default=None)

    def value(self, name: str) -> Value | Unseen:
        found = self.named(name)
        return found.value if found is not None else None

    @property
    def hosts(self) -> int | None:
        """How many hosts the address names."""
        if self.address is None:
            return None
        rest = self.address.partition("://")[2] or self.address
        authority = rest.partition("?")[0].partition("/")[0].rpartition("@")[2]
        return authority.count(",") + 1

    @property
    def is_srv(self) -> bool:
        return self.address is not None and self.address.startswith("mongodb+srv://")


def client_options(project: Project, scope: Scope, construction: Construction) -> SeenOptions:
    """The options that the call of a client's class gives."""
    given: list[GivenOption] = []
    address: str | None = None
    port: Value | Unseen = None
    is_complete = True
    has_host = False
    position = 0
    for argument in construction.node.args:
        if argument.star == 1:
            is_complete, position = False, len(POSITIONS)
            continue
        if argument.star == 2:
            found = _spread(project, scope, argument.value)
            is_complete = is_complete and found is not None
            given.extend(found or ())
            continue
        name = argument.keyword
        if name is None:
            name = POSITIONS[position] if position < len(POSITIONS) else None
            position += 1
        match name:
            case None:
                is_complete = False
            case "host":
                has_host = True
                text = constant(project, scope, argument.value)
                address = text if isinstance(text, str) else None
                given.extend(_in_address(text, argument.value) if isinstance(text, str) else ())
                is_complete = is_complete and isinstance(text, str)
            case "port":
                port = constant(project, scope, argument.value)
            case _:
                given.append(GivenOption(name, constant(project, scope, argument.value), argument))
    if not has_host:
        address = "localhost" if is_complete else None
    if construction.driver.type.flavour is Flavour.MOTOR:
        given = [one for one in given if one.name != "io_loop"]
    return SeenOptions(tuple(given), port, address, is_complete)


def _spread(project: Project, scope: Scope, node: f.Expr) -> list[GivenOption] | None:
    """The options in `**{…}`; None where they can't all be seen."""
    value = written(project, scope, node)
    if isinstance(node, f.Name) and not is_used_only_here(scope, node):
        return None
    if not isinstance(value, f.Dict):
        return None
    found: list[GivenOption] = []
    for entry in value.entries:
        if not (isinstance(entry.key, f.Constant) and isinstance(entry.key.value, str)):
            return None
        found.append(GivenOption(entry.key.value, constant(project, scope, entry.value), entry.key))
    return found


def _in_address(address: str, node: f.Expr) -> list[GivenOption]:
    if not address.startswith(SCHEMES):
        return []
    found: list[GivenOption] = []
    query = address.partition("://")[2].partition("?")[2]
    for part in query.replace(";", "&").split("&"):
        name, equals, value = part.partition("=")
        if name and equals:
            found.append(GivenOption(name, _parsed(unquote_plus(value)), node, in_address=True))
    return found


def _parsed(text: str) -> Value:
    """Numbers and truth values of an address are texts."""
    if text in ("true", "false"):
        return text == "true"
    try:
        return int(text)
    except ValueError:
        return text
