"""Notifications on the command line: ``notify``, and what ``run`` tells by itself: summaries, failures, recoveries."""

import datetime as dt
import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from watchlist.cli.app import App, command, current, option, shared
from watchlist.domain.errors import UsageMistake, WatchlistError, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from watchlist.ledger.addresses import Address
    from watchlist.output.message import Message
    from watchlist.steps.run import Event
    from watchlist.storage.deliveries import Delivery, Kind


class NobodyToNotify(UsageMistake):
    """No address is given anywhere."""

    en = (
        "There is nobody to notify: put addresses such as wecombot://KEY into WATCHLIST_NOTIFY, or one a line into "
        "config/local/notify.txt (chmod 600)."
    )
    zh = (
        "没有通知对象：请将 wecombot://KEY 这样的地址写入 WATCHLIST_NOTIFY，"
        "或逐行写入 config/local/notify.txt（chmod 600）。"
    )


@command(
    "notify",
    en="Try the notifications, or show which were sent.",
    zh="测试通知，或查看已发送的通知。",
    example="notify --test",
)
@option("--test", is_flag=True, en="Send a test message to every address.", zh="向每个地址发送测试消息。")
@option("--log", is_flag=True, en="Show what was sent, the newest first.", zh="查看已发送的通知，最新的在前。")
@shared
def notify(test: bool, log: bool) -> None:  # noqa: FBT001  (options of the command line)
    """Try the notifications."""
    app = current()
    if log or not test:
        _show_log(app)
        return
    from watchlist.output.message import Message

    text = app.say("This is a test: notifications arrive here.", "这是一条测试消息：通知会发送到这里。")
    deliveries = send_to_all(app, Message("watchlist", (text,)), "test", "test", app.now)
    if not deliveries:
        raise NobodyToNotify
    for one in deliveries:
        result = app.say("taken", "已送达") if one.ok else f"{app.say('failed', '失败')}: {one.detail}"
        click.echo(f"{one.scheme} {one.target}: {result}")
    keep(app, deliveries)
    raise SystemExit(int(any(not one.ok for one in deliveries)))


COMMANDS = (notify,)


def send_to_all(app: App, message: "Message", kind: "Kind", subject: str, now: dt.datetime) -> "list[Delivery]":
    """Send a message to every address there is."""
    from watchlist.output.notify import About, send

    return send(message, About(kind, subject), _addresses(app), app.settings.notify.seconds, now)


def _addresses(app: App) -> "tuple[Address, ...]":
    from watchlist.ledger.addresses import load_addresses

    return load_addresses(app.home, app.settings.notify.schemes, os.environ)


def keep(app: App, deliveries: "Sequence[Delivery]") -> None:
    """Write down what was sent; a database that is busy or broken keeps no message from being sent."""
    from watchlist.storage.database import transaction, writing
    from watchlist.storage.deliveries import save_deliveries

    try:
        with writing(app.own_database) as database, transaction(database) as connection:
            save_deliveries(connection, deliveries)
    except WatchlistError as error:
        app.tell(f"This could not be written down: {error.text('en')}", f"未能记录：{error.text('zh')}")


def _show_log(app: App) -> None:
    from watchlist.output.columns import Column
    from watchlist.output.table import print_table
    from watchlist.storage.deliveries import newest_deliveries

    with app.reading() as connection:
        rows = [dict(row) for row in newest_deliveries(connection)]
    if not rows:
        app.tell("Nothing was sent yet.", "尚未发送过通知。")
        return
    columns = (
        Column("sent_at", "sent", "时间"), Column("kind", "kind", "类别", "word"), Column("subject", "about", "事项"),
        Column("scheme", "to", "对象"), Column("target", "digest", "摘要"), Column("result", "result", "结果", "word"),
        Column("detail", "why", "原因"),
    )  # fmt: skip
    print_table(rows, columns, app.language, sys.stdout, title=app.say("Notifications", "通知记录"))


