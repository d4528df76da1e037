"""What a finding is known by, however the code around it changes."""

from __future__ import annotations

import pytest

from pymongo_async_lint.fingerprints import code_of, fingerprints, normalised
from pymongo_async_lint.rules.finding import Finding, Place, Severity


def marks(text: str, *calls: str, path: str = "app.py", code: str = "PMA101") -> list[str]:
    findings = []
    offset = 0
    for call in calls:
        offset = text.index(call, offset)
        findings.append(Finding(code, "x", Severity.ERROR, Place(path, offset, offset + len(call)), "message"))
        offset += 1
    return fingerprints(findings, {path: text})


CALL = 'users.insert_one({"name": name})'
BEFORE = marks(f"await x\n{CALL}\n", CALL)


@pytest.mark.parametrize(
    "laid_out",
    [
        CALL,
        "users.insert_one({'name': name})",
        'users.insert_one(\n    {"name": name},\n)',
        'users.insert_one(\r\n\t{\r\n\t\t"name":name,\r\n\t},\r\n)',
        '(users\n    .insert_one( { "name" : name } ))'[1:-1],
    ],
)
def test_layout_and_place_change_nothing(laid_out: str) -> None:
    assert marks(f"import os\n\n\nx = 1\n{laid_out}  # a remark\n", laid_out) == BEFORE


@pytest.mark.parametrize(
    "other", ["users.insert_one({})", "users.insert_many(names)", "user.insert_one({'name': name})"]
)
def test_other_code_is_another_finding(other: str) -> None:
    assert marks(other, other) != BEFORE


def test_other_files_and_codes_are_other_findings() -> None:
    text = f"await x\n{CALL}\n"
    assert len({*BEFORE, *marks(text, CALL, path="other.py"), *marks(text, CALL, code="PMA102")}) == 3


def test_words_stay_apart() -> None:
    assert normalised("not  x in\ty") == "not x in y" != normalised("notxiny")


def test_findings_alike_are_told_apart_by_their_order() -> None:
    text = f"{CALL}\nother()\n{CALL}\n"
    first, second = marks(text, CALL, CALL)
    assert first != second
    assert marks("import os\n" + text, CALL, CALL) == [first, second]
    assert marks(text.replace("other()\n", ""), CALL, CALL) == [first, second]


def test_no_password_gets_into_a_fingerprint() -> None:
    one, other = (f'MongoClient("mongodb://ann:{word}@localhost")' for word in ("s3cret", "0ther"))
    assert marks(one, one) == marks(other, other)
    finding = Finding("PMA301", "x", Severity.ERROR, Place("app.py", 0, len(one)), "message")
    assert code_of(finding, {"app.py": one}) == 'MongoClient("mongodb://***@localhost")'
