"""The greeting: ``python main.py`` alone says how things stand and what to do next; it only reads."""

from typing import TYPE_CHECKING

import click

from watchlist import __version__
from watchlist.cli.app import App
from watchlist.domain.errors import DatabaseUnusable, EmptyDatabase, OlderDatabase, WatchlistError, Words

if TYPE_CHECKING:
    from watchlist.storage.glance import Glance

# What each step is for, in the words of a person who does not know the commands yet.
_STEPS = {
    "daily": Words("records the ledger, fetches prices, scores", "记录台账，更新行情，评分"),
    "check": Words("says what is wrong, and what to do", "说明问题所在及处理办法"),
    "themes": Words("how every theme did", "各主题表现"),
    "changes": Words("what is new since the time before", "较上次有何变化"),
    "demo": Words("the same offline, on simulated prices", "离线演示，使用模拟行情"),
    "repair": Words("says what is damaged, and how to mend it", "说明损坏之处及修复办法"),
}
_NAMED = 3  # reports that are named before the rest is only counted


def greet(app: App) -> int:
    """Say how things stand; 1 where the settings or the database cannot be read."""
    wrong = _settle_language(app)
    click.echo(f"watchlist {__version__} · {app.home.root}")
    try:
        if wrong is not None:
            raise wrong
        lines, steps, code = *_state(app), 0
    except EmptyDatabase:
        lines, steps, code = _nothing_yet(app), ("demo",) if app.demo else ("daily", "demo"), 0
    except WatchlistError as error:
        lines, steps, code = [error.text(app.language)], _way_out(app, error), 1
    for line in lines:
        click.echo(line)
    click.echo()
    _next(app, steps)
    return code


def _settle_language(app: App) -> WatchlistError | None:
    """Settle which language to speak, and give what is wrong with the settings."""
    try:
        _ = app.language
    except WatchlistError as error:
        app.language = app.spoken
        return error
    return None


def _state(app: App) -> tuple[list[str], tuple[str, ...]]:
    """Give the lines and the next steps of a home that has a database."""
    from watchlist.queries.welcome import Step, welcome
    from watchlist.storage.heartbeat import read_heartbeat

    reports = sorted(path.stem for path in app.home.reports)
    with app.reading() as connection:
        found = welcome(connection, app.settings, reports, read_heartbeat(app.home.db), app.now)
    held = found.held
    mark = app.say("SIMULATED · ", "SIMULATED 模拟行情 · ") if found.simulated else ""
    lines = [mark + _counted(app, held)]
    reach = " · ".join(_reached(app, one.market, str(one.session), one.behind) for one in found.reach)
    lines.append(app.say(f"Prices up to {reach}.", f"行情截至 {reach}。") if reach else app.say(
        "No prices yet.", "尚无行情。"))  # fmt: skip
    if found.at_work:
        lines.append(app.say("run is at work and looks after the rest.", "run 正在运行，后续由它完成。"))
    if found.unrecorded:
        named = ", ".join(found.unrecorded[:_NAMED]) + (" …" if len(found.unrecorded) > _NAMED else "")
        lines.append(app.say(f"Not recorded yet: {named}.", f"尚未记录：{named}。"))
    lines += [app.say(f"{one['what']}.", f"{one['what_zh']}。") for one in found.findings]
    if held.problems or held.quarantined:
        lines.append(app.say(f"Problems: {held.problems}; rows in quarantine: {held.quarantined}.",
                             f"问题 {held.problems} 项，隔离数据 {held.quarantined} 行。"))  # fmt: skip
    other = (str(Step.CHECK),) if found.step is Step.DAILY and held.problems else ()
    return lines, (str(found.step), *other)


def _counted(app: App, held: "Glance") -> str:
    from watchlist.storage.glance import MANY

    (calls, one), (reports, single) = (
        (f"{count:,}" + ("+" if count >= MANY else ""), "" if count == 1 else "s")
        for count in (held.recommendations, held.reports)
    )
    en = "not scored yet" if held.scored is None else f"scored as of {held.scored}"
    zh = "尚未评分" if held.scored is None else f"评分截至 {held.scored}"
    return app.say(
        f"{calls} recommendation{one} from {reports} report{single}; {en}.", f"{reports} 份研报，{calls} 条推荐；{zh}。"
    )


def _reached(app: App, market: str, session: str, behind: int) -> str:
    if not behind:
        return f"{market} {session}"
    plural = "" if behind == 1 else "s"
    words = app.say(f" (at most {behind} session{plural} behind)", f"（最多落后 {behind} 个交易日）")
    return f"{market} {session}{words}"


def _nothing_yet(app: App) -> list[str]:
    """Welcome somebody whose database is not there yet."""
    lines = [app.say("Nothing is recorded here yet.", "这里还没有任何记录。")]
    if not app.demo and (app.home.db / "demo.db").is_file():
        lines.append(app.say("The demo is there: add --demo to any question, as in python main.py themes --demo.",
                             "演示已就绪：查询时加 --demo，如 python main.py themes --demo。"))  # fmt: skip
    return lines


def _way_out(app: App, error: WatchlistError) -> tuple[str, ...]:
    """Choose what to do about a home that cannot be read; where the sentence says it all, nothing."""
    for kind, step in ((OlderDatabase, "daily"), (DatabaseUnusable, "repair")):
        if isinstance(error, kind):
            return ("demo",) if app.demo else (step,)
    return ()


def _next(app: App, steps: tuple[str, ...]) -> None:
    """Name the next steps and where to read on."""
    demo = " --demo" if app.demo else ""
    for number, step in enumerate(steps):
        head = app.say("Next: ", "下一步：") if not number else app.say("Or:   ", "或者：  ")
        command = f"python main.py {step}{'' if step == 'demo' else demo}"
        click.echo(f"{head}{command:<30} {app.say(_STEPS[step].en, _STEPS[step].zh)}")
    click.echo(app.say("Help: ", "帮助：  ") + f"{'python main.py --help':<30} docs/tutorial{app.say('', '.zh-CN')}.md")
