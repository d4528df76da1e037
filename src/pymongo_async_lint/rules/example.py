"""The small projects that a rule's page shows, that the tests check, and that get run to prove the page right."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping

from msgspec import Struct

MARK = re.compile(r"# expect: (?P<codes>PMA\d{3}(?:, PMA\d{3})*)")

APPLICATION = "app.py"


class Example(Struct, frozen=True):
    """A mistake or its repair, short enough to be read on a page and complete enough to be run.

    A comment `# expect: PMA101` marks each line where a finding starts; every other line stays silent, whichever rules
    are on, but for those that have to be named. Pages show the bare code in its place.

    This is what makes an example run as it stands:

    - The server's address is written `mongodb://localhost`, everywhere and nowhere else; a run puts another into its
      place.
    - The database is `shop`. Before each run it has three collections: `users`, with Ada (`name` "Ada", `email`
      "ada@example.org", `city` "London") and Alan ("Alan", "alan@example.org", "Manchester"), `orders`, with two orders
      of Ada's (`email` "ada@example.org", `total` 40 and 2, `paid` false), and `events`, which is empty. Each `_id` is
      an ObjectId, Ada's is 65f0c0ffee65f0c0ffee65f0. Nothing else exists.
    - `app.py`, the first file, is imported as the module `app`, with the folder as the first import root. An example of
      PMA110 goes no further: its import fails.
    - With a `request`, `app.py` has an ASGI application `app`, which gets it, start-up and shutdown included. Without
      one, `app.py` has a `main` that takes no argument: an `async def`, which `asyncio.run` gets, or a plain function.
    """

    files: str | Mapping[str, str]
    """The text of `app.py`, or the texts of several files by path. Indentation in common is removed."""
    happens: str = ""
    """What a run shows, in one sentence. A mistake has it for sure; that of correct code is that it succeeds."""
    request: str = ""
    """Method, path and, where it has one, the JSON body of the request: `POST /users {"name": "Ada"}`."""
    needs: str = ""
    """What a run needs beyond one plain server, such as "a replica set"; the proof is skipped where that lacks."""

    @property
    def texts(self) -> dict[str, str]:
        """The files by path, marks included."""
        files = {APPLICATION: self.files} if isinstance(self.files, str) else self.files
        return {path: textwrap.dedent(text).strip() + "\n" for path, text in files.items()}

    @property
    def shown(self) -> dict[str, str]:
        """The files by path, as pages show them: a line with a finding ends with its code."""
        return {path: MARK.sub(r"# \g<codes>", text) for path, text in self.texts.items()}

    @property
    def expected(self) -> Iterator[tuple[str, int, str]]:
        """Path, line and code of each finding that is marked."""
        for path, text in self.texts.items():
            for number, line in enumerate(text.splitlines(), start=1):
                for mark in MARK.finditer(line):
                    for code in mark["codes"].split(", "):
                        yield path, number, code
