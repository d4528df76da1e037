"""PMA501"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint import drivers
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import Flavour, Span, Takes, Target
from pymongo_async_lint.link.around import around
from pymongo_async_lint.link.client_options import GivenOption, SeenOptions, client_options
from pymongo_async_lint.link.constants import UNSEEN, Unseen
from pymongo_async_lint.link.flow import Construction
from pymongo_async_lint.link.shapes import External
from pymongo_async_lint.rules.base import Answers, Body, Example, Finding, Fix, FixKind, Related, Rule, describe

EXPECTED = {
    Takes.FLAG: "`True` or `False`",
    Takes.COUNT: "a whole number from 0 on",
    Takes.POSITIVE: "a whole number from 1 on",
    Takes.DURATION: "a number above 0",
    Takes.DURATION_OR_ZERO: "a number from 0 on",
}

EXCLUSIVE = (
    ("tlsInsecure", "tlsAllowInvalidCertificates"),
    ("tlsInsecure", "tlsAllowInvalidHostnames"),
    ("tlsInsecure", "tlsDisableOCSPEndpointCheck"),
    ("tlsAllowInvalidCertificates", "tlsDisableOCSPEndpointCheck"),
)
"""Pairs of options that must not be given together, whatever their values"""

NEEDING_TLS = ("tlsCAFile", "tlsCertificateKeyFile", "tlsCertificateKeyFilePassword", "tlsCRLFile")

PYMONGO_4 = (4,)

ONLY_SRV = ("srvServiceName", "srvMaxHosts", "srvAllowedHostsSuffix")


class ClientOptions(Rule):
    """A client is given an option or a value that it does not know, or options that contradict each other.

    Keywords raise a ConfigurationError, a ValueError or the like as soon as the client is made. In the address an
    unknown option, or one with a wrong value, is ignored but for a warning, so that the setting has no effect.

    PyMongo does not mind upper and lower case, but underscores count: it is `maxPoolSize`, not `max_pool_size`.

    Limits: only what is written out is judged, or bound once to a name: settings that are read at run time are not.
    Options that went with PyMongo 4 are reported for a blocking or Motor client only where the project's lock file, its
    requirements or `pymongo-version` tell of a PyMongo from 4 on, or, if they tell nothing, where it uses Async
    PyMongo, too. An option that only later releases have is reported where these tell of an older one.
    """

    code, name, since = "PMA501", "client-options", "0.1.0"
    mistakes = (
        Example(
            """
            from pymongo import AsyncMongoClient


            async def main():
                client = AsyncMongoClient("mongodb://localhost", max_pool_size=20)  # expect: PMA501
                print(await client.shop.users.count_documents({}))
                await client.close()
            """,
            happens="`ConfigurationError: Unknown option: max_pool_size`",
        ),
        Example(
            """
            from pymongo import AsyncMongoClient


            async def main():
                client = AsyncMongoClient("mongodb://localhost", minPoolSize=50, maxPoolSize=20)  # expect: PMA501
                print(await client.shop.users.count_documents({}))
            """,
            happens="`ValueError: minPoolSize must be smaller or equal to maxPoolSize`",
        ),
        Example(
            """
            from pymongo import AsyncMongoClient


            async def main():
                client = AsyncMongoClient("mongodb://localhost/?max_pool_size=20")  # expect: PMA501
                print(client.options.pool_options.max_pool_size)
            """,
            happens="A UserWarning; the pool keeps its default size of 100.",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient


            async def main():
                client = AsyncMongoClient("mongodb://localhost/?maxPoolSize=20", minPoolSize=5)
                print(await client.shop.users.count_documents({}))
                await client.close()
            """,
            happens="The pool holds 5 to 20 connections.",
        ),
    )
    fix_safety = (
        "Safe for another spelling (`max_pool_size`), and for a new name that takes the same: the client can't be "
        "made as it is. Unsafe for guesses."
    )

    options = ("objects", "pymongo-version")

    def check(self, answers: Answers) -> Iterator[Finding]:
        target = answers.project.told.target
        has_async = any("AsyncMongoClient" in module.facts.identifiers for module in answers.project.scanned_modules)
        for body in answers.bodies:
            for construction in body.flow.constructions if not body.given else ():
                if drivers.type_of_class(called_class(answers, body, construction)) is None:
                    continue
                if expects_an_error(body, construction):
                    continue
                options = client_options(answers.project, body.scope, construction)
                client = describe(construction.driver.type)
                is_async = has_async or construction.driver.type.flavour is Flavour.ASYNC
                is_new = min(target.releases) >= PYMONGO_4 if target.releases else is_async
                fixes = {one.node: renaming(body, one, construction) for one in options.given}
                seen: set[f.Node] = set()
                for node, message in (
                    *((one.node, complaint(one, client, is_new, target)) for one in options.given),
                    *contradictions(options),
                    *port(options, construction),
                ):
                    if message is not None and node not in seen:
                        seen.add(node)
                        related = (Related(body.place(construction.node), "the client is made here"),)
                        yield self.finding(body.place(node), message, related, fixes.get(node))


