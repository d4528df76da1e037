"""Makes the tables of `pymongo_async_lint.drivers` from the drivers themselves.

    make_driver_tables.py names     add the modules and names of the installed releases to modules.json
    make_driver_tables.py options   add the options of a client of the installed PyMongo to options.json
    make_driver_tables.py types     rewrite types.json and homes.json from the installed PyMongo and Motor
    make_driver_tables.py spans DIR rewrite spans.json from all the releases that DIR has a folder for
    make_driver_tables.py check     compare types.json with the installed releases, which may be older ones

For a new release, install it and run `names`, `options` and `types`, which looks up in modules.json where classes can
be imported. `names` takes any release on the import path, even one that this interpreter cannot run.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import msgspec
from driver_tables.names import installed_homes, installed_names, merged
from driver_tables.options import installed_options, merged_options
from driver_tables.spans import spans
from driver_tables.types import Installed, differences

from pymongo_async_lint.drivers.modules import HOMES_FILE, MODULES_FILE, ModuleTables, module_tables
from pymongo_async_lint.drivers.options import OPTIONS_FILE, OptionTable, option_table
from pymongo_async_lint.drivers.releases import SPANS_FILE
from pymongo_async_lint.drivers.tables import TYPES_FILE, type_tables


def render(table: msgspec.Struct) -> str:
    """JSON with one member, module or name a line, so that changes can be read."""
    return _render(msgspec.to_builtins(table), "") + "\n"


def _render(value: object, indent: str) -> str:
    deeper = indent + " "
    if isinstance(value, dict) and value:
        lines = [f"{deeper}{json.dumps(key)}: {_render(item, deeper)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list | tuple) and value and isinstance(value[0], list | tuple):
        return "[\n" + ",\n".join(f"{deeper}{json.dumps(item)}" for item in value) + f"\n{indent}]"
    return json.dumps(value)


def main(arguments: list[str]) -> int:
    match arguments:
        case ["names"]:
            known = module_tables() if MODULES_FILE.exists() else ModuleTables({}, {})
            MODULES_FILE.write_text(render(merged(known, installed_names())))
        case ["options"]:
            known_options = option_table() if OPTIONS_FILE.exists() else OptionTable([], [], {})
            OPTIONS_FILE.write_text(render(merged_options(known_options, installed_options())))
        case ["types"]:
            TYPES_FILE.write_text(render(Installed().tables()))
            HOMES_FILE.write_text(render(installed_homes()))
        case ["spans", folder]:
            SPANS_FILE.write_text(render(spans(Path(folder))))
        case ["check"]:
            installed = Installed()
            found = list(differences(type_tables(), installed.tables()))
            print(*found, f"{len(found)} differences from {installed.releases}", sep="\n")
            return 1 if found else 0
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
