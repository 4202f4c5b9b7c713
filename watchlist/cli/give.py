"""The commands that show: chart, serve."""

import contextlib
import datetime as dt
import errno
import os
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from watchlist.cli import suggesting
from watchlist.cli.app import App, command, current, option, past, shared
from watchlist.cli.export import Wished, packaged
from watchlist.domain.errors import UsageMistake, WatchlistError, Words
from watchlist.domain.typed import date_of

if TYPE_CHECKING:
    from watchlist.output.package import Package
    from watchlist.queries.situation import Situation

_PATIENCE = 2.0  # seconds that a page waits for its numbers before it says that they are being counted
_LAST_PORT: Final = 65535
_NO_PLACE: Final = {
    errno.EACCES: Words("ports below 1024 are the system's", "1024 以下的端口为系统保留"),
}
CHARTS = ("themes", "symbol", "brokers", "horizons")


class UnknownPicture(UsageMistake):
    """A chart is asked for in a form that it has not."""

    en = "{path} does not say which picture to draw: end it in .png, .svg or .html."
    zh = "无法从 {path} 判断图片格式：请以 .png、.svg 或 .html 结尾。"


class NoSecurityToDraw(UsageMistake):
    """A chart of a security names none, or another chart names one."""

    en = "chart symbol needs a security, and only it takes one: chart symbol 300418 -o kunlun.png"
    zh = "chart symbol 需指明证券，其他图不接受证券：chart symbol 300418 -o kunlun.png"


class PortTaken(WatchlistError):
    """The port to serve at is another program's."""

    en = "Port {port} is taken, maybe by another serve: stop that one, or choose another with --port {other}."
    zh = "端口 {port} 已被占用，可能是另一个 serve：请先停止它，或用 --port {other} 换一个端口。"


class NoPlaceToServe(WatchlistError):
    """The system refuses the address or the port to serve at."""

    en = "Nothing can be served at {host}, port {port}: {reason}; choose another with --host or --port."
    zh = "无法在 {host} 的端口 {port} 提供服务：{reason}；请用 --host 或 --port 另选。"


class EditOnlyHere(UsageMistake):
    """Editing is asked for under an address or name that is not this machine alone."""

    en = "--edit is for this machine alone: leave {name} out (127.0.0.1, localhost or ::1 will do)."
    zh = "--edit 仅限本机：请去掉 {name}（可用 127.0.0.1、localhost 或 ::1）。"


@command(
    "chart",
    en="Draw themes, a security, brokers or horizons: .png, .svg or .html.",
    zh="绘图：主题、单只证券、券商或持有期，存为 .png、.svg 或 .html。",
    example="chart themes -o themes.png",
)
@click.argument("what", type=click.Choice(CHARTS))
@click.argument("security", required=False, metavar="[SYMBOL]", shell_complete=suggesting.securities)
@option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    en="The file to draw into.",
    zh="图片文件。",
)
@option("--theme", metavar="THEME", en="Only this theme.", zh="只含该主题。")
@option("--broker", metavar="BROKER", en="Only this broker.", zh="只含该券商。")
@option("--horizon", metavar="H", en="Horizon of groups: 20 (sessions), 6m (months).", zh="分组所用持有期：20、6m。")
@option("--as-of", metavar="DATE", en="Use sessions up to this day.", zh="只用到该日为止的交易日。")
@shared
def chart(
    what: str, security: str | None, *, output: Path, theme: str | None, broker: str | None, horizon: str | None,
    as_of: str | None,
) -> None:  # fmt: skip
    """Draw a chart into a file."""
    from watchlist.output.charts import FORMS, draw
    from watchlist.output.interchange import write_bytes
    from watchlist.queries.recommendations import Filters

    app = current()
    form = output.suffix.lower()
    if form not in FORMS:
        raise UnknownPicture(path=output)
    if (what == "symbol") != (security is not None):
        raise NoSecurityToDraw
    day = past(date_of(as_of, "--as-of"), "--as-of", app) or app.today
    symbol = None if security is None else _resolved(app, security)
    filters = Filters(theme=theme, broker=broker)
    with packaged(app, Wished(day, horizon), filters, () if symbol is None else (symbol,)) as (package, situation):
        content = draw(_drawn(what, package, situation, symbol), form, app.language)
    write_bytes(output, content)
    app.tell(f"Wrote {output}.", f"已写入 {output}。")
    _warn_of_fonts(app, form, content)


def _drawn(what: str, package: "Package", situation: "Situation", symbol: str | None) -> object:
    from watchlist.output import charts
    from watchlist.queries.price_path import price_path

    if symbol is not None:
        return charts.symbol_chart(package, price_path(situation, symbol))
    by_name = {"themes": charts.themes_chart, "brokers": charts.brokers_chart, "horizons": charts.horizons_chart}
    return by_name[what](package)