@dataclass
class Teller:
    """Tells what happens to whoever wants to know: a day's summary, a failure once in a while, and its end.

    Attributes:
        news: puts what the day's work changed into a message; asked for only where somebody is told.
    """

    app: App
    news: "Callable[[], Message | None]" = lambda: None
    told: dict[str, dt.datetime] = field(default_factory=dict)
    _lines: list[str] = field(default_factory=list)
    _good: list[str] = field(default_factory=list)

    def hear(self, event: "Event") -> str | None:
        """Take an event in, and send what follows from it; gives a sentence where that could not be sent."""
        try:
            return self._hear(event)
        except WatchlistError as error:
            return error.text(self.app.language)
        except Exception as error:  # noqa: BLE001 - it is told from where failures are handled: nothing may get out
            return type(error).__name__  # its words may hold an address

    def _hear(self, event: "Event") -> str | None:
        words = event.words
        said = "" if words is None else self.app.say(words.en, words.zh)
        if event.name == "failed":
            return self._failure(str(event.facts.get("error", "run")), said)
        if event.name == "partial":
            return self._failure(event.market, f"{event.market} {event.session}: {said}")
        if event.name == "done":
            self._good.append(event.market)
            self._lines.append(_line(self.app, event))
        if event.name == "next" and self._lines:
            return self._summary()
        return None

    def end(self) -> str | None:
        """Send the summary of a day's work that nothing follows, and what is new where nothing else was done."""
        try:
            return self._summary()
        except WatchlistError as error:
            return error.text(self.app.language)
        except Exception as error:  # noqa: BLE001 - the work is done, whatever becomes of the telling
            return type(error).__name__

    def _failure(self, subject: str, text: str) -> str | None:
        now = dt.datetime.now(dt.UTC)
        last = self._standing().get(subject)
        pause = dt.timedelta(hours=self.app.settings.notify.cool_down_hours)
        if last is not None and dt.timedelta(0) <= now - last < pause:
            return None
        return self._send("failure", subject, self.app.say("watchlist cannot work", "watchlist 无法完成工作"), (text,))

    def _summary(self) -> str | None:
        lines, good = self._lines, set(self._good)
        self._lines, self._good = [], []
        problem = None
        for subject in self._standing():
            # What failed in a market is over when that market is done; any other failure when anything is.
            if good and (subject in good or subject not in self.app.settings.markets):
                title = self.app.say("watchlist works again", "watchlist 已恢复")
                problem = self._send(
                    "recovered", subject, title, (f"{subject}: {self.app.say('recovered', '已恢复')}",)
                )
        if self.app.settings.notify.summary and _addresses(self.app):
            news, lost = self._news_lines()
            if lines or news:
                sent = self._send("summary", " ".join(sorted(good)) or "news", "watchlist", (*lines, *news))
                problem = "; ".join(filter(None, (sent, lost))) or problem
        return problem

    def _news_lines(self) -> "tuple[tuple[str, ...], str | None]":
        """Give what is new, line by line, and why that is not known; nothing new is no line."""
        try:
            message = self.news()
        except WatchlistError as error:
            return (), error.text(self.app.language)
        except Exception as error:  # noqa: BLE001 - the summary of the work goes out whatever its news come to
            return (), type(error).__name__
        finally:
            self.news = lambda: None
        return ((message.title, *message.lines) if message is not None and message.lines else ()), None

    def _standing(self) -> dict[str, dt.datetime]:
        """Give the failures that were told and are not over: as the database says, and this process where it cannot."""
        from watchlist.storage.deliveries import standing_failures

        try:
            with self.app.reading() as connection:
                return {**self.told, **standing_failures(connection)}
        except WatchlistError:
            return dict(self.told)

    def _send(self, kind: "Kind", subject: str, title: str, lines: "tuple[str, ...]") -> str | None:
        from watchlist.output.message import Message

        now = dt.datetime.now(dt.UTC)
        deliveries = send_to_all(self.app, Message(title, lines), kind, subject, now)
        if not deliveries:
            return None
        if kind == "failure" and any(one.ok for one in deliveries):
            self.told[subject] = now
        elif kind == "recovered":
            self.told.pop(subject, None)
        keep(self.app, deliveries)
        bad = [f"{one.scheme} {one.target}: {one.detail}" for one in deliveries if not one.ok]
        return "; ".join(bad) or None


def _line(app: App, event: "Event") -> str:
    facts = event.facts
    done = app.say("done", "完成")
    new, bad = (int(str(facts.get(name, 0))) for name in ("bars", "problems"))
    bars = app.say(counted(new, "new bar"), f"新增 {new} 根日线")
    problems = app.say(counted(bad, "problem"), f"{bad} 个问题")
    return f"{event.market} {event.session} {done}: {bars}, {problems}"
