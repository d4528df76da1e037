"""All rules, in order of their codes, and how they are run."""

from __future__ import annotations

from pymongo_async_lint.link.answers import Answers
from pymongo_async_lint.rules.base import Rule
from pymongo_async_lint.rules.blocking.await_on_sync_driver import AwaitOnSyncDriver
from pymongo_async_lint.rules.blocking.crosses_event_loops import CrossesEventLoops
from pymongo_async_lint.rules.blocking.motor_in_route import MotorInRoute
from pymongo_async_lint.rules.blocking.sync_driver_behind_helper import SyncDriverBehindHelper
from pymongo_async_lint.rules.blocking.sync_driver_in_async import SyncDriverInAsync
from pymongo_async_lint.rules.clients.client_in_loop import ClientInLoop
from pymongo_async_lint.rules.clients.client_never_closed import ClientNeverClosed
from pymongo_async_lint.rules.clients.client_per_request import ClientPerRequest
from pymongo_async_lint.rules.comments.unused_suppression import UnusedSuppression
from pymongo_async_lint.rules.coroutines.await_on_non_awaitable import AwaitOnNonAwaitable
from pymongo_async_lint.rules.coroutines.awaited_twice import AwaitedTwice
from pymongo_async_lint.rules.coroutines.cursor_misuse import CursorMisuse
from pymongo_async_lint.rules.coroutines.motor_form import MotorForm
from pymongo_async_lint.rules.coroutines.never_awaited import NeverAwaited
from pymongo_async_lint.rules.coroutines.spent_cursor import SpentCursor
from pymongo_async_lint.rules.coroutines.sync_iteration import SyncIteration
from pymongo_async_lint.rules.coroutines.sync_with import SyncWith
from pymongo_async_lint.rules.coroutines.truth_test import TruthTest
from pymongo_async_lint.rules.coroutines.unawaited_call import UnawaitedCall
from pymongo_async_lint.rules.coroutines.unawaited_result import UnawaitedResult
from pymongo_async_lint.rules.coroutines.unknown_import import UnknownImport
from pymongo_async_lint.rules.coroutines.unknown_method import UnknownMethod
from pymongo_async_lint.rules.finding import Finding
from pymongo_async_lint.rules.input.request_as_filter import RequestAsFilter
from pymongo_async_lint.rules.migration.base import MigrationRule
from pymongo_async_lint.rules.migration.blocked_by_dependency import BlockedByDependency
from pymongo_async_lint.rules.migration.cannot_await_here import CannotAwaitHere
from pymongo_async_lint.rules.migration.changed_behaviour import ChangedBehaviour
from pymongo_async_lint.rules.migration.gains_await import GainsAwait
from pymongo_async_lint.rules.migration.loses_await import LosesAwait
from pymongo_async_lint.rules.migration.motor_import import MotorImport
from pymongo_async_lint.rules.migration.no_equivalent import NoEquivalent
from pymongo_async_lint.rules.migration.renamed_argument import RenamedArgument
from pymongo_async_lint.rules.migration.requirement import Requirement
from pymongo_async_lint.rules.resources.client_options import ClientOptions
from pymongo_async_lint.rules.resources.index_per_request import IndexPerRequest
from pymongo_async_lint.rules.resources.pool_size import PoolSize
from pymongo_async_lint.rules.resources.query_per_iteration import QueryPerIteration
from pymongo_async_lint.rules.resources.unbounded_to_list import UnboundedToList
from pymongo_async_lint.rules.responses.bson_to_json import BsonToJson
from pymongo_async_lint.rules.responses.driver_object_returned import DriverObjectReturned
from pymongo_async_lint.rules.responses.inserted_dict_returned import InsertedDictReturned
from pymongo_async_lint.rules.responses.raw_document import RawDocument
from pymongo_async_lint.rules.responses.string_id_filter import StringIdFilter
from pymongo_async_lint.rules.responses.unguarded_objectid import UnguardedObjectid
from pymongo_async_lint.rules.transactions.missing_session import MissingSession
from pymongo_async_lint.rules.transactions.parallel_in_transaction import ParallelInTransaction

PREFIX = "PMA"
"""What all codes begin with; then come the digit of a family and two more."""

RULES: tuple[Rule, ...] = (
    UnusedSuppression(),
    UnawaitedCall(),
    UnawaitedResult(),
    NeverAwaited(),
    MotorForm(),
    AwaitOnNonAwaitable(),
    SyncIteration(),
    SyncWith(),
    TruthTest(),
    UnknownMethod(),
    UnknownImport(),
    AwaitedTwice(),
    CursorMisuse(),
    SpentCursor(),
    SyncDriverInAsync(),
    SyncDriverBehindHelper(),
    AwaitOnSyncDriver(),
    MotorInRoute(),
    CrossesEventLoops(),
    ClientPerRequest(),
    ClientInLoop(),
    ClientNeverClosed(),
    RawDocument(),
    InsertedDictReturned(),
    DriverObjectReturned(),
    BsonToJson(),
    UnguardedObjectid(),
    StringIdFilter(),
    ClientOptions(),
    UnboundedToList(),
    QueryPerIteration(),
    IndexPerRequest(),
    PoolSize(),
    ParallelInTransaction(),
    MissingSession(),
    RequestAsFilter(),
    MotorImport(),
    GainsAwait(),
    LosesAwait(),
    RenamedArgument(),
    NoEquivalent(),
    ChangedBehaviour(),
    BlockedByDependency(),
    Requirement(),
    CannotAwaitHere(),
)
"""All rules, by code."""

CODES = frozenset(rule.code for rule in RULES)

MIGRATION_CODES = frozenset(rule.code for rule in RULES if isinstance(rule, MigrationRule))
"""Those of what `migrate` changes and reports."""


def findings_of(answers: Answers, paths: frozenset[str], codes: frozenset[str] = CODES) -> list[Finding]:
    """The findings of these rules in these files, as the answers about their project have it, by place."""
    project = answers.project
    found: dict[tuple[str, object], Finding] = {}
    for rule in RULES:
        if rule.code not in codes:
            continue
        for finding in rule.check(answers):
            if finding.place.path in paths and (rule.in_tests or not project.is_test(finding.place.path)):
                found.setdefault((finding.code, finding.place), finding)
    return sorted(found.values(), key=lambda finding: (finding.place, finding.code))


__all__ = ["CODES", "MIGRATION_CODES", "PREFIX", "RULES", "Finding", "Rule", "findings_of"]
