"""What a report for people is shown on."""

from __future__ import annotations

from typing import NamedTuple

import click


class Terminal(NamedTuple):
    """Files and pipes are terminals without colours, too."""

    colour: bool = False
    width: int = 120
    """Columns. Source lines are cut to it, so that marks stay beneath what they mark."""

    def styled(self, text: str, fg: str | None = None, bold: bool | None = None, dim: bool | None = None) -> str:
        """The text in colour, or as it is."""
        return click.style(text, fg=fg, bold=bold, dim=dim) if self.colour else text


PLAIN = Terminal()
