"""From Motor to Async PyMongo: a plan for a whole project, and how it gets to disk.

`plan` looks at everything and writes nothing; `write` writes what a plan says, all files of a connected group or none.
Each part goes through the files for one kind of difference, and says by which row of the drivers' table it acts.
"""

from __future__ import annotations

from pymongo_async_lint.migrate.plan import plan
from pymongo_async_lint.migrate.records import FilePlan, Kept, Plan, Report, Rewrite
from pymongo_async_lint.migrate.show import as_json, render
from pymongo_async_lint.migrate.write import write

__all__ = ["FilePlan", "Kept", "Plan", "Report", "Rewrite", "as_json", "plan", "render", "write"]
