"""A question to the engine, and who waits for the answer."""

from __future__ import annotations

from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nodegraph.errors import NodegraphError
from nodegraph.failures import unexpected

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

REPORT = "try again, and report it"


@dataclass(eq=False, slots=True)
class Asked:
    """One question; all of it belongs to the GUI's thread.

    Attributes:
        method: A method of ``Client`` by name, or a function that takes the client first.
    """

    method: str | Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    then: Callable[[Any], object] | None = None
    failed: Callable[[NodegraphError], object] | None = None

    def cancel(self) -> None:
        """Call nobody back; what was asked may happen all the same."""
        self.then = self.failed = None

    def settle(self, future: Future[Any]) -> None:
        """Take the answer, or what went wrong."""
        try:
            answer = future.result(timeout=0)
        except NodegraphError as error:
            self.fail(error)
        except CancelledError:
            self.fail(NodegraphError("the engine went away before it answered; try again"))
        except Exception as error:  # noqa: BLE001 - an engine of another version may say anything
            self.fail(NodegraphError(unexpected(error, REPORT)))
        else:
            if self.then is not None:
                self.then(answer)

    def fail(self, error: NodegraphError) -> None:
        """Say that there will be no answer."""
        if self.failed is not None:
            self.failed(error)
