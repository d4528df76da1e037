"""`pymongo-async-lint lsp`"""

from __future__ import annotations

import click


@click.command()
def lsp() -> None:
    """Run the language server, which editors talk to on standard input and output."""
    try:
        import pygls.lsp.server  # noqa: F401
    except ImportError:
        complaint = "the language server needs pygls: pip install 'pymongo-async-lint[lsp]'"
        raise click.UsageError(complaint) from None
    from pymongo_async_lint.lsp.server import serve

    serve()
