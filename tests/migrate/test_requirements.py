"""Files that ask for Motor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pymongo_async_lint.migrate.records import Kept, Plan

Migrated = Callable[..., dict[str, str]]
Plans = Callable[..., Plan]
NEW = "pymongo>=4.13.2,!=4.15.0,<5"

CASES = [
    ("requirements.txt", "fastapi\nmotor==3.3.2\n", f"fastapi\n{NEW}\n"),
    ("requirements.txt", "motor[srv]>=3  # driver\n", f"{NEW.replace('pymongo', 'pymongo[srv]')}  # driver\n"),
    ("requirements.txt", "motor~=3.1 ; python_version > '3'\n", f"{NEW} ; python_version > '3'\n"),
    ("requirements.txt", "motor==3.3.2\npymongo==4.5.0\n", f"{NEW}\n"),
    ("requirements.txt", "pymongo>=4.16\nmotor==3.3.2\n", "pymongo>=4.16\n"),
    (
        "requirements.txt",
        "MOTOR [srv] >=3,<4 ; python_version>'3'\n",
        f"{NEW.replace('go', 'go[srv]')} ; python_version>'3'\n",
    ),
    ("requirements.txt", "motor==3.3\npymongo>=4.16 ; os_name == 'nt'\n", f"{NEW}\npymongo>=4.16 ; os_name == 'nt'\n"),
    ("requirements.txt", "motor==3.3\r\n# the rest\r\nfastapi", f"{NEW}\r\n# the rest\r\nfastapi"),
    ("constraints.txt", "motor==3.3\n", f"{NEW}\n"),
    ("requirements-dev.txt", "-r requirements.txt\nmotor\n", f"-r requirements.txt\n{NEW}\n"),
    (
        "pyproject.toml",
        '[project]\ndependencies = ["a", "motor>=3", "b"]\n',
        f'[project]\ndependencies = ["a", "{NEW}", "b"]\n',
    ),
    (
        "pyproject.toml",
        '[project]\ndependencies = ["motor>=3", "pymongo[srv]>=4.5"]\n',
        f'[project]\ndependencies = ["{NEW.replace("pymongo", "pymongo[srv]")}"]\n',
    ),
    ("pyproject.toml", '[dependency-groups]\ndb = [\n  "motor",\n]\n', f'[dependency-groups]\ndb = [\n  "{NEW}",\n]\n'),
    (
        "pyproject.toml",
        '[tool.poetry.dependencies]\nmotor = "^3.3"\n',
        '[tool.poetry.dependencies]\npymongo = ">=4.13.2,!=4.15.0,<5"\n',
    ),
    (
        "pyproject.toml",
        '[tool.poetry.dependencies]\nmotor = {version = "^3.3", extras = ["srv"]}\n',
        '[tool.poetry.dependencies]\npymongo = {version = ">=4.13.2,!=4.15.0,<5", extras = ["srv"]}\n',
    ),
    (
        "pyproject.toml",
        '[tool.poetry.dependencies]\npymongo = "^4.1"\nmotor = "^3.3"\n',
        '[tool.poetry.dependencies]\npymongo = ">=4.13.2,!=4.15.0,<5"\n',
    ),
    (
        "pyproject.toml",
        '[tool.poetry.dependencies]\nmotor = "^3.3"\npymongo = {version = "^4.1", extras = ["srv"]}  # both\n',
        '[tool.poetry.dependencies]\npymongo = {version = ">=4.13.2,!=4.15.0,<5", extras = ["srv"]}  # both\n',
    ),
    ("pyproject.toml", '[tool.poetry.extras]\ndb = ["motor", "x"]\n', '[tool.poetry.extras]\ndb = ["pymongo", "x"]\n'),
    (
        "pyproject.toml",
        "[project.optional-dependencies]\n'a.b' = [ # ]\n  'motor (>=3)', # motor\n  'x[motor]'\n]\n",
        f"[project.optional-dependencies]\n'a.b' = [ # ]\n  '{NEW}', # motor\n  'x[motor]'\n]\n",
    ),
    ("pyproject.toml", '[tool.uv]\ndev-dependencies = ["motor"]\n', f'[tool.uv]\ndev-dependencies = ["{NEW}"]\n'),
    ("Pipfile", '[packages]\nmotor = "*"\n', '[packages]\npymongo = ">=4.13.2,!=4.15.0,<5"\n'),
    (
        "setup.cfg",
        "[options]\ninstall_requires =\n    motor>=3\n    click\n",
        f"[options]\ninstall_requires =\n    {NEW}\n    click\n",
    ),
    ("setup.cfg", "[options.extras_require]\ndb = motor>=3\n", f"[options.extras_require]\ndb = {NEW}\n"),
]


APP = "import motor\nc = motor.MotorClient()\n"


def test_motor_becomes_pymongo(migrated: Migrated) -> None:
    old = {f"case_{number}/{name}": text for number, (name, text, _) in enumerate(CASES)}
    new = {f"case_{number}/{name}": text for number, (name, _, text) in enumerate(CASES)}
    apps = {f"case_{number}/app.py": APP for number in range(len(CASES))}
    assert {path: text for path, text in migrated(old | apps).items() if path not in apps} == new


BY_HAND = [
    ("requirements.txt", "motor==3.3 \\\n    --hash=sha256:00\n", 1),
    ("requirements.txt", "-e git+https://example.org/motor.git#egg=motor\n", 1),
    ("requirements.txt", "motor @ https://example.org/motor.whl\n", 1),
    ("pyproject.toml", "[tool.poetry.dependencies.motor]\nversion = '^3'\n", 1),
    ("pyproject.toml", "[tool.poetry.dependencies]\nmotor = {git = 'https://example.org/motor.git'}\n", 2),
    ("pyproject.toml", "[tool.poetry.dependencies]\nmotor = {version = '^3', extras = ['srv']}\npymongo = '^4'\n", 2),
    ("setup.cfg", "[options]\ninstall_requires = click; motor\n", 2),
    ("setup.py", "from setuptools import setup\nsetup(install_requires=['a',\n 'motor>=3'], keywords='motor')\n", 3),
    ("environment.yml", "dependencies:\n  - motor>=3\n", 2),
    ("uv.lock", '[[package]]\nname = "motor"\n', 2),
]


@pytest.mark.parametrize(("name", "text", "line"), BY_HAND)
def test_what_can_not_be_rewritten_is_told(name: str, text: str, line: int, planned: Plans) -> None:
    made = planned({"app.py": APP, name: text})
    assert [file.path for file in made.files] == ["app.py"]
    (report,) = [one for one in made.reports if one.row == "DEP01"]
    assert (report.kind, report.place.path) == (Kept.PERSON, name)
    assert text.count("\n", 0, report.place.start) + 1 == line


SAME = [
    ("requirements.txt", "motor-odm\nstepper-motor==1\n# motor is gone\n"),
    ("pyproject.toml", '[tool.mypy]\nmotor = true\n[project]\nname = "motor"\n'),
    ("setup.cfg", "[metadata]\ndescription = motor control\n"),
    ("setup.cfg", "[options.package_data]\nmotor = *.txt\n"),
    ("pyproject.toml", '[project]\nkeywords = ["motor"]\ndescription = """\ndependencies = ["motor"]\n"""\n'),
    ("pyproject.toml", '[[tool.mypy.overrides]]\nmodule = ["motor.*"]\n'),
    ("setup.py", "from setuptools import setup\nsetup(keywords='motor')\n"),
    ("environment.yml", "name: motor\n"),
]


def test_what_only_looks_like_a_requirement_stays(migrated: Migrated) -> None:
    files = {f"case_{number}/{name}": text for number, (name, text) in enumerate(SAME)}
    apps = {f"case_{number}/app.py": APP for number in range(len(SAME))}
    assert migrated(files | apps).keys() == apps.keys()


HALF = {
    "moves/app.py": APP,
    "stays/app.py": "from odmantic import AIOEngine\nimport motor\nengine = AIOEngine(motor.MotorClient())\n",
}
STAYING = [
    ("requirements.txt", "motor==3.3.2\npymongo==4.6.0\n", {"motor==3.3.2", "pymongo==4.6.0"}),
    ("requirements.txt", "motor~=3.6.0\n", {"motor~=3.6.0"}),
    ("requirements.txt", "motor>=3.3\npymongo>=4.6\n", set()),
    ("requirements.txt", "motor==3.7.1\npymongo==4.13.2\n", set()),
    ("pyproject.toml", '[project]\ndependencies = ["motor<3.7", "pymongo[srv]<4.9"]\n', {"motor<3.7", "pymongo<4.9"}),
    ("pyproject.toml", '[tool.poetry.dependencies]\nmotor = "3.3.2"\npymongo = "^4.6"\n', {"motor==3.3.2"}),
    ("pyproject.toml", '[tool.poetry.dependencies]\nmotor = {version = "^3.3"}\npymongo = "*"\n', set()),
    ("setup.cfg", "[options]\ninstall_requires =\n    motor\n    pymongo<4.10\n", {"pymongo<4.10"}),
]


@pytest.mark.parametrize(("name", "text", "old"), STAYING)
def test_half_a_project_needs_releases_that_both_halves_run_with(
    name: str, text: str, old: set[str], planned: Plans
) -> None:
    made = planned(HALF | {name: text})
    assert [file.path for file in made.files] == ["moves/app.py"]
    told = {one.message.split("`")[1] for one in made.reports if one.row == "DEP01" and one.kind is Kept.PERSON}
    assert told == old


def test_a_bound_of_pymongo_elsewhere_that_leaves_no_asynchronous_api_is_told(planned: Plans) -> None:
    made = planned({"app.py": APP, "requirements.txt": "motor==3.3.2\n", "constraints.txt": "pymongo==4.6.0\n"})
    (report,) = [one for one in made.reports if one.row == "DEP01"]
    assert (report.kind, report.place.path) == (Kept.PERSON, "constraints.txt")


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("motor==2.5.1\npymongo==3.12.0\n", True),
        ("motor~=2.5\n", True),
        ("motor\npymongo<4\n", True),
        ("motor>=2.5\npymongo>=3.12\n", False),
        ("motor==3.3.2\npymongo==4.5.0\n", False),
    ],
)
def test_the_way_from_pymongo_3_to_4_is_told(text: str, is_told: bool, planned: Plans) -> None:
    made = planned({"app.py": APP, "requirements.txt": text})
    told = [(one.kind, one.place.start) for one in made.reports if one.row == "DEP01"]
    assert told == ([(Kept.NOTE, text.find("pymongo" if "pymongo<" in text else "motor"))] if is_told else [])


def test_the_requirement_stays_for_files_that_were_not_asked_for(planned: Plans) -> None:
    made = planned(
        {"app/db.py": APP, "scripts/load.py": APP, "requirements.txt": "motor==3.7.1\n"}, targets=[Path("app")]
    )
    assert [file.path for file in made.files] == ["app/db.py"]
    (report,) = [one for one in made.reports if one.row == "DEP01"]
    assert report.kind is Kept.BLOCKED
    assert "`scripts/load.py` is not among the paths that were asked for" in report.message
