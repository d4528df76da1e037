"""Source lines: marks beneath the right characters, and never a password."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pymongo_async_lint.masking import masked, secrets
from pymongo_async_lint.report.snippet import snippet


def marked(line: str, part: str, **more: int) -> tuple[str, str]:
    start = line.index(part)
    made = snippet(line, start, start + len(part), secrets(line), **more)
    return made.line, made.marks


@pytest.mark.parametrize(
    ("line", "part", "shown", "marks"),
    [
        ("    users.find_one(key)", "users.find_one(key)", "    users.find_one(key)", "    ^^^^^^^^^^^^^^^^^^^"),
        ("\tfind()", "find()", "    find()", "    ^^^^^^"),
        ("a\tfind()", "find()", "a   find()", "    ^^^^^^"),
        ("日本 = find()", "find()", "日本 = find()", "       ^^^^^^"),
        ("find('日本')", "find('日本')", "find('日本')", "^^^^^^^^^^^^"),
        ("e\u0301 = find()", "find()", "e\u0301 = find()", "    ^^^^^^"),
        ("a\x1b[31m = find()", "find()", "a\ufffd[31m = find()", "         ^^^^^^"),
        ("a\u202e = find()", "find()", "a\ufffd = find()", "     ^^^^^^"),
        ("x  ", "x", "x", "^"),
    ],
)
def test_marks_stand_beneath_their_characters(line: str, part: str, shown: str, marks: str) -> None:
    assert marked(line, part) == (shown, marks)


def test_an_empty_span_is_marked_too() -> None:
    assert snippet("", 0, 0).marks == "^"
    assert snippet("abc", 3, 3).marks == "   ^"


def test_a_long_line_is_cut_around_the_marks() -> None:
    line = "a" * 300 + "find()" + "b" * 300
    shown, marks = marked(line, "find()", width=40)
    assert shown == "…" + "a" * 13 + "find()" + "b" * 19 + "…"
    assert shown[marks.index("^") : len(marks)] == "find()"


def test_a_line_that_is_long_behind_its_beginning_keeps_it() -> None:
    assert marked("find()" + "b" * 300, "find()", width=20) == ("find()" + "b" * 12 + "…", "^^^^^^")


def test_a_line_that_is_long_before_its_end_keeps_it() -> None:
    assert marked("b" * 300 + "find()", "find()", width=20) == ("…" + "b" * 12 + "find()", " " * 13 + "^" * 6)


CHARACTERS = st.text(st.sampled_from("ab \t日é\u0301('\x00"), max_size=60)


@given(before=CHARACTERS, after=CHARACTERS, width=st.integers(20, 60))
def test_the_marked_text_is_always_shown(before: str, after: str, width: int) -> None:
    made = snippet(f"{before}NAME{after}", len(before), len(before) + 4, width=width)
    columns = sum(2 if character == "日" else 0 if character == "\u0301" else 1 for character in made.line)
    assert columns <= width
    wide = made.line[: made.line.index("NAME")]
    assert len(made.marks) - 4 == sum(2 if c == "日" else 0 if c == "\u0301" else 1 for c in wide)
    assert made.marks.strip() == "^^^^"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('"mongodb://ann:s3cret@db.example.com/x"', '"mongodb://***@db.example.com/x"'),
        ("'mongodb+srv://ann:s3cret@c0.mongodb.net'", "'mongodb+srv://***@c0.mongodb.net'"),
        ('"MONGODB://ann:s3cret@h"', '"MONGODB://***@h"'),
        ('"redis://:s3cret@cache:6379"', '"redis://***@cache:6379"'),
        ('"postgresql+asyncpg://ann:s3cret@h"', '"postgresql+asyncpg://***@h"'),
        ('"mongodb://ann@h"', '"mongodb://***@h"'),
        ('"mongodb://ann:s3@cret/@h"', '"mongodb://***@h"'),
        ('"mongodb://ann:s3 cret@h"', '"mongodb://***@h"'),
        ("\"mongodb://ann:%s@h\" % 's3cret'", "\"mongodb://***@h\" % 's3cret'"),
        ('"mongodb://ann:" + "s3cret" + "@h"', '"mongodb://***@h"'),
        ('"mongodb://ann:" "s3cret@h"', '"mongodb://***@h"'),
        ('"mongodb://" + user + ":s3cret@h"', '"mongodb://***@h"'),
        ('f"mongodb://{user}:s3cret@{host}"', 'f"mongodb://***@{host}"'),
        ('f"mongodb://{os.environ["USER"]}:s3cret@{host}"', 'f"mongodb://***@{host}"'),
        ("AsyncMongoClient(username='ann', password='s3cret')", "AsyncMongoClient(username='ann', password='***')"),
        ('{"password": "s3cret", "a": 1}', '{"password": "***", "a": 1}'),
        ('DB_PASSWORD = r"s3\\"cret"', 'DB_PASSWORD = r"***"'),
        ('"mongodb://localhost:27017"', '"mongodb://localhost:27017"'),
        ('"mongodb://localhost", mail="a@b.c"', '"mongodb://localhost", mail="a@b.c"'),
        ("@app.get('/users')", "@app.get('/users')"),
        ('password = ""', 'password = ""'),
    ],
)
def test_secrets_are_masked(text: str, shown: str) -> None:
    assert snippet(text, 0, 1, secrets(text)).line == shown
    assert masked(text) == shown


def test_a_password_on_a_line_of_its_own_is_masked() -> None:
    text = 'URI = (\n    "mongodb://ann:"\n    "s3cret@db.example.com"\n)\n'
    begin = text.index('    "s3')
    line = text[begin : text.index("\n", begin)]
    hidden = [(max(start - begin, 0), end - begin) for start, end in secrets(text)]
    assert snippet(line, 0, 1, hidden).line == '***@db.example.com"'


WORDS = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x24F, exclude_characters="\"'{}\\"), min_size=1, max_size=12
)


@given(user=WORDS, password=WORDS, scheme=st.sampled_from(["mongodb", "mongodb+srv", "amqp", "https"]))
def test_no_password_is_ever_shown(user: str, password: str, scheme: str) -> None:
    marker = f"SECRET{password}SECRET".replace("\xa0", "").replace("\x85", "")
    text = f'client = AsyncMongoClient("{scheme}://{user}:{marker}@host/db", tz_aware=True)'
    if scheme in ("mongodb", "mongodb+srv") or not any(c.isspace() for c in user):
        assert "SECRET" not in snippet(text, 0, 6, secrets(text)).line


def test_looking_for_secrets_takes_linear_time() -> None:
    hostile = '"mongodb://' + "{a}" * 5_000 + "{" * 5_000 + '" "' * 5_000 + "x" * 50_000 + "://" * 5_000
    started = time.process_time()
    assert secrets(hostile) == []
    assert time.process_time() - started < 5
