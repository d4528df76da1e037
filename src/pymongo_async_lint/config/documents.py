"""What is made from the declared settings: JSON schemas, the table in the docs, and settings as TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, get_type_hints

import msgspec
from msgspec import NODEFAULT, Meta, Struct, structs

from pymongo_async_lint.config.settings import Settings

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


class Key(Struct, frozen=True):
    """One key of a table of settings."""

    attribute: str
    """The name of the field that holds it."""
    name: str
    says: str
    must_be: str
    """What its values have to be, as an end of the sentence "it must be …"."""
    example: Any
    type: Any
    """The annotation of the field, without what is said of it."""
    default: Any


def keys(type_: type[Struct] = Settings) -> Iterator[Key]:
    """The keys that a table has, as its type declares them."""
    hints = get_type_hints(type_, include_extras=True)
    for field in structs.fields(type_):
        annotation = hints[field.name]
        (meta,) = (said for said in annotation.__metadata__ if isinstance(said, Meta))
        default = field.default_factory() if field.default is NODEFAULT else field.default
        (example,) = meta.examples or (None,)
        must_be = (meta.extra or {})["must_be"]
        says = str(meta.description)
        yield Key(field.name, field.encode_name, says, must_be, example, annotation.__origin__, default)


def schema() -> dict[str, Any]:
    """The JSON schema of `pymongo-async-lint.toml`, and of the table in `pyproject.toml`."""
    document = msgspec.json.schema(Settings)
    top = document["$defs"].pop(Settings.__name__)
    top["description"] = "The settings of pymongo-async-lint."
    rest = {"$defs": document["$defs"]} if document["$defs"] else {}
    found: dict[str, Any] = _without_null(
        {"$schema": "https://json-schema.org/draft/2020-12/schema", **top, "title": "pymongo-async-lint", **rest}
    )
    return found


def vscode_setting() -> dict[str, Any]:
    """The same as a setting of VS Code, whose value is such a table. VS Code knows no `$defs` there."""
    document = schema()
    return {
        "type": "object",
        "default": {},
        "scope": "window",
        "markdownDescription": "Goes over the settings of the projects; the same keys as in `pymongo-async-lint.toml`.",
        "properties": document["properties"],
        "additionalProperties": document["additionalProperties"],
    }


def _without_null(schema: Any) -> Any:
    """TOML has no null: where a field may be None, its key is left out."""
    if isinstance(schema, list):
        return [_without_null(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: _without_null(value) for name, value in schema.items() if not (name == "default" and value is None)}
    choices = [choice for choice in kept.pop("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        kept |= choices[0]
    elif choices:
        kept["anyOf"] = choices
    return kept


def table() -> str:
    """The table of all keys, in Markdown."""
    rows = ["| key | what it says | example |", "| --- | --- | --- |"]
    for key in keys():
        example = f"{key.name} = {toml(key.example)}".replace("|", "\\|")
        rows.append(f"| `{key.name}` | {key.says} | `{example}` |")
    return "\n".join(rows) + "\n"


def shown(settings: Settings) -> str:
    """Settings as the text of a `pymongo-async-lint.toml`, every key of them; what says nothing is a comment."""
    lines = []
    for key in keys():
        value = getattr(settings, key.attribute)
        lines.append(f"# {key.name}: not set" if value is None else f"{key.name} = {toml(value)}")
    return "\n".join(lines) + "\n"


def toml(value: Any) -> str:
    """A value as one line of TOML."""
    if isinstance(value, Struct):
        value = {key.name: getattr(value, key.attribute) for key in keys(type(value))}
    if isinstance(value, dict):
        items = [f"{_toml_key(key)} = {toml(item)}" for key, item in value.items() if item is not None]
        return f"{{ {', '.join(items)} }}" if items else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml_key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else toml(key)
