"""Names for saved files: ComfyUI's patterns between two percent signs."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodegraph.comfy.here import Here
    from nodegraph.comfy.prompt import Prompt

_PATTERN = re.compile(r"%([^%/\\]+)%")
_DATE = re.compile(r"yyyy|yy|MM?|dd?|[hH]{1,2}|mm?|ss?")
_ODD = re.compile(r'[<>:"|?*%\x00-\x1f\x7f]')
LONGEST = 200
CLOCK = {"year": "%Y", "month": "%m", "day": "%d", "hour": "%H", "minute": "%M", "second": "%S"}
DATE = {"yyyy": "%Y", "yy": "%y", "MM": "%m", "dd": "%d", "hh": "%H", "mm": "%M", "ss": "%S"}


def fill(here: Here, known: Mapping[str, Any]) -> str:
    """Return the prefix with its patterns filled in: sizes, times, the values of other nodes.

    What is known only later, and what means nothing, stays as words.

    Args:
        known: What is known of what is saved.
    """
    given: str = here.constant("filename_prefix")
    facts = {name: value for name, value in known.items() if isinstance(value, (int, str))}
    now = time.localtime()

    def value(pattern: re.Match[str]) -> str:
        name = pattern[1]
        if name in CLOCK:
            return time.strftime(CLOCK[name], now)
        if name.startswith("date:"):
            return _date(name.removeprefix("date:"), now)
        if name in facts:
            return str(facts[name])
        node, _, input_name = name.rpartition(".")
        found = here.quotes.get((node, input_name))
        if found is None:
            here.approximate(f"%{name}% in filename_prefix is not known before the run")
            return name
        return re.sub(r"[/\\]", "_", found)

    if len(given) > LONGEST:
        raise here.refuse("filename_prefix", f"a name has {LONGEST} letters at most; shorten it")
    return _ODD.sub("_", _PATTERN.sub(value, given)) or "ComfyUI"


def _date(form: str, now: time.struct_time) -> str:
    def part(token: re.Match[str]) -> str:
        name = token[0].replace("H", "h")
        if name in DATE:
            return time.strftime(DATE[name], now)
        return time.strftime(DATE[name * 2], now).lstrip("0") or "0"

    return _DATE.sub(part, form)


def quotable(prompt: Prompt) -> dict[tuple[str, str], str]:
    """Return the constants that ``%KSampler.seed%`` may mean: by title, class or id, and input."""
    found: dict[tuple[str, str], str] = {}
    for node in prompt.values():
        for input_name, value in node.inputs.items():
            if isinstance(value, (str, int, float)):
                for name in (node.title, node.class_type, node.id):
                    found.setdefault((name, input_name), str(value)[:LONGEST])
    return found
