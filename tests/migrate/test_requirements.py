"""Files that ask for Motor."""

from __future__ import annotations

from collections.abc import Callable

Migrated = Callable[..., dict[str, str]]
NEW = "pymongo>=4.13.2,!=4.15.0,<5"

CASES = [
    ("requirements.txt", "fastapi\nmotor==3.3.2\n", f"fastapi\n{NEW}\n"),
    ("requirements.txt", "motor[srv]>=3  # driver\n", f"{NEW.replace('pymongo', 'pymongo[srv]')}  # driver\n"),
    ("requirements.txt", "motor~=3.1 ; python_version > '3'\n", f"{NEW} ; python_version > '3'\n"),
    ("requirements.txt", "motor==3.3.2\npymongo==4.5.0\n", f"{NEW}\n"),
    ("requirements.txt", "pymongo>=4.16\nmotor==3.3.2\n", "pymongo>=4.16\n"),
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
    ("Pipfile", '[packages]\nmotor = "*"\n', '[packages]\npymongo = ">=4.13.2,!=4.15.0,<5"\n'),
    (
        "setup.cfg",
        "[options]\ninstall_requires =\n    motor>=3\n    click\n",
        f"[options]\ninstall_requires =\n    {NEW}\n    click\n",
    ),
]


APP = "import motor\nc = motor.MotorClient()\n"


def test_motor_becomes_pymongo(migrated: Migrated) -> None:
    old = {f"case_{number}/{name}": text for number, (name, text, _) in enumerate(CASES)}
    new = {f"case_{number}/{name}": text for number, (name, _, text) in enumerate(CASES)}
    apps = {f"case_{number}/app.py": APP for number in range(len(CASES))}
    assert {path: text for path, text in migrated(old | apps).items() if path not in apps} == new


SAME = [
    ("requirements.txt", "motor-odm\nstepper-motor==1\n# motor is gone\n"),
    ("pyproject.toml", '[tool.mypy]\nmotor = true\n[project]\nname = "motor"\n'),
    ("setup.cfg", "[metadata]\ndescription = motor control\n"),
]


def test_what_only_looks_like_a_requirement_stays(migrated: Migrated) -> None:
    files = {f"case_{number}/{name}": text for number, (name, text) in enumerate(SAME)}
    apps = {f"case_{number}/app.py": APP for number in range(len(SAME))}
    assert migrated(files | apps).keys() == apps.keys()
