from __future__ import annotations

import ast
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pymongo_async_lint.capture.literals import LONGEST_STRING, integer_value, presentable, string_value

ESCAPES = ["\\n", "\\\\", "\\'", '\\"', "\\x41", "\\u00e9", "\\U0001d11e", "\\101", "\\0", "\\7z", "\\N{EM DASH}", "\\d", "\\\n", "\\\r\n"]  # fmt: skip
PIECES = st.one_of(st.sampled_from("aé𝄞{ "), st.sampled_from(ESCAPES), st.sampled_from("abfrtv").map("\\{}".format))


@settings(deadline=None)
@given(
    st.lists(PIECES).map("".join),
    st.sampled_from(["", "r", "R", "u", "U"]),
    st.sampled_from(["'", '"', "'''", '"""']),
)
def test_strings_have_the_value_that_python_gives_them(body: str, prefix: str, quotes: str) -> None:
    literal = f"{prefix}{quotes}{body}{quotes}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            expected = ast.literal_eval(literal)
        except SyntaxError:
            return
    assert string_value(literal) == expected


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("''", ""),
        ('""""""', ""),
        ("'''a\r\nb\rc\nd'''", "a\nb\nc\nd"),
        ("r'\\n'", "\\n"),
        ("'\\ud800x'", "\ufffdx"),
        ("b'a'", None),
        ("Rb'a'", None),
        ("BR'''a'''", None),
    ],
)
def test_strings(literal: str, value: str | None) -> None:
    assert string_value(literal) == value


@settings(deadline=None)
@given(st.text())
def test_any_text_comes_back_from_its_representation(text: str) -> None:
    assert string_value(repr(text)) == text


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("mongodb://root:hunter2@db:27017/app", "mongodb://***@db:27017/app"),
        ("mongodb+srv://root@cluster.example.net/?w=majority", "mongodb+srv://***@cluster.example.net/?w=majority"),
        ("mongodb://root:p@ss:w/rd@a,b,c/app", "mongodb://***@a,b,c/app"),
        (
            "set MONGO_URI=mongodb://root:hunter2@db or https://me:token@example.org/x",
            "set MONGO_URI=mongodb://***@db or https://***@example.org/x",
        ),
        ("mongodb://root:%s@%s", "mongodb://***@%s"),
        ("mongodb://root:hunter2", "mongodb://***"),
        ("mongodb://root:2hunter", "mongodb://***"),
        ("mongodb://localhost:27017", "mongodb://localhost:27017"),
        ("mongodb://localhost:27017/app", "mongodb://localhost:27017/app"),
        ("mongodb://a:1,b:2/app?replicaSet=rs", "mongodb://a:1,b:2/app?replicaSet=rs"),
        ("mongodb:///tmp/mongodb.sock", "mongodb:///tmp/mongodb.sock"),
        ("https://example.org:8080/a", "https://example.org:8080/a"),
        ("me@example.org", "me@example.org"),
    ],
)
def test_addresses_lose_their_credentials(address: str, kept: str) -> None:
    assert presentable(address) == kept


SECRET = st.text(alphabet="abcxyz0189!$%&*+-._~:@/", min_size=4, max_size=20).map(lambda text: f"S3cr{text}eT")


@settings(deadline=None)
@given(
    SECRET,
    SECRET,
    st.sampled_from(["mongodb", "mongodb+srv", "postgresql"]),
    st.text(max_size=20),
    st.integers(0, 2000),
)
def test_no_user_or_password_is_kept(user: str, password: str, scheme: str, around: str, padding: int) -> None:
    kept = presentable(f"{around} {'x' * padding} {scheme}://{user}:{password}@host/{around}")
    assert user not in kept and password not in kept
    assert len(kept) <= LONGEST_STRING


@pytest.mark.parametrize("literal", ["0", "00", "0_0", "1_000", "0xFf", "0O17", "0b1_0", "18446744073709551615"])
def test_integers(literal: str) -> None:
    assert integer_value(literal) == ast.literal_eval(literal)


@pytest.mark.parametrize("literal", ["18446744073709551616", "0x1" + "0" * 16, "9" * 5000])
def test_integers_of_more_than_64_bits_have_no_value(literal: str) -> None:
    assert integer_value(literal) is None