def _resolved(app: App, text: str) -> str:
    """Turn a typed security into a symbol."""
    from watchlist.cli.answers import resolved

    with app.reading() as connection:
        return resolved(app, connection, [text])[0]


def _warn_of_fonts(app: App, form: str, content: bytes) -> None:
    """Say how to get Chinese characters into a picture where this machine has none."""
    from watchlist.output.fonts import draws_chinese

    if form == ".png" and content and not draws_chinese():
        app.tell(
            "  ! No Chinese font was found: Chinese words may be empty boxes. On Debian or Ubuntu: "
            "sudo apt install fonts-noto-cjk. An .svg or .html uses the fonts of whoever opens it.",
            "  ! 未找到中文字体：图中汉字可能显示为方框。Debian 或 Ubuntu 请运行 sudo apt install fonts-noto-cjk；"
            ".svg 与 .html 使用查看者的字体。",
        )


@command(
    "serve",
    en="Pages in the browser, and a JSON API; read-only, for this machine alone unless told otherwise.",
    zh="在浏览器中查看，并提供 JSON 接口；只读，默认仅限本机。",
    example="serve",
)
@option("--host", default="127.0.0.1", metavar="ADDRESS", en="Listen here (this machine).", zh="监听地址（默认本机）。")
@option("--port", default=8350, type=click.IntRange(1, 65535), metavar="N", en="Port (8350).", zh="端口（8350）。")
@option(
    "--allow-host",
    multiple=True,
    metavar="NAME",
    en="A further name it may be asked under; may be repeated.",
    zh="允许访问所用的其他主机名，可重复。",
)
@option(
    "--edit",
    is_flag=True,
    en="Let this machine read reports in the browser: paste or upload, look through, accept.",
    zh="允许本机在浏览器中读入研报：粘贴或上传、核对、写入台账。",
)
@shared
def serve(host: str, port: int, allow_host: tuple[str, ...], edit: bool) -> None:  # noqa: FBT001  (an option of the command line)
    """Serve the pages until interrupted."""
    import uvicorn

    from watchlist.web.app import LOOPBACK, create_app
    from watchlist.web.counting import Counting
    from watchlist.web.door import Door
    from watchlist.web.shelf import Shelf

    app = current()
    if edit:
        _only_here(app, host, allow_host)
    else:
        with app.reading():
            pass  # an empty or unusable database is said now, and not on every page

    def now() -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    shelf = Shelf(app.home, app.database, app.settings, now)
    counting = Counting(shelf, _PATIENCE)
    threading.Thread(target=counting.keep_warm, args=(threading.Event(),), daemon=True).start()
    shown = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    place = listening(host, port)
    door = Door(now) if edit else None
    app.tell(f"{shown} – stop with Ctrl+C.", f"{shown}，按 Ctrl+C 结束。")
    if door is not None:
        link = f"{shown}edit/enter?token={door.token}"
        app.tell(
            f"To read reports, open this once, within 15 minutes: {link}",
            f"读入研报请打开（15 分钟内有效，仅一次）：{link}",
        )
    if host not in LOOPBACK:
        app.tell(
            "  ! Everybody who reaches this address can read it all: there is no password.",
            "  ! 能访问该地址者均可查看全部内容：没有密码。",
        )
    web = create_app(shelf, app.language, hosts=(*LOOPBACK, *allow_host, host), door=door,
                     counting=counting)  # fmt: skip
    server = uvicorn.Server(uvicorn.Config(web, log_level="warning", server_header=False))
    with contextlib.suppress(KeyboardInterrupt), place:  # Ctrl+C is how it is meant to end
        server.run(sockets=[place])


def listening(host: str, port: int) -> socket.socket:
    """Take the place that is served at, before anybody is told of it.

    Raises:
        PortTaken: another program listens there.
        NoPlaceToServe: the system refuses the address or the port.
    """
    place = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    if os.name != "nt":  # there it would share the port with whoever has it
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        place.bind((host, port))
        place.listen()
    except OSError as error:
        place.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port=port, other=port + 1 if port < _LAST_PORT else port - 1) from error
        reason = _NO_PLACE.get(error.errno or 0, Words("it is no address of this machine", "不是本机的地址"))
        raise NoPlaceToServe(host=host, port=port, reason=reason) from error
    return place


def _only_here(app: App, host: str, allow_host: tuple[str, ...]) -> None:
    """Refuse to let anybody but this machine write, and to write beside simulated prices.

    Raises:
        EditOnlyHere: another address or name is asked for.
        DemoIsReadOnly: the demo's database is asked for.
    """
    from watchlist.web.app import LOOPBACK

    for name in (host, *allow_host):
        if name not in LOOPBACK:
            raise EditOnlyHere(name=name)
    _ = app.own_database  # it refuses the demo


COMMANDS = (chart, serve)
