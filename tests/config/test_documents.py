"""What is made from the declared settings agrees with them, and with those who read it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pymongo_async_lint.config import Settings
from pymongo_async_lint.config.documents import keys, schema, shown, table, toml
from pymongo_async_lint.rules.selection import unknown_code

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES: dict[str, Any] = {key.name: key.example for key in keys()}


def test_the_published_schema_is_the_one_of_the_code() -> None:
    """If it is not, run tools/make_settings_docs.py."""
    assert json.loads((DOCS / "settings.schema.json").read_text(encoding="utf-8")) == json.loads(json.dumps(schema()))


def test_the_published_table_is_the_one_of_the_code() -> None:
    """If it is not, run tools/make_settings_docs.py."""
    assert table() in (DOCS / "settings.md").read_text(encoding="utf-8")


def test_the_examples_are_valid() -> None:
    msgspec.convert(EXAMPLES, Settings)
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(EXAMPLES, schema())
    for key in ("select", "extend-select", "ignore"):
        assert not any(map(unknown_code, EXAMPLES[key]))


@pytest.mark.parametrize("wrong", [{"slect": []}, {"select": "PMA1"}, {"objects": ["a"]}, {"preview": 1}])
def test_the_schema_refuses_what_we_refuse(wrong: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, Settings)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema())


def test_shown_settings_can_be_read_again() -> None:
    settings = msgspec.convert(EXAMPLES, Settings)
    assert msgspec.convert(tomllib.loads(shown(settings)), Settings) == settings
    assert msgspec.convert(tomllib.loads(shown(Settings())), Settings) == Settings()


VALUES = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(VALUES)
def test_values_are_written_as_toml_reads_them(value: Any) -> None:
    assert tomllib.loads(f"key = {toml(value)}") == {"key": value}
