"""Runs in company: they take turns, and what several of them ask for is answered at once.

All are on one thread: each goes on until it asks for something, or ends, and then it is another's
turn. So what runs share needs no locks, what belongs to a thread (its helpers for arithmetic, its
GPU stream) is the same for all, and they come to the same question together if they do the same
things. When all have asked, questions with equal keys are answered in one call.

A run that asks must leave what it set for its thread alone: others go on with it meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Sequence
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass
from typing import Any, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")

_here: ContextVar[Member | None] = ContextVar("nodegraph_company", default=None)


def accompany(works: Sequence[Callable[[], object]]) -> None:
    """Do several things in turns.

    Raises:
        BaseException: What the first of them that failed raised, when all have ended.
    """
    making: dict[Hashable, Member] = {}
    members = [Member(work, making) for work in works]
    while living := [one for one in members if not one.over]:
        for one in living:
            one.go_on()
        _answer([one for one in living if not one.over])
    for error in (one.error for one in members):
        if error is not None:
            raise error


def in_company() -> bool:
    """Tell whether the caller is one of several."""
    return _here.get() is not None


def ask(key: Hashable, question: Q, answer: Callable[[list[Q]], list[A]]) -> A:
    """Return the answer to a question, which is put together with others of an equal key.

    Args:
        key: Equal for questions that can be answered together.
        question: What ``answer`` is called with, in a list.
        answer: Gives an answer to each. Whom it is called for counts as the current run.
    """
    member = _here.get()
    return answer([question])[0] if member is None else member.ask(key, question, answer)


@contextmanager
def making(key: Hashable) -> Generator[bool]:
    """Make what a key names inside this; another who is at it is waited for.

    Yields:
        Whether another was at it, so that it may be there now.
    """
    member = _here.get()
    if member is None:
        yield False
        return
    met = member.outwait(key)
    member.making[key] = member
    try:
        yield met
    finally:
        del member.making[key]


@dataclass
class _Asked:
    key: Hashable
    question: Any
    answer: Callable[[list[Any]], list[Any]]
    context: Context


class Member:
    """One of several that take turns.

    Attributes:
        error: What it raised.
        making: Who makes what now, of all of them.
    """

    def __init__(self, work: Callable[[], object], making: dict[Hashable, Member]) -> None:
        from greenlet import greenlet  # who runs alone need not load it

        self.making = making
        self.error: BaseException | None = None
        self.asked: _Asked | None = None
        self._work, self._answer = work, _Answer()
        self._greenlet = greenlet(self._run)
        self._greenlet.gr_context = copy_context()

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self._greenlet.dead

    def go_on(self) -> None:
        """Let it work until it asks, waits or ends."""
        self._greenlet.switch()

    def ask(self, key: Hashable, question: Any, answer: Callable[[list[Any]], list[Any]]) -> Any:
        """Ask, and wait for the answer; called by its own work."""
        self.asked = _Asked(key, question, answer, copy_context())
        self._pause()
        return self._answer.taken()

    def outwait(self, key: Hashable) -> bool:
        """Wait while another makes something; tells whether anyone did."""
        met = False
        while key in self.making:
            met = True
            self._pause()
        return met

    def take(self, answer: _Answer) -> None:
        """Have the answer for when it goes on."""
        self.asked, self._answer = None, answer

    def _pause(self) -> None:
        parent = self._greenlet.parent
        assert parent is not None
        parent.switch()

    def _run(self) -> None:
        _here.set(self)
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - raised where all of them were begun
            self.error = error


@dataclass(frozen=True)
class _Answer:
    value: Any = None
    error: Exception | None = None

    def taken(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.value


def _answer(members: Sequence[Member]) -> None:
    """Answer what was asked, questions with equal keys together."""
    groups: dict[Hashable, list[Member]] = {}
    for member in members:
        if member.asked is not None:
            groups.setdefault(member.asked.key, []).append(member)
    for group in groups.values():
        for member, answer in zip(group, _answers(group), strict=True):
            member.take(answer)


def _answers(group: Sequence[Member]) -> list[_Answer]:
    asked = [member.asked for member in group if member.asked is not None]
    first = asked[0]
    first.context.run(_here.set, None)  # who answers asks nobody
    try:
        found = first.context.run(first.answer, [one.question for one in asked])
    except Exception as error:  # noqa: BLE001 - theirs to know
        return [_Answer(error=error) for _ in group]
    return [_Answer(value) for value in found]
