"""The table of a client's options says what the installed PyMongo says, and what is meant by a wrong name is found."""

from __future__ import annotations

import warnings

import make_driver_tables
import pytest
from driver_tables.options import installed_options, merged_options
from pymongo import AsyncMongoClient
from pymongo.errors import ConfigurationError

from pymongo_async_lint.drivers import Takes, is_removed_option, option, replacement_of_option
from pymongo_async_lint.drivers.options import OPTIONS_FILE, Option, OptionTable, option_table


def test_no_installed_option_is_missing() -> None:
    assert make_driver_tables.render(merged_options(option_table(), installed_options())) == OPTIONS_FILE.read_text()


def test_the_table_covers_the_supported_releases() -> None:
    releases = option_table().releases
    assert releases[0] == "3.13.0"
    assert {".".join(release.split(".")[:2]) for release in releases[1:]} >= {"4.9", "4.13", "4.17", "4.20"}


def test_upper_and_lower_case_do_not_matter() -> None:
    assert option("MAXPOOLSIZE") is option("maxPoolSize") is not None
    assert option("max_pool_size") is None


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("max_pool_size", "maxPoolSize"),
        ("maxPoolsSize", "maxPoolSize"),
        ("server_selection_timeout_ms", "serverSelectionTimeoutMS"),
        ("tzaware", "tz_aware"),
        ("app_name", "appname"),
        ("ssl_cert_reqs", "tlsAllowInvalidCertificates"),
        ("wtimeout", "wTimeoutMS"),
        ("socketKeepAlive", None),
        ("colour", None),
    ],
)
def test_what_is_meant(wrong: str, right: str | None) -> None:
    assert option(wrong) is None
    assert replacement_of_option(wrong) == right
    with pytest.raises(ConfigurationError, match="Unknown option"):
        AsyncMongoClient(**{wrong: 1})


def test_removed_options_are_those_of_pymongo_3() -> None:
    assert is_removed_option("SSL_CA_CERTS")
    assert not is_removed_option("max_pool_size")


WRONG = {
    Takes.FLAG: (1, "yes"),
    Takes.COUNT: (-1, "many", 2.5),
    Takes.POSITIVE: (0, -1, "many"),
    Takes.DURATION: (0, -1, "5s"),
    Takes.DURATION_OR_ZERO: (-1, "5s"),
}

RIGHT = {
    Takes.FLAG: (True, "false"),
    Takes.COUNT: (0, 1, "5"),
    Takes.POSITIVE: (1, "5"),
    Takes.DURATION: (0.5, 1000, "1500.5"),
    Takes.DURATION_OR_ZERO: (0, 1000, "1500.5"),
}

BOUNDED = {"heartbeatFrequencyMS", "loadBalanced", "ssl", "srvMaxHosts", "tls", "tlsDisableOCSPEndpointCheck"}
"""Options that ask for more: at least half a second, a kind of server, a kind of address, certificates"""


@pytest.mark.parametrize("known", [o for o in option_table().options if o.takes in WRONG], ids=lambda o: o.name)
def test_pymongo_takes_what_the_table_says(known: Option) -> None:
    for value in WRONG[known.takes]:
        with pytest.raises((ValueError, TypeError, ConfigurationError)):
            AsyncMongoClient(**{known.name: value})
    for value in RIGHT[known.takes] if known.name not in BOUNDED else ():
        AsyncMongoClient(**{known.name: value})


def test_the_address_ignores_what_it_does_not_know() -> None:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        client: AsyncMongoClient[dict[str, object]] = AsyncMongoClient("mongodb://localhost/?max_pool_size=5&tls=yes")
    assert client.options.pool_options.max_pool_size == 100
    assert len([one for one in warned if one.category is UserWarning]) == 2


def test_a_later_release_says_since_when_it_has_an_option() -> None:
    old = OptionTable(["4.9.2"], [Option("tls", True, Takes.FLAG, None)], {"wtimeout": "wTimeoutMS", "tls": None})
    new = OptionTable(["4.17.0"], [Option("tls", True, Takes.FLAG, None), Option("new", True, Takes.ANY, None)], {})
    both = merged_options(old, new)
    assert both.releases == ["4.9.2", "4.17.0"]
    assert [(one.name, one.since) for one in both.options] == [("new", "4.17"), ("tls", None)]
    assert both.removed == {"wtimeout": "wTimeoutMS"}
