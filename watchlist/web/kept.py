"""What was worked out is kept: by key, the newest few, each once however many ask for it at the same time."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


@dataclass
class _Place(Generic[Thing]):
    """Where one thing stands, or will: who works it out holds the lock, and others wait."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    thing: list[Thing] = field(default_factory=list)


class Kept(Generic[Thing]):
    """Keeps the ``most`` things that were asked for last; a failure is not kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._places: OrderedDict[Hashable, _Place[Thing]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """Give the thing of a key; who asks first works it out, who asks meanwhile waits for it."""
        with self._lock:
            place = self._places.setdefault(key, _Place())
            self._places.move_to_end(key)
            while len(self._places) > self._most:
                self._places.popitem(last=False)
        with place.lock:
            if not place.thing:
                place.thing.append(make())
            return place.thing[0]

    def has(self, key: Hashable) -> bool:
        """Say whether a thing is there already."""
        with self._lock:
            place = self._places.get(key)
        return place is not None and bool(place.thing)

    def drop(self, unless: Callable[[Hashable], bool]) -> None:
        """Forget what will not be asked for again."""
        with self._lock:
            for key in [key for key in self._places if not unless(key)]:
                del self._places[key]
