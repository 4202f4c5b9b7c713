"""Charts: themes, one security, brokers and horizons as one grammar; drawn offline as PNG, SVG or interactive page."""

import base64
import hashlib
import html
import json
from typing import Any, Final

from watchlist.domain.errors import WatchlistError
from watchlist.domain.spoken import index_called
from watchlist.output.columns import Row
from watchlist.output.fonts import FAMILY
from watchlist.output.package import Package

FORMS: Final = (".png", ".svg", ".html")
_RED, _GREEN, _BLUE, _GREY, _INK = "#c8102e", "#0a7d45", "#1f5fbf", "#98a2b3", "#1d2330"
_SCALE: Final = 2.0  # of a PNG: sharp on paper and on dense screens
_NARROW, _WIDE = 420, 860
_CONFIG: Final = {
    "font": FAMILY,
    "background": "white",
    "padding": 18,
    "view": {"stroke": None},
    "axis": {"labelColor": "#475467", "titleColor": "#475467", "gridColor": "#eaecf0", "domainColor": "#d0d5dd",
             "tickColor": "#d0d5dd", "labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal"},
    "title": {"color": _INK, "subtitleColor": "#667085", "anchor": "start", "fontSize": 16, "subtitleFontSize": 11,
              "offset": 12},
    "header": {"labelColor": _INK, "labelFontSize": 12, "labelFontWeight": "bold", "labelAnchor": "start",
               "title": None},
    "legend": {"labelColor": "#475467", "title": None, "orient": "bottom"},
}  # fmt: skip
_MONTH: Final = "%Y-%m"


class NothingToDraw(WatchlistError):
    """A chart was asked of something that has nothing to show yet."""

    en = "There is nothing to draw yet: no recommendation of these has prices that go so far."
    zh = "还没有可画的内容：这些推荐的行情还不够。"


