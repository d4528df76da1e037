"""The formats for other programs, on real projects: by their published schemas, or by programs that read them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as xml

import junitparser
import pytest
import xmlschema
from jsonschema import Draft7Validator, Draft202012Validator

from pymongo_async_lint import documentation
from pymongo_async_lint.report import FORMATS
from pymongo_async_lint.rules.registry import RULES

Write = Callable[[Mapping[str, "str | bytes"]], Path]
Run = Callable[..., CompletedProcess[str]]
Spot = tuple[str, int, str]
"""Path, line and code of a finding."""

SCHEMAS = Path(__file__).parent / "schemas"

SHOP = {
    "app/__init__.py": "",
    "app/db.py": """
        from pymongo import AsyncMongoClient, MongoClient

        db = AsyncMongoClient("mongodb://ann:s3cret@localhost").shop
        old = MongoClient().shop
        """,
    "app/stock.py": """
        from app.db import old


        def count(query):
            return old.stock.count_documents(query)


        def is_empty():
            return not count({})
        """,
    "app/my orders, 100%.py": """
        from fastapi import FastAPI
        from motor.motor_asyncio import AsyncIOMotorClient

        from app import stock
        from app.db import db

        app = FastAPI()
        motor = AsyncIOMotorClient().shop


        @app.post("/orders")
        async def add(order: dict):
            name = "ü"; db.orders.insert_one(
                order,
            )
            await motor.orders.find_one()
            return {"empty": stock.is_empty(), "name": name}
        """,
}
ODD = "app/my orders, 100%.py"
FOUND = [(ODD, 14, "PMA101"), (ODD, 17, "PMA204"), (ODD, 18, "PMA202")]
CLEAN = {"app.py": "import pymongo\n"}
BROKEN = {**SHOP, "bad.py": "import pymongo\ndef f(:\n"}
TOLD = ("bad.py", 2, "PMA001")


# --- what each format says, read by its schema or its own readers -----------------------------------------------------


def from_json(text: str) -> Iterator[Spot]:
    document = json.loads(text)
    for record in document["findings"] + document["problems"]:
        yield record["path"], record["line"], record["code"]


def from_jsonl(text: str) -> Iterator[Spot]:
    *records, summary = (json.loads(line) for line in text.splitlines())
    assert summary["type"] == "summary"
    for record in records:
        assert record["type"] == ("problem" if record["code"] == "PMA001" else "finding")
        yield record["path"], record["line"], record["code"]


def from_sarif(text: str) -> Iterator[Spot]:
    log = json.loads(text)
    Draft202012Validator(
        json.loads((SCHEMAS / "sarif-2.1.0.json").read_text()), format_checker=Draft202012Validator.FORMAT_CHECKER
    ).validate(log)
    (run,) = log["runs"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        yield *from_sarif_location(result["locations"][0]), result["ruleId"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] == (not invocation["toolExecutionNotifications"])
    for told in invocation["toolExecutionNotifications"]:
        yield *from_sarif_location(told["locations"][0]), told["descriptor"]["id"]


def from_sarif_location(location: dict[str, Any]) -> tuple[str, int]:
    physical = location["physicalLocation"]
    uri = physical["artifactLocation"]["uri"]
    assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", uri)
    return unquote(uri), physical["region"]["startLine"]


def from_github(text: str) -> Iterator[Spot]:
    for line in text.splitlines():
        command = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.+)", line)
        assert command, line
        given = dict(one.split("=") for one in command[2].split(","))
        assert given.keys() <= {"file", "line", "endLine", "col", "endColumn", "title"}
        assert ("endColumn" in given) == (given["line"] == given.get("endLine"))
        yield unescaped(given["file"]), int(given["line"]), given["title"].split()[0]


def unescaped(text: str) -> str:
    """What the runner makes of a property."""
    for escape, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(escape, character)
    return text


def from_gitlab(text: str) -> Iterator[Spot]:
    issues = json.loads(text)
    Draft202012Validator(json.loads((SCHEMAS / "gitlab.json").read_text())).validate(issues)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        yield issue["location"]["path"], issue["location"]["lines"]["begin"], issue["check_name"]


def from_junit(text: str) -> Iterator[Spot]:
    xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd").validate(xml.ElementTree(xml.fromstring(text.encode())))
    read = junitparser.JUnitXml.fromstring(text.encode())
    assert read.tests == sum(len(suite) for suite in read) > 0
    for case in (case for suite in read for case in suite):
        for outcome in case.result:
            assert outcome.message
            place = re.fullmatch(r"(PMA\d{3}).* at (\d+):\d+", case.name)
            assert place
            yield case.classname, int(place[2]), place[1]


def from_rdjson(text: str) -> Iterator[Spot]:
    document = json.loads(text)
    Draft7Validator(json.loads((SCHEMAS / "rdformat.json").read_text())).validate(document)
    for diagnostic in document["diagnostics"]:
        location = diagnostic["location"]
        yield location["path"], location["range"]["start"]["line"], diagnostic["code"]["value"]


def from_pylint(text: str) -> Iterator[Spot]:
    # As Jenkins' warnings plug-in and reviewdog's `%f:%l: [%t%n] %m` read it.
    for line in text.splitlines():
        parts = re.fullmatch(r"([^:]+):(\d+): \[([A-Z]+\d+)\] (.+)", line)
        assert parts, line
        yield parts[1], int(parts[2]), parts[3]


READERS: dict[str, Callable[[str], Iterator[Spot]]] = {
    "json": from_json,
    "jsonl": from_jsonl,
    "sarif": from_sarif,
    "github": from_github,
    "gitlab": from_gitlab,
    "junit": from_junit,
    "rdjson": from_rdjson,
    "pylint": from_pylint,
}

each_format = pytest.mark.parametrize("name", READERS)


def test_every_format_for_programs_is_read() -> None:
    assert {name for name, format_ in FORMATS.items() if not format_.is_for_people} == READERS.keys()


@each_format
def test_findings_are_told(project: Write, check: Run, name: str) -> None:
    finished = check("--format", name, cwd=project(SHOP))
    assert finished.returncode == 1
    assert sorted(READERS[name](finished.stdout)) == FOUND
    assert "s3cret" not in finished.stdout


@each_format
def test_no_findings_are_told_in_the_same_form(project: Write, check: Run, name: str) -> None:
    finished = check("--format", name, cwd=project(CLEAN))
    assert finished.returncode == 0
    assert list(READERS[name](finished.stdout)) == []


@each_format
def test_problems_are_told_beside_the_findings(project: Write, check: Run, name: str) -> None:
    finished = check("--format", name, cwd=project(BROKEN))
    assert finished.returncode == 2
    assert sorted(READERS[name](finished.stdout)) == sorted([*FOUND, TOLD])


@each_format
def test_a_problem_without_a_line_is_told(project: Write, check: Run, name: str) -> None:
    finished = check("--format", name, "gone.py", cwd=project(CLEAN))
    assert finished.returncode == 2
    assert "gone.py" in finished.stdout and "PMA001" in finished.stdout
    if name not in ("json", "jsonl", "sarif", "rdjson", "github"):
        assert list(READERS[name](finished.stdout)) == [("gone.py", 1, "PMA001")]


@each_format
def test_paths_count_from_the_root_of_the_repository(project: Write, check: Run, name: str, tmp_path: Path) -> None:
    nested = {f"services/api/{path}": text for path, text in BROKEN.items()}
    root = project(nested | {"services/api/pyproject.toml": "[tool.pymongo-async-lint]\n"})
    expected = sorted((f"services/api/{path}", line, code) for path, line, code in [*FOUND, TOLD])
    (tmp_path / "elsewhere").mkdir()
    for folder, target in ((root, "."), (root / "services/api/app", ".."), (tmp_path / "elsewhere", str(root))):
        assert sorted(READERS[name](check("--format", name, target, cwd=folder).stdout)) == expected


def test_without_a_repository_paths_count_from_the_project(project: Write, check: Run) -> None:
    root = project(SHOP | {"pyproject.toml": "[tool.pymongo-async-lint]\n"})
    (root / ".git").rmdir()
    finished = check("--format", "json", cwd=root / "app")
    assert json.loads(finished.stdout)["root"] == ".."
    assert sorted(from_json(finished.stdout)) == FOUND


# --- JSON -------------------------------------------------------------------------------------------------------------


def test_jsonl_says_what_json_says(project: Write, check: Run) -> None:
    root = project(BROKEN)
    whole = json.loads(check("--format", "json", cwd=root).stdout)
    lines = [json.loads(line) for line in check("--format", "jsonl", cwd=root).stdout.splitlines()]
    by_type = {key: [*group] for key, group in groupby(lines, key=lambda line: line.pop("type"))}
    assert by_type["finding"] == whole["findings"]
    assert by_type["problem"] == whole["problems"]
    assert by_type["summary"] == [{"root": ".", **whole["summary"]}]


# --- SARIF ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def sarif(project: Write, check: Run) -> dict[str, Any]:
    (only,) = json.loads(check("--format", "sarif", cwd=project(SHOP)).stdout)["runs"]
    assert isinstance(only, dict)
    return only


def result_of(run: dict[str, Any], code: str) -> dict[str, Any]:
    (result,) = (result for result in run["results"] if result["ruleId"] == code)
    assert isinstance(result, dict)
    return result


def test_sarif_explains_every_rule(sarif: dict[str, Any]) -> None:
    rules = sarif["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.code for rule in RULES]
    for rule in rules:
        assert "\n## Limits\n" in rule["help"]["text"]
        assert rule["help"]["markdown"].startswith(f"# {rule['id']} {rule['name']}\n")
        assert rule["shortDescription"]["text"].endswith(".")
        assert "helpUri" not in rule, "this package does not say where its documentation is"
    assert {rule["id"]: rule["defaultConfiguration"]["level"] for rule in rules}["PMA204"] == "warning"


def test_sarif_links_to_the_documentation(project: Write, check: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documentation, "home", lambda: "https://docs.example.org/lint")
    finished = check("--format", "sarif", cwd=project(SHOP))
    assert sorted(from_sarif(finished.stdout)) == FOUND
    driver = json.loads(finished.stdout)["runs"][0]["tool"]["driver"]
    assert driver["informationUri"] == "https://docs.example.org/lint"
    assert driver["rules"][0]["helpUri"] == f"https://docs.example.org/lint/rules/{RULES[0].code}"


def test_sarif_counts_characters(sarif: dict[str, Any]) -> None:
    assert sarif["columnKind"] == "unicodeCodePoints"
    region = result_of(sarif, "PMA101")["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 14, "startColumn": 17, "endLine": 16, "endColumn": 6}


def test_sarif_shows_the_chain_of_calls(sarif: dict[str, Any]) -> None:
    result = result_of(sarif, "PMA202")
    ((flow,),) = ([flow["threadFlows"] for flow in result["codeFlows"]],)
    steps = [step["location"] for step in flow[0]["locations"]]
    assert [from_sarif_location(step) for step in steps] == [(ODD, 18), ("app/stock.py", 10), ("app/stock.py", 6)]
    assert all(step["message"]["text"] for step in steps)
    related = [from_sarif_location(place) for place in result["relatedLocations"]]
    assert related == [("app/stock.py", 10), ("app/stock.py", 6), ("app/db.py", 5)]
    assert [place["id"] for place in result["relatedLocations"]] == [0, 1, 2]
    assert "codeFlows" not in result_of(sarif, "PMA101")


def test_sarif_has_the_edits_of_fixes(sarif: dict[str, Any]) -> None:
    (fix,) = result_of(sarif, "PMA101")["fixes"]
    assert fix["description"]["text"] == "A safe fix."
    (change,) = fix["artifactChanges"]
    assert unquote(change["artifactLocation"]["uri"]) == ODD
    (replacement,) = change["replacements"]
    assert replacement["insertedContent"] == {"text": "await "}
    assert replacement["deletedRegion"] == {"startLine": 14, "startColumn": 17, "endLine": 14, "endColumn": 17}
    assert "fixes" not in result_of(sarif, "PMA202")


def test_sarif_levels_follow_the_severities(sarif: dict[str, Any]) -> None:
    assert (result_of(sarif, "PMA101")["level"], result_of(sarif, "PMA204")["level"]) == ("error", "warning")


def test_sarif_tells_nothing_of_this_machine(project: Write, check: Run) -> None:
    root = project(SHOP)
    assert root.as_posix() not in check("--format", "sarif", cwd=root).stdout


def test_sarif_fingerprints_are_those_of_the_other_formats(project: Write, check: Run) -> None:
    root = project(SHOP)
    (run,) = json.loads(check("--format", "sarif", cwd=root).stdout)["runs"]
    marks = [result["partialFingerprints"] for result in run["results"]]
    issues = [issue["fingerprint"] for issue in json.loads(check("--format", "gitlab", cwd=root).stdout)]
    findings = [
        finding["fingerprint"] for finding in json.loads(check("--format", "json", cwd=root).stdout)["findings"]
    ]
    assert [mark["codeAndPath/v1"] for mark in marks] == issues == findings
    assert all(set(mark.values()) == {mark["primaryLocationLineHash"]} for mark in marks)


# --- the others -------------------------------------------------------------------------------------------------------


def test_github_shows_the_proof_below_the_message(project: Write, check: Run) -> None:
    lines = check("--format", "github", cwd=project(SHOP)).stdout.splitlines()
    (line,) = (line for line in lines if "PMA202" in line)
    assert line.startswith(
        "::error file=app/my orders%2C 100%25.py,line=18,endLine=18,col=22,endColumn=38,title=PMA202 "
    )
    message, *proof = unescaped(line.rpartition("::")[2]).split("\n")
    assert message.startswith("`is_empty()` blocks the event loop")
    assert [place.split(": ")[0] for place in proof] == ["app/stock.py:10", "app/stock.py:6", "app/db.py:5"]
    assert sum(line.startswith("::warning ") for line in lines) == 1


def test_rdjson_counts_bytes(project: Write, check: Run) -> None:
    document = json.loads(check("--format", "rdjson", cwd=project(SHOP)).stdout)
    (unawaited,) = (one for one in document["diagnostics"] if one["code"]["value"] == "PMA101")
    assert unawaited["location"]["range"] == {"start": {"line": 14, "column": 18}, "end": {"line": 16, "column": 6}}
    (related,) = unawaited["related_locations"]
    assert related["location"]["path"] == "app/db.py"
    here = {"line": 14, "column": 18}
    assert unawaited["suggestions"] == [{"range": {"start": here, "end": here}, "text": "await "}]


def test_rdjson_suggests_all_edits_of_a_safe_fix_at_once(project: Write, check: Run) -> None:
    root = project(
        SHOP
        | {"app/stream.py": "from app.db import db\n\n\nasync def f():\n    return list(db.orders.find({'x': 'ü'}))\n"}
    )
    document = json.loads(check("--format", "rdjson", "app/stream.py", cwd=root).stdout)
    (diagnostic,) = document["diagnostics"]
    (suggestion,) = diagnostic["suggestions"]
    line = (root / "app/stream.py").read_bytes().splitlines()[4]
    start, end = (suggestion["range"][side] for side in ("start", "end"))
    assert (start["line"], end["line"]) == (5, 5)
    mended = line[: start["column"] - 1] + suggestion["text"].encode() + line[end["column"] - 1 :]
    assert mended.decode().strip() == "return await db.orders.find({'x': 'ü'}).to_list()"


def test_pylint_lines_are_those_of_flake8(project: Write, check: Run, flake8: Run) -> None:
    root = project(SHOP)
    theirs = flake8("--format", "pylint", ".", cwd=root).stdout.replace("./", "").splitlines()
    assert sorted(check("--format", "pylint", cwd=root).stdout.splitlines()) == sorted(theirs)
    assert theirs


def test_junit_survives_what_xml_has_no_way_to_write(project: Write, check: Run) -> None:
    root = project(
        {
            "app\x07.py": "from app.db import db\n\n\nasync def f():\n    db.command('ping')\n",
            "app/db.py": SHOP["app/db.py"],
        }
    )
    assert list(from_junit(check("--format", "junit", cwd=root).stdout)) == [("app\ufffd.py", 5, "PMA101")]
