"""What ``daily`` leaves behind of a day's work, as ``run`` does: lines in the journal, and a word to whoever asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from watchlist.cli.app import App
from watchlist.cli.notifying import Teller
from watchlist.cli.running import figures, write_event
from watchlist.domain.errors import DatabaseBusy, UsageMistake, WatchlistError, Words

if TYPE_CHECKING:
    from watchlist.output.journal import Journal
    from watchlist.output.message import Message
    from watchlist.steps.daily import DailyResult


class Day:
    """A day's work, told as it ends."""

    def __init__(self, app: App, journal: "Journal") -> None:
        self._app, self._journal, self._teller = app, journal, Teller(app)

    def done(self, result: "DailyResult", news: "Message | None") -> None:
        """Write down what became of the sessions, and send the summary with what is new."""
        from watchlist.steps.run import events_of

        self._teller.news = lambda: news
        problems = []
        for event in events_of(result.marked, figures(result)):
            write_event(self._journal, event, self._app.language)
            problems.append(self._teller.hear(event))
        self._not_told([*problems, self._teller.end()])

    def failed(self, error: WatchlistError) -> None:
        """Write down that the work could not be done, and tell it once in a while."""
        from watchlist.steps.run import Event

        words = Words(error.text("en"), error.text("zh"))
        event = Event("error", "failed", facts={"error": type(error).__name__}, words=words)
        write_event(self._journal, event, self._app.language)
        self._not_told([self._teller.hear(event)])

    def _not_told(self, problems: list[str | None]) -> None:
        for problem in filter(None, problems):
            self._app.tell(f"Not everybody could be notified: {problem}", f"通知未能全部送达：{problem}")


@contextmanager
def day(app: App) -> Iterator[Day]:
    """Open the journal for a day's work, and tell of it where it fails; somebody else at work is no failure."""
    from watchlist.output.journal import Journal

    keep = app.settings.log
    journal = Journal(app.home.db / "logs", keep.megabytes, keep.files, console=False)
    told = Day(app, journal)
    try:
        yield told
    except (DatabaseBusy, UsageMistake):
        raise
    except WatchlistError as error:
        told.failed(error)
        raise
    finally:
        journal.close()