def themes_chart(package: Package) -> Any:  # noqa: ANN401  (altair's charts have many types)
    """Draw each theme index beside its members' benchmark, with a mark where a recommendation was bought."""
    import altair as alt  # noqa: PLC0415  (only who draws pays for it)

    review, t = package.review, package.t
    names = {row["theme"]: package.called(row, "name") for row in review["themes"]}
    curves = review["curves"]
    if not curves:
        raise NothingToDraw
    lines = (t("theme index", "主题指数"), t("benchmark", "基准"))
    points = [
        {"theme": names.get(theme, theme), "day": day, "line": line, "level": level}
        for theme, curve in curves.items()
        for day, *levels in curve
        for line, level in zip(lines, levels, strict=True)
    ]
    bought = _bought(review, curves, names)
    colour = alt.Color("line:N", scale=alt.Scale(domain=list(lines), range=[_BLUE, _GREY]))
    day = alt.X("day:T", title=None, axis=alt.Axis(format=_MONTH, tickCount=5))
    level = alt.Y("level:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(format=",.0f", tickCount=5))
    drawn = alt.Chart().mark_line(strokeWidth=1.8).encode(
        x=day, y=level, color=colour,
        strokeDash=alt.StrokeDash("line:N", scale=alt.Scale(domain=list(lines), range=[[1, 0], [5, 3]])),
        tooltip=[alt.Tooltip("day:T"), alt.Tooltip("line:N"), alt.Tooltip("level:Q", format=",.1f")],
    )  # fmt: skip
    marks = alt.Chart().mark_point(shape="triangle-up", filled=True, size=55, color=_INK).encode(
        x=day, y=alt.Y("level:Q"), tooltip=[alt.Tooltip("shares:N"), alt.Tooltip("day:T")],
    ).transform_filter("datum.shares != null")  # fmt: skip
    layered = alt.layer(
        drawn.transform_filter("datum.line != null"), marks, data=alt.InlineData(values=points + bought)
    )
    facet = alt.Facet("theme:N", sort=list(names.values()))
    chart = layered.properties(width=_NARROW, height=190).facet(facet=facet, columns=2)
    chart = chart.resolve_scale(y="independent", x="independent")
    note = t("Equal weight, rebalanced daily, base 1000; triangles: recommendations bought",
             "等权、每日再平衡，基点 1000；三角：推荐买入")  # fmt: skip
    return _titled(package, chart, t("Theme indices against their benchmarks", "主题指数与基准"), note)


def symbol_chart(package: Package, path: Row) -> Any:  # noqa: ANN401
    """Draw a security's adjusted close beside its benchmark, with a mark for each recommendation's entry."""
    import altair as alt  # noqa: PLC0415

    if not path["path"]:
        raise NothingToDraw
    t, name = package.t, path["name"] or path["symbol"]
    lines = (str(name), index_called(path["benchmark"], path["benchmark_name"], package.language))
    points = [
        {"day": one["session"], "line": line, "price": one[key]}
        for one in path["path"]
        for line, key in zip(lines, ("adjusted", "benchmark"), strict=True)
        if one[key] is not None
    ]
    marks = [
        {"day": one["entry_session"], "price": one["adjusted"], "label": one["broker"],
         "excess": one["excess_return"], "theme": package.called(one, "theme_name")}
        for one in path["marks"] if one["adjusted"] is not None
    ]  # fmt: skip
    day = alt.X("day:T", title=None, axis=alt.Axis(format=_MONTH))
    price = alt.Y("price:Q", title=None, scale=alt.Scale(zero=False))
    drawn = alt.Chart(alt.InlineData(values=points)).mark_line(strokeWidth=1.8).encode(
        x=day, y=price, color=alt.Color("line:N", scale=alt.Scale(domain=list(lines), range=[_BLUE, _GREY])),
        strokeDash=alt.StrokeDash("line:N", scale=alt.Scale(domain=list(lines), range=[[1, 0], [5, 3]])),
        tooltip=[alt.Tooltip("day:T"), alt.Tooltip("line:N"), alt.Tooltip("price:Q", format=",.2f")],
    )  # fmt: skip
    bought = alt.Chart(alt.InlineData(values=marks)).encode(x=day, y=price)
    tips = [
        alt.Tooltip("label:N"),
        alt.Tooltip("theme:N"),
        alt.Tooltip("day:T"),
        alt.Tooltip("excess:Q", format="+.1%"),
    ]
    points_layer = bought.mark_point(
        shape="triangle-up", filled=True, size=140, color=_INK, opacity=1, stroke="white", strokeWidth=1.5
    ).encode(tooltip=tips)
    # A white edge behind each name keeps it readable where it lies on the curve.
    edges = bought.mark_text(dy=18, fontSize=11, stroke="white", strokeWidth=5, color="white").encode(text="label:N")
    labels = bought.mark_text(dy=18, fontSize=11, color=_INK).encode(text="label:N")
    chart = alt.layer(drawn, edges, points_layer, labels).properties(width=_WIDE, height=360)
    note = t("Close with later actions worked in; benchmark brought to the same start; triangles: bought",
             "前复权收盘；基准按起点对齐；三角：买入")  # fmt: skip
    return _titled(package, chart, f"{name} {path['symbol']}", note)


def brokers_chart(package: Package) -> Any:  # noqa: ANN401
    """Draw each broker's hit rate with its 95 % interval; the sample stands beside it."""
    import altair as alt  # noqa: PLC0415

    t = package.t
    rows = [
        {"group": row["group"], "rate": row["hit_rate"], "low": row["hit_rate_low"], "high": row["hit_rate_high"],
         "label": f"{row['hit_rate']:.0%} · n={row['sample']}"}
        for row in package.review["brokers"] if row["hit_rate"] is not None
    ]  # fmt: skip
    if not rows:
        raise NothingToDraw
    order = [row["group"] for row in rows]
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=alt.Y("group:N", sort=order, title=None))
    share = alt.Axis(format="%", tickCount=5)
    low = alt.X("low:Q", title=t("hit rate", "胜率"), scale=alt.Scale(domain=[0, 1]), axis=share)
    interval = base.mark_rule(strokeWidth=3, color=_GREY).encode(x=low, x2="high:Q")
    rate = base.mark_point(filled=True, size=120, color=_BLUE).encode(x="rate:Q", tooltip=["group:N", "label:N"])
    label = base.mark_text(dy=-13, fontSize=11, color=_INK).encode(x="rate:Q", text="label:N")
    half = (
        alt.Chart(alt.InlineData(values=[{"half": 0.5}])).mark_rule(strokeDash=[4, 4], color=_GREY).encode(x="half:Q")
    )
    chart = alt.layer(half, interval, rate, label).properties(width=_WIDE - 200, height=alt.Step(44))
    horizon = package.review["horizon"]
    note = t(f"Matured calls after {horizon}, 95 % Wilson interval; below 30 nothing is ranked",
             f"{horizon} 到期观点，95% Wilson 区间；不足 30 个不作排名")  # fmt: skip
    return _titled(package, chart, t("How often brokers were right", "各券商胜率"), note)


