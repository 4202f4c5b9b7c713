"""The worker process: limits, endings, silence."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from watchlist.sources.contract import Failed
from watchlist.sources.worker import Worker

ROOT = Path(__file__).resolve().parents[2]
_calls: list[None] = []
_given: list[str] = []


def get_ready(given: str) -> None:
    _given.append(given)


def count() -> tuple[int, int, str]:
    _calls.append(None)
    return os.getpid(), len(_calls), "".join(_given)


def sleep_on(seconds: float) -> str:
    time.sleep(seconds)
    return "awake"


def fail(words: str) -> str:
    raise LookupError(words)


def chatter() -> str:
    print("out")  # noqa: T201 - a library that prints
    print("err", file=sys.stderr)  # noqa: T201
    return "said"


def end_at_once() -> None:
    os._exit(3)


def cannot_start() -> None:
    message = "no such library"
    raise ImportError(message)


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker(1.0, get_ready, "words")
    yield made
    made.close()


def test_a_process_of_its_own_is_used_again(worker: Worker) -> None:
    first, second = worker.call(count), worker.call(count)
    assert not isinstance(first, Failed)
    assert not isinstance(second, Failed)
    assert first[0] == second[0] != os.getpid()
    assert (first[1:], second[1:]) == ((1, "words"), (2, "words"))


def test_a_call_that_takes_too_long_is_killed_and_the_next_one_works(worker: Worker) -> None:
    assert worker.call(sleep_on, 60.0) == Failed("time limit of 1 s", waited=True)
    after = worker.call(count)
    assert not isinstance(after, Failed)
    assert after[1:] == (1, "words")


def test_an_exception_is_an_outcome(worker: Worker) -> None:
    assert worker.call(fail, "why") == Failed("LookupError: why")


def test_a_call_that_cannot_be_sent_is_our_mistake_and_leaves_no_half_conversation(worker: Worker) -> None:
    first = worker.call(count)
    with pytest.raises(AttributeError, match="pickle"):
        worker.call(lambda: "nowhere")
    after = worker.call(count)
    assert not isinstance(first, Failed)
    assert not isinstance(after, Failed)
    assert after[0] != first[0]


def test_a_process_that_ends_is_an_outcome(worker: Worker) -> None:
    assert isinstance(worker.call(end_at_once), Failed)
    assert worker.call(sleep_on, 0.0) == "awake"


def test_what_cannot_start_says_why() -> None:
    outcome = Worker(1.0, cannot_start).call(count)
    assert outcome == Failed("the worker process could not start: ImportError: no such library")


def test_libraries_may_print_what_they_like(worker: Worker, capfd: pytest.CaptureFixture[str]) -> None:
    assert worker.call(chatter) == "said"
    assert capfd.readouterr() == ("", "")


def test_calls_from_threads_wait_for_each_other(worker: Worker) -> None:
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(worker.call(count))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer[1] for answer in found if isinstance(answer, tuple)) == [1, 2, 3, 4]


@pytest.mark.skipif(sys.platform == "win32", reason="looks for the process the POSIX way")
def test_a_process_ends_with_its_parent_even_in_the_middle_of_a_call() -> None:
    program = (
        "import threading, time, os\n"
        "from tests.sources.test_worker import get_ready, count, sleep_on\n"
        "from watchlist.sources.worker import Worker\n"
        "if __name__ == '__main__':\n"
        "    worker = Worker(60.0, get_ready, 'words')\n"
        "    print(worker.call(count)[0], flush=True)\n"
        "    threading.Thread(target=worker.call, args=(sleep_on, 60.0), daemon=True).start()\n"
        "    time.sleep(0.2)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    pid = int(done.stdout)
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("the worker outlived its parent")


def test_a_program_that_ends_says_nothing_about_its_workers() -> None:
    program = (
        "from tests.sources.test_worker import get_ready, count\n"
        "from watchlist.sources.worker import Worker\n"
        "if __name__ == '__main__':\n"
        "    Worker(60.0, get_ready, 'words').call(count)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