SAME_VALUE = frozenset({"j", "ssl_ca_certs", "ssl_crlfile", "ssl_pem_passphrase", "wtimeout"})
"""Removed options whose successors take just the same; the others' successors mean the opposite, or another thing."""


def renaming(body: Body, given: GivenOption, construction: Construction) -> Fix | None:
    """The right spelling, or the new name, of an option that there is not, given as an argument of its own."""
    node, instead = given.node, drivers.replacement_of_option(given.name)
    if not isinstance(node, f.Argument) or instead is None or drivers.option(given.name) is not None:
        return None
    option = drivers.option(instead)
    if option is None or not takes(option.takes, given.value):
        return None
    if any(argument.keyword == instead for argument in construction.node.args):
        return None
    is_removed = drivers.is_removed_option(given.name)
    if is_removed and given.name not in SAME_VALUE:
        return None
    is_spelling = given.name.replace("_", "").lower() == instead.lower()
    return Fix(FixKind.RENAME_KEYWORD, body.place(node), is_removed or is_spelling, name=instead)


def called_class(answers: Answers, body: Body, construction: Construction) -> str:
    """The driver's class that is called; a subclass of the project's may take other arguments."""
    shape = answers.project.static(construction.node.func, body.scope)
    return shape.dotted if isinstance(shape, External) else ""


def expects_an_error(body: Body, construction: Construction) -> bool:
    """`with pytest.raises(…)`"""
    return any(
        isinstance(holder, f.With)
        and any(
            isinstance(item.value, f.Call)
            and getattr(item.value.func, "attr", "") in ("raises", "assertRaises", "warns")
            for item in holder.items
        )
        for holder in around(body.scope.body, construction.node)
    )


def complaint(given: GivenOption, client: str, is_new: bool, target: Target) -> str | None:
    """What is wrong with one option. Its value is never shown."""
    if given.name.startswith("_"):
        return None
    option = drivers.option(given.name)
    if option is None or (given.in_address and not option.in_address):
        return unknown(given, client, is_new)
    if option.since is not None and not target.has(Span(option.since)):
        outcome = "it is ignored, but for a warning" if given.in_address else "a ConfigurationError when it is made"
        when = f"came with PyMongo {option.since}, and the project has {target}"
        return f"`{option.name}` of {client} {when}: {outcome}; require a newer one"
    if takes(option.takes, given.value):
        return None
    outcome = "it is ignored, but for a warning" if given.in_address else "an error when the client is made"
    return f"`{option.name}` of {client} is given what it does not take: {outcome}; give it {EXPECTED[option.takes]}"


def unknown(given: GivenOption, client: str, is_new: bool) -> str | None:
    instead = drivers.replacement_of_option(given.name)
    is_removed = drivers.is_removed_option(given.name)
    if is_removed and not is_new:
        return None
    option = drivers.option(instead) if instead else None
    if given.in_address and not is_removed and (option is None or not option.in_address):
        # It may be anything, a part of a password too.
        return (
            f"the address of {client} holds an option that PyMongo does not know: it is ignored, but for a warning; "
            "leave it out"
        )
    repair = f"write `{instead}`" if instead else "leave it out"
    what = "lost the option" if is_removed else "has no option"
    outcome = "it is ignored, but for a warning" if given.in_address else "a ConfigurationError when it is made"
    return f"{client} {what} `{given.name}`{' with PyMongo 4' if is_removed else ''}: {outcome}; {repair}"


