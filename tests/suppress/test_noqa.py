"""`# noqa`: the same answer as flake8's, line by line, on the same files."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from pymongo_async_lint.suppress.noqa import Noqa

FILES = {
    "plain": "a = 1  # noqa\nb = 2\n",
    "upper": "a = 1  # NOQA\nb = 2  # NoQA: PMA101\n",
    "codes": "a = 1  # noqa: PMA101\nb = 2  # noqa: PMA102\nc = 3  # noqa: E501,PMA101\nd = 4  # noqa: E501, PMA2\n",
    "prefix": "a = 1  # noqa: PMA1\nb = 2  # noqa: PMA\nc = 3  # noqa: P\nd = 4  # noqa: PMA1010\ne = 5  # noqa: pma101\n",
    "spaces": "a = 1  # noqa : PMA999\nb = 2  # noqa:PMA999\nc = 3  # noqa:  PMA999\nd = 4  #noqa\ne = 5  #  noqa\n",
    "reason": "a = 1  # noqa: PMA101 as it is a script\nb = 2  # noqa because\nc = 3  # noqa: PMA102 PMA101\n",
    "string": 'a = """\nx  # noqa\ny\n"""\nb = """\nx\n"""  # noqa\nc = 3\n',
    "continued": "a = 1 + \\\n    2 + \\\n    3  # noqa\nb = 2\n",
    "parentheses": "a = f(\n    1,  # noqa\n    2,\n)  # noqa: PMA101\n",
    "f-string": 'a = f"""\n{1}\n"""  # noqa\nb = 2\n',
    "whole file": "a = 1\n# flake8: noqa\nb = 2\n",
    "whole file, codes": "a = 1\n# flake8: noqa: PMA101\nb = 2\n",
    "whole file, other codes": "a = 1\n# flake8: noqa: E501\nb = 2\n",
    "whole file, indented": "def f():\n    # flake8: noqa\n    pass\n",
    "whole file, behind code": "a = 1  # flake8: noqa\nb = 2\n",
    "whole file, equals": "# flake8=noqa\na = 1\n",
    "windows": "a = 1  # noqa\r\nb = '''\r\n'''  # noqa\r\nc = 3\r\n",
    "form feed": "a = 1\n\f\nb = 2  # noqa\nc = 3\n",
    "byte order mark": "\ufeffa = 1  # noqa\nb = 2\n",
    "no end of line": "a = 1\nb = 2  # noqa",
    "in a string": "a = '# noqa'\nb = 'noqa'\n",
    "separators": "a = '\u2028'  # noqa\nb = '\x0b'\nc = 3  # noqa\n",
    "empty": "# noqa\n\n",
}


def left_by_flake8(folder: Path, files: dict[str, str]) -> dict[str, set[int]]:
    """The lines of each file that flake8 still reports, of all lines."""
    config = folder / "config"
    config.write_text(
        f"[flake8:local-plugins]\nextension = PMA = everywhere:Everywhere\npaths = {Path(__file__).parent}\n"
    )
    names = {}
    for number, (name, text) in enumerate(files.items()):
        names[f"{number}.py"] = name
        (folder / f"{number}.py").write_bytes(text.encode())
    command = [
        sys.executable,
        "-m",
        "flake8",
        "--config",
        str(config),
        "--select",
        "PMA101",
        "--format",
        "%(path)s %(row)d",
    ]
    finished = subprocess.run([*command, *names], cwd=folder, capture_output=True, text=True)
    assert not finished.stderr, finished.stderr
    left: dict[str, set[int]] = {name: set() for name in files}
    for line in finished.stdout.splitlines():
        path, row = line.split()
        left[names[path]].add(int(row))
    return left


def left_by_us(text: str) -> set[int]:
    noqa = Noqa(text.removeprefix("\ufeff"))
    count = len(text.encode().decode("utf-8-sig").replace("\r\n", "\n").removesuffix("\n").split("\n"))
    return {number for number in range(1, count + 1) if not noqa.hides("PMA101", number)}


@pytest.fixture(scope="module")
def flake8s_answer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[int]]:
    return left_by_flake8(tmp_path_factory.mktemp("noqa"), FILES)


@pytest.mark.parametrize("name", FILES)
def test_flake8_agrees(name: str, flake8s_answer: dict[str, set[int]]) -> None:
    assert left_by_us(FILES[name]) == flake8s_answer[name]


def test_the_comparison_sees_both_answers(flake8s_answer: dict[str, set[int]]) -> None:
    assert flake8s_answer["plain"] == {2}
    assert flake8s_answer["whole file"] == set()


LINES = [
    "a = 1",
    "a = 1  # noqa",
    "a = 1  # noqa: PMA1",
    "a = 1  # noqa: E501",
    "a = [",
    "]  # noqa",
    "]",
    'b = """',
    '"""  # noqa:PMA',
    '"""',
    "c = 1 + \\",
    "# noqa",
    "",
]


def test_flake8_agrees_on_any_mixture(tmp_path: Path) -> None:
    random = Random(7)
    texts = {}
    for number in range(3_000):
        text = "\n".join(random.choices(LINES, k=random.randint(2, 7))) + "\n"
        with contextlib.suppress(SyntaxError):
            compile(text, "mixture", "exec")
            texts[str(number)] = text
    assert len(texts) > 300
    assert {name: left_by_us(text) for name, text in texts.items()} == left_by_flake8(tmp_path, texts)


def test_a_file_that_python_cannot_tokenize_is_judged_line_by_line() -> None:
    noqa = Noqa("a = (1  # noqa: PMA1\nb = 2\nc = 3  # noqa: E501\nd = '''  # noqa\n")
    assert [noqa.hides("PMA101", line) for line in range(1, 6)] == [True, False, False, True, False]


def test_a_file_without_the_word_needs_no_flake8() -> None:
    program = (
        "import sys; from pymongo_async_lint.suppress.noqa import Noqa;"
        "assert not Noqa('a = 1').hides('PMA101', 1); assert 'flake8' not in sys.modules;"
        "assert Noqa('a = 1  # noqa').hides('PMA101', 1); assert 'flake8' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
