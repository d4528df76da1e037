"""The table of a client's options, collected from one installed release of PyMongo after the other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pymongo
import pymongo.common

from driver_tables.types import release_key
from pymongo_async_lint.drivers.options import Option, OptionTable, Takes

FIRST_RELEASE = "4.9"
"""The first one with the asynchronous API"""

TAKES = {
    "validate_boolean_or_string": Takes.FLAG,
    "validate_non_negative_integer": Takes.COUNT,
    "validate_non_negative_integer_or_none": Takes.COUNT,
    "validate_positive_float_or_zero": Takes.DURATION_OR_ZERO,
    "validate_positive_integer": Takes.POSITIVE,
    "validate_timeout_or_none": Takes.DURATION,
    "validate_timeout_or_none_or_zero": Takes.DURATION_OR_ZERO,
    "validate_timeout_or_zero": Takes.DURATION_OR_ZERO,
}
"""What PyMongo's validators let through"""

SPELLINGS = {
    name.lower(): name
    for name in (
        "authOIDCAllowedHosts",
        "enableOverloadRetargeting",
        "loadBalanced",
        "localThresholdMS",
        "maxAdaptiveRetries",
        "readConcernLevel",
        "srvAllowedHostsSuffix",
        "srvMaxHosts",
        "srvServiceName",
        "timeoutMS",
        "waitQueueMultiple",
    )
}
"""How options are written that the client's docstring does not name, in some release at least"""


def installed_options() -> OptionTable:
    """The options of the installed release; those of PyMongo 3 are of interest only where they are gone."""
    validators: Mapping[str, Any] = pymongo.common.VALIDATORS
    if release_key(pymongo.version) < release_key(FIRST_RELEASE):
        deprecated: Mapping[str, tuple[str, str]] = pymongo.common.URI_OPTIONS_DEPRECATION_MAP
        renamed = {name: new for name, (mode, new) in deprecated.items() if mode == "renamed"}
        return OptionTable([pymongo.version], [], {name: renamed.get(name) for name in validators})
    spellings = documented_spellings()
    options = [
        Option(
            name=spellings.get(name, SPELLINGS.get(name, name)),
            in_address=name in pymongo.common.URI_OPTIONS_VALIDATOR_MAP,
            takes=TAKES.get(validator.__name__, Takes.ANY),
            since=None,
        )
        for name, validator in validators.items()
    ]
    return OptionTable([pymongo.version], options, {})


def documented_spellings() -> dict[str, str]:
    """How the client's docstring writes its options."""
    doc = pymongo.MongoClient.__init__.__doc__ or ""
    names = [*re.findall(r"^\s*- `(\w+)", doc, re.MULTILINE), *re.findall(r":param (\w+):", doc)]
    return {name.lower(): name for name in names}


def merged_options(old: OptionTable, new: OptionTable) -> OptionTable:
    """Both tables together. Releases have to be added in their order, as a name's first one is its `since`."""
    (release,) = new.releases
    releases = sorted({*old.releases, release}, key=release_key)
    supported = [one for one in old.releases if release_key(one) >= release_key(FIRST_RELEASE)]
    since = ".".join(release.split(".")[:2]) if supported else None
    options = {option.name.lower(): option for option in old.options}
    for option in new.options:
        known = options.get(option.name.lower())
        first = known.since if known else since
        options[option.name.lower()] = Option(option.name, option.in_address, option.takes, first)
    removed = {name: to for name, to in sorted({**old.removed, **new.removed}.items()) if name not in options}
    return OptionTable(releases, [options[name] for name in sorted(options)], removed)
