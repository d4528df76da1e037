"""Where the documentation is to be read: what the installed package says of itself, under `project.urls`."""

from __future__ import annotations

from functools import cache

LABEL = "documentation"


@cache
def home() -> str | None:
    """The address of the documentation, without a slash at its end; None if the package names none."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        urls = metadata("pymongo-async-lint").get_all("Project-URL") or []
    except PackageNotFoundError:
        return None
    for url in urls:
        label, _, address = url.partition(",")
        if label.strip().lower() == LABEL:
            return str(address.strip().rstrip("/"))
    return None


def page_of(code: str) -> str | None:
    """The address of a rule's page."""
    return f"{home()}/rules/{code}" if home() else None
