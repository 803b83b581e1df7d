"""Graphs with a zone, for the tests of zones."""

from tests.nodegraph.toys import n


def doubling(times=3, **more):
    """Start with 1, and double it every turn."""
    return {
        "one": n("number", {"value": 1}),
        "begin": n("toy.repeat.begin", {"times": times}, zone="z", value="one.int"),
        "sum": n("add", a="begin.value", b="begin.value"),
        "end": n("toy.repeat.end", zone="z", value="sum.int"),
    } | more


def nested(outer=3, inner=2):
    """Add the outer index an inner number of times."""
    return {
        "one": n("number", {"value": 1}),
        "ob": n("toy.repeat.begin", {"times": outer}, zone="o", value="one.int"),
        "ib": n("toy.repeat.begin", {"times": inner}, zone="i", value="ob.value"),
        "sum": n("add", a="ib.value", b="ob.index"),
        "ie": n("toy.repeat.end", zone="i", value="sum.int"),
        "oe": n("toy.repeat.end", zone="o", value="ie.value"),
    }


def squares(stop=4, limit=1):
    """For each of a list, itself plus one."""
    return {
        "list": n("count", {"stop": stop}),
        "begin": n("toy.for_each.begin", zone="z", items="list.list"),
        "one": n("number", {"value": limit}),
        "sum": n("add", a="begin.item", b="one.int"),
        "end": n("toy.for_each.end", zone="z", value="sum.int"),
    }