def takes(what: Takes, value: object) -> bool:
    """Does an option take this value? PyMongo reads numbers from texts, and takes `True` for 1."""
    if isinstance(value, Unseen) or value is None or what is Takes.ANY:
        return True
    if what is Takes.FLAG:
        return isinstance(value, bool) or value in ("true", "false")
    if isinstance(value, bool):
        return True
    if isinstance(value, str):
        try:
            value = int(value) if what in (Takes.COUNT, Takes.POSITIVE) else float(value)
        except ValueError:
            return False
    assert isinstance(value, int | float)
    match what:
        case Takes.COUNT:
            return isinstance(value, int) and value >= 0
        case Takes.POSITIVE:
            return isinstance(value, int) and value >= 1
        case Takes.DURATION:
            return value > 0
    return value >= 0


def contradictions(options: SeenOptions) -> Iterator[tuple[f.Node, str]]:
    """Options that can't be given together: where the second one stands, and why."""

    def pair(first: str, second: str, why: str) -> Iterator[tuple[f.Node, str]]:
        one, other = options.named(first), options.named(second)
        if one is not None and other is not None:
            yield other.node, f"`{first}` and `{second}` {why}: an error when the client is made; leave one out"

    smallest, largest = options.value("minPoolSize"), options.value("maxPoolSize")
    if isinstance(smallest, int) and isinstance(largest, int) and 0 < largest < smallest:
        yield from (
            (one.node, "`minPoolSize` is larger than `maxPoolSize`: a ValueError when the client is made; lower it")
            for one in (options.named("minPoolSize"),)
            if one is not None
        )
    for first, second in EXCLUSIVE:
        yield from pair(first, second, "must not be given together")
    ssl, tls = options.value("ssl"), options.value("tls")
    if isinstance(ssl, bool) and isinstance(tls, bool) and ssl is not tls:
        yield from pair("ssl", "tls", "say the opposite of each other")
    if tls is False or ssl is False:
        for name in NEEDING_TLS:
            if options.value(name) not in (None, UNSEEN, ""):
                yield from pair("tls" if tls is False else "ssl", name, "contradict each other, as TLS is off")
    if options.value("directConnection") is True:
        if options.value("loadBalanced") is True:
            yield from pair("directConnection", "loadBalanced", "must not be given together")
        yield from several_hosts(options, "directConnection")
    if options.value("loadBalanced") is True:
        if options.value("replicaSet") not in (None, UNSEEN, ""):
            yield from pair("loadBalanced", "replicaSet", "must not be given together")
        yield from several_hosts(options, "loadBalanced")
    if options.address is not None and not options.is_srv and options.hosts is not None:
        for name in ONLY_SRV:
            found = options.named(name)
            if found is not None and found.in_address and found.value != 0:
                yield (
                    found.node,
                    f"`{name}` is for SRV addresses only: a ConfigurationError when the client is made; leave it out",
                )


def several_hosts(options: SeenOptions, name: str) -> Iterator[tuple[f.Node, str]]:
    found = options.named(name)
    if found is not None and options.is_srv and found.in_address and name == "directConnection":
        yield (
            found.node,
            f"`{name}` can't be had with an SRV address: a ConfigurationError when the client is made; leave it out",
        )
    elif found is not None and options.hosts is not None and options.hosts > 1:
        yield (
            found.node,
            f"`{name}` is for one host, the address names several: a ConfigurationError when it is made; name one host",
        )


def port(options: SeenOptions, construction: Construction) -> Iterator[tuple[f.Node, str]]:
    """`AsyncMongoClient("mongodb://…", "shop")`"""
    if isinstance(options.port, str):
        client = describe(construction.driver.type)
        yield (
            construction.node,
            f"the second argument of {client} is the port, a number: a TypeError; the address is the first one, a "
            "database is chosen with `client[…]`",
        )
