"""What a method that there is not is called today, and whether it takes the same arguments."""

from __future__ import annotations

from pymongo_async_lint import drivers
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import DriverType, Kind
from pymongo_async_lint.link.flow import Missing
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.rules.coroutines.words import longer_name, similar_name
from pymongo_async_lint.rules.finding import Fix, FixKind

SAME_WITHOUT_ARGUMENTS = frozenset({"collection_names", "database_names", "disconnect"})
"""Older names whose successors do the same if nothing is handed to them."""

RENAMED_OPTIONS = frozenset({"cache_for", "ttl", "drop_dups", "deprecated_unique"})
"""Arguments of `ensure_index` that `create_index` does not have."""


def renaming(place: Place, missing: Missing) -> Fix | None:
    """The new name, where the call with it can only mean the same; or, unsafe, where that is likely."""
    call, kind, name = missing.node, missing.owner.type.kind, missing.name
    if not isinstance(call, f.Call) or not name:
        return None
    spelled = same_word(missing.owner.type, name)
    if spelled is not None:
        return Fix(FixKind.RENAME_METHOD, place, True, name=spelled)
    if drivers.replacement_of_member(missing.owner.type, name) is None:
        guess = longer_name(missing.owner.type, name) or similar_name(missing.owner.type, name)
        return Fix(FixKind.RENAME_METHOD, place, False, name=guess) if guess else None
    new, is_safe, argument = (collection_method(name, call) if kind is Kind.COLLECTION else None) or ("", False, "")
    if name in SAME_WITHOUT_ARGUMENTS and not call.args:
        new, is_safe = drivers.replacement_of_member(missing.owner.type, name) or "", True
    return Fix(FixKind.RENAME_METHOD, place, is_safe, name=new, argument=argument) if new else None


def same_word(type_: DriverType, name: str) -> str | None:
    """The member that differs in capitals and underscores only, as `insertOne` does."""
    plain = name.replace("_", "").lower()
    return next((m for m in sorted(drivers.member_names(type_)) if m.replace("_", "").lower() == plain), None)


def collection_method(name: str, call: f.Call) -> tuple[str, bool, str] | None:
    """The successor of a collection's method, whether it does just the same, and a further argument."""
    if any(argument.star for argument in call.args):
        return None
    given = [argument.value for argument in call.args if argument.keyword is None]
    keywords = {argument.keyword: argument.value for argument in call.args if argument.keyword is not None}
    match name:
        case "count" if not call.args:
            return "count_documents", True, "{}"
        case "count" if len(given) == 1 or (not given and "filter" in keywords):
            filter_ = given[0] if given else keywords["filter"]
            return None if isinstance(filter_, f.Constant) else ("count_documents", True, "")
        case "ensure_index" if len(given) == 1 and not keywords.keys() & RENAMED_OPTIONS:
            return "create_index", True, ""
        case "insert" if len(given) == 1 and not keywords:
            if isinstance(given[0], f.Dict):
                return "insert_one", False, ""
            return ("insert_many", False, "") if _is_list(given[0]) else None
        case "update" if len(given) == 2 and keywords.keys() <= {"upsert"} and _has_operators(given[1]):
            return "update_one", False, ""
        case "remove" if len(given) == 1 and not keywords and isinstance(given[0], f.Dict):
            return "delete_many", False, ""
    return None


def _is_list(node: f.Expr) -> bool:
    return isinstance(node, f.Sequence | f.Comprehension) and node.kind == "list"


def _has_operators(node: f.Expr) -> bool:
    """`{"$set": …}`"""
    if not isinstance(node, f.Dict) or not node.entries:
        return False
    keys = [entry.key.value if isinstance(entry.key, f.Constant) else None for entry in node.entries]
    return all(isinstance(key, str) and key.startswith("$") for key in keys)
