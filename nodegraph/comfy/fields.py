"""The inputs of ComfyUI's classes: what clients are told of them, and the check of values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from nodegraph.comfy.findings import refuse

if TYPE_CHECKING:
    from nodegraph.comfy.site import Site

MAX_SEED = 2**64 - 1
LONGEST = 2**20


@dataclass(frozen=True)
class Choices:
    """The values of a combo box.

    Attributes:
        listed: What clients choose among here.
        find: From the value to what it means here; nothing when it is none of them.
        first: The default, where it does not depend on the machine.
    """

    listed: Callable[[Site], Sequence[str]]
    find: Callable[[Site, str], str | None]
    first: str | None = None


@dataclass(frozen=True)
class Field:
    """An input of a class.

    Attributes:
        type: ``INT``, ``FLOAT``, ``STRING``, ``BOOLEAN``, ``COMBO``; any other comes by a link.
        options: What clients are told about it: default, bounds, step …
        choices: Of a ``COMBO``.
        added: It is younger than the class: where a prompt lacks it, the default is meant.
    """

    name: str
    type: str
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    choices: Choices | None = None
    optional: bool = False
    added: bool = False

    @property
    def usual(self) -> Any:
        """The default; of choices without one the first that is the same everywhere."""
        if "default" in self.options or self.choices is None:
            return self.options.get("default")
        return self.choices.first

    def fits(self, given: str) -> bool:
        """Tell whether a link of a type may feed it."""
        return given == self.type or "*" in (given, self.type)

    def told(self, site: Site) -> list[Any]:
        """Return the input as ``/object_info`` has it."""
        kind = self.type if self.choices is None else list(self.choices.listed(site))
        return [kind, dict(self.options)] if self.options else [kind]

    def check(self, value: Any, site: Site) -> Any:
        """Return a constant as the class gets it: of its type, within its bounds.

        Raises:
            RefusedError: It does not fit.
        """
        if self.choices is not None:
            return self._chosen(self.choices, value, site)
        if self.type not in CONVERSIONS:
            message = f"The input takes {self.type} by a link, not a value"
            raise refuse("invalid_input_type", message, self.name, received_value=_brief(value))
        return self._bounded(self._converted(value))

    def _chosen(self, choices: Choices, value: Any, site: Site) -> str:
        found = choices.find(site, value) if isinstance(value, str) else None
        if found is None:
            known = ", ".join(choices.listed(site)[:40]) or "none"
            raise refuse(
                "value_not_in_list",
                f"{_brief(value)} is not in the list of {self.name}; there are: {known}",
                self.name,
                received_value=_brief(value),
            )
        return found

    def _converted(self, value: Any) -> Any:
        try:
            return CONVERSIONS[self.type](value)
        except (ValueError, TypeError, OverflowError):
            message = f"{_brief(value)} is not of the type {self.type}"
            raise refuse(
                "invalid_input_type", message, self.name, received_value=_brief(value)
            ) from None

    def _bounded(self, value: Any) -> Any:
        low, high = self.options.get("min"), self.options.get("max")
        if isinstance(value, str) and len(value) > LONGEST:
            message = f"{self.name} has more than {LONGEST:,} letters; shorten it"
            raise refuse("invalid_input_type", message, self.name)
        if low is not None and value < low:
            message, kind = f"{value} is smaller than {low}, the least allowed", "smaller_than_min"
        elif high is not None and value > high:
            message, kind = f"{value} is bigger than {high}, the most allowed", "bigger_than_max"
        else:
            return value
        raise refuse(f"value_{kind}", message, self.name, received_value=_brief(value))


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError
    return number


CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "INT": int,
    "FLOAT": _finite,
    "STRING": str,
    "BOOLEAN": bool,
}
"""ComfyUI takes what Python can turn into the type: ``"64"`` is a number."""


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:97]}…"


def link(name: str, type: str, *, optional: bool = False) -> Field:
    """Return an input that a link feeds."""
    return Field(name, type, optional=optional)


def integer(name: str, default: int, low: int, high: int, **options: Any) -> Field:
    """Return a whole number."""
    return Field(name, "INT", {"default": default, "min": low, "max": high, **options})


def number(name: str, default: float, low: float, high: float, **options: Any) -> Field:
    """Return a number."""
    return Field(name, "FLOAT", {"default": default, "min": low, "max": high, **options})


def seed(name: str) -> Field:
    """Return a seed, which clients may change after each run."""
    return integer(name, 0, 0, MAX_SEED, control_after_generate=True)


def text(name: str, **options: Any) -> Field:
    """Return a text."""
    return Field(name, "STRING", options)


def yes(name: str, default: bool) -> Field:
    """Return yes or no."""
    return Field(name, "BOOLEAN", {"default": default})


def choice(name: str, choices: Choices, **options: Any) -> Field:
    """Return a choice among values."""
    return Field(name, "COMBO", options, choices)


def younger(field: Field, *, optional: bool = False) -> Field:
    """Return an input that older prompts lack."""
    return replace(field, added=True, optional=optional)


def among(*values: str) -> Choices:
    """Return choices that are the same everywhere."""
    return Choices(
        lambda site: values, lambda site, value: value if value in values else None, values[0]
    )


def weights(kind: str) -> Choices:
    """Return the files of weights of a kind; see ``Site.find_weights``."""
    return Choices(
        lambda site: site.weights.get(kind, ()), lambda site, value: site.find_weights(kind, value)
    )


def param_choices(
    type_id: str, param: str, also: Mapping[str, str] | None = None, prefix: str = ""
) -> Choices:
    """Return the choices of a parameter of ours, and other names for some of them.

    Args:
        prefix: What old files put before a name.
    """
    others = also or {}

    def listed(site: Site) -> list[str]:
        return [*site.catalogue[type_id].params[param].choices, *others]

    def find(site: Site, value: str) -> str | None:
        bare = value.removeprefix(prefix)
        return others.get(bare, bare) if bare in listed(site) else None

    return Choices(listed, find)
