"""Does the same to many things, a few at once, and lets go of all of them on Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")

GRACE_SECONDS = 1.0
"""How long what is being done has to put its files away after Ctrl-C."""


def each_in_threads(do: Callable[[A], B], things: Sequence[A], at_once: int, stopping: Event) -> list[B]:
    """What ``do`` makes of each thing, in their order. On an exception the threads are told by ``stopping``.

    Threads that hang in a request do not hold up the end of the program. A pool of the standard library waits for
    its threads, however long they take.
    """
    waiting: SimpleQueue[int] = SimpleQueue()
    done: SimpleQueue[tuple[int, B | BaseException]] = SimpleQueue()
    for number in range(len(things)):
        waiting.put(number)

    def work() -> None:
        while not stopping.is_set():
            try:
                number = waiting.get_nowait()
            except Empty:
                return
            try:
                done.put((number, do(things[number])))
            except BaseException as error:
                done.put((number, error))

    threads = [Thread(target=work, daemon=True) for _ in range(min(at_once, len(things)))]
    found: dict[int, B] = {}
    try:
        for thread in threads:
            thread.start()
        while len(found) < len(things):
            number, result = done.get()
            if isinstance(result, BaseException):
                raise result
            found[number] = result
    except BaseException:
        stopping.set()
        until = time.monotonic() + GRACE_SECONDS
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        raise
    return [found[number] for number in range(len(things))]