def horizons_chart(package: Package) -> Any:  # noqa: ANN401
    """Draw the mean excess of each theme at each horizon as a map; number, sign and sample stand in each cell."""
    import altair as alt  # noqa: PLC0415

    review, t = package.review, package.t
    cells = [
        {"group": package.called(row, "name"), "horizon": key, "excess": one["mean_excess"],
         "label": f"{one['mean_excess']:+.1%}", "sample": f"n={one['sample']}"}
        for row in review["themes"] for key, one in row["horizons"].items() if one["mean_excess"] is not None
    ]  # fmt: skip
    if not cells:
        raise NothingToDraw
    widest = max(abs(cell["excess"]) for cell in cells) or 1.0
    up, down = (_RED, _GREEN) if package.red_up else (_GREEN, _RED)
    base = alt.Chart(alt.InlineData(values=cells)).encode(
        x=alt.X("horizon:O", sort=review["horizons"], title=t("horizon", "持有期"), axis=alt.Axis(labelAngle=0)),
        y=alt.Y("group:N", sort=[package.called(row, "name") for row in review["themes"]], title=None,
                axis=alt.Axis(labelLimit=260))
    )  # fmt: skip
    colour = alt.Color(
        "excess:Q",
        legend=None,
        scale=alt.Scale(domain=[-widest, 0, widest], range=[down, "#ffffff", up], interpolate="rgb"),
    )
    tips = ["group:N", "horizon:O", alt.Tooltip("excess:Q", format="+.2%"), "sample:N"]
    tiles = base.mark_rect(stroke="white", strokeWidth=2).encode(color=colour, tooltip=tips)
    ink = alt.condition(f"abs(datum.excess) > {widest * 0.6}", alt.value("white"), alt.value(_INK))
    figure = base.mark_text(dy=-6, fontSize=12).encode(text="label:N", color=ink)
    sample = base.mark_text(dy=9, fontSize=9).encode(text="sample:N", color=ink)
    chart = alt.layer(tiles, figure, sample).properties(width=_WIDE - 160, height=alt.Step(46))
    title = t("Mean excess return by theme and horizon", "各主题各持有期平均超额收益")
    return _titled(package, chart, title, t("Matured calls only", "仅计到期观点"))


def draw(chart: Any, form: str, language: str) -> bytes:  # noqa: ANN401
    """Draw a chart offline: ``.png``, ``.svg``, or ``.html`` with everything inside."""
    import vl_convert as vlc  # noqa: PLC0415

    spec = chart.to_dict()
    if form == ".png":
        return bytes(vlc.vegalite_to_png(spec, scale=_SCALE))
    if form == ".svg":
        return str(vlc.vegalite_to_svg(spec)).encode()
    start = "vegaEmbed('#chart', JSON.parse(document.getElementById('spec').textContent), {actions: false});"
    return _page(spec, str(vlc.javascript_bundle(start)), language).encode()


def _page(spec: Row, script: str, language: str) -> str:
    """Wrap a chart into a page of its own; the content policy lets this script run, and nothing be fetched."""
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    title = spec["title"]["text"] if isinstance(spec.get("title"), dict) else "watchlist"
    inert = json.dumps(spec, ensure_ascii=False).replace("<", "\\u003c")
    # Vega compiles its own expressions: hence unsafe-eval. Nothing of a report is ever an expression.
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{allowed}' 'unsafe-eval'"
    )
    return (
        f'<!doctype html><html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=1000">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{html.escape(str(title))}</title>'
        "<style>body{margin:16px;overflow-x:auto;font-family:system-ui,sans-serif}</style></head>"
        f'<body><div id="chart"></div><script type="application/json" id="spec">{inert}</script>'
        f"<script>{script}</script></body></html>\n"
    )


def _bought(review: Row, curves: Row, names: Row) -> list[dict[str, Any]]:
    """Put the purchases of a theme onto its curve, one mark a day with the names of the shares."""
    by_day: dict[tuple[str, str], list[str]] = {}
    for row in review["recommendations"]:
        if row["entry_session"] is not None and row["theme"] in curves:
            by_day.setdefault((row["theme"], row["entry_session"]), []).append(row["name"])
    marks = []
    for (theme, day), shares in by_day.items():
        level = next((index for session, index, _ in curves[theme] if session == day), None)
        if level is not None:
            marks.append({"theme": names[theme], "day": day, "level": level, "shares": " ".join(shares)})
    return marks


def _titled(package: Package, chart: Any, title: str, note: str) -> Any:  # noqa: ANN401
    import altair as alt  # noqa: PLC0415

    review = package.review
    sessions = " · ".join(f"{market} {day}" for market, day in review["as_of_sessions"].items())
    mark = package.t("SIMULATED prices · ", "SIMULATED 模拟行情 · ") if package.simulated else ""
    costs = package.t("before costs and taxes", "未计费用、税前")
    words = [note, f"{mark}{package.t('as of', '截至')} {sessions} · {costs} · {review['fingerprint']}"]
    return chart.properties(title=alt.TitleParams(text=title, subtitle=words)).configure(**_CONFIG)
