"""A draft becomes a file of the ledger: the model that checks it, and TOML that a person can read and edit."""

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

import tomlkit
from pydantic import ValidationError
from tomlkit.items import Table

from watchlist.domain.errors import UsageMistake, Words
from watchlist.ledger.problems import Fault
from watchlist.ledger.report import Report
from watchlist.reading.found import Quote, Recommended, Sector
from watchlist.reading.reader import Draft

# Names of houses that people write in Latin letters; another keeps its own.
_LATIN: Final = {
    "国信证券": "guosen",
    "上海证券": "shanghai",
    "国泰君安": "gtja",
    "国泰海通": "gtht",
    "华泰证券": "huatai",
    "中信证券": "citics",
    "中信建投": "csc",
    "海通证券": "haitong",
    "招商证券": "cms",
    "广发证券": "gf",
    "申万宏源": "swhy",
    "兴业证券": "xingye",
    "东方证券": "orient",
    "民生证券": "minsheng",
    "开源证券": "kaiyuan",
    "天风证券": "tianfeng",
    "国金证券": "sinolink",
    "东吴证券": "soochow",
    "国盛证券": "guosheng",
    "光大证券": "everbright",
    "平安证券": "pingan",
    "中国银河证券": "galaxy",
    "中泰证券": "zhongtai",
    "万联证券": "wanlian",
    "浙商证券": "zheshang",
    "华创证券": "huachuang",
    "中金公司": "cicc",
    "长江证券": "changjiang",
    "安信证券": "essence",
    "国元证券经纪(香港)": "guoyuan-hk",
    "东方财富证券": "eastmoney",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it was read: where it came from, how it was decoded, and what was found in it."""

    file: str
    raw: str
    encoding: str
    draft: Draft

    @property
    def sha256(self) -> str:
        """Give the fingerprint of the decoded text."""
        return hashlib.sha256(self.raw.encode("utf-8", "surrogatepass")).hexdigest()


class SilentText(UsageMistake):
    """The text does not say what the ledger must know, and nobody has said it."""

    en = "{file} does not say {what}: add {options}."
    zh = "{file} 未写明{what}：请加上 {options}。"


def report_table(reading: Reading, report_id: str, evidence: str | None = None) -> dict[str, Any]:
    """Give the draft as the table that the ledger's model reads.

    Args:
        reading: with broker, title and day known; of its text only the fingerprint is kept.
        report_id: the stem of its file.
        evidence: how a person knows the day, where the text does not print it.
    """
    draft, about = reading.draft, reading.draft.about
    table: dict[str, Any] = {
        "id": report_id,
        "broker": about.broker,
        "title": about.title,
        "published": about.published,
    }
    table["evidence"] = evidence or (
        f"printed on the report: {about.published_text}"
        if about.published_text and not draft.told.published
        else "said by the person who read it"
    )
    if about.industry:
        table["industry"] = about.industry
    table["language"] = about.language
    if about.analysts:
        table["analysts"] = [
            {"name": name, **({"licence": licence} if licence else {})} for name, licence in about.analysts
        ]
    if about.industry_rating:
        label, change, _ = about.industry_rating
        table["industry_rating"] = {"label": label, **({"change": change} if change else {})}
    if about.period:
        table["period"] = {"start": about.period[0], "end": about.period[1]}
    table["text"] = {
        "sha256": reading.sha256,
        "characters": len(reading.raw),
        "encoding": reading.encoding,
    }
    if about.rating_scale:
        table["rating_scale"] = {
            kind: {key: value for key, value in levels.items() if value is not None}
            for kind, levels in about.rating_scale.items()
        }
    if about.benchmarks:
        quote = {"quote": _quote(about.benchmarks_quote)} if about.benchmarks_quote else {}
        table["benchmarks"] = {"markets": {name: list(symbols) for name, symbols in about.benchmarks.items()}, **quote}
    table["recommendations"] = [_recommendation(one) for one in draft.recommendations]
    table["sector_calls"] = [_sector(one) for one in draft.sectors]
    return table


def checked(table: dict[str, Any]) -> Report:
    """Give the table as the ledger's model, which refuses what the ledger may not hold."""
    return Report.model_validate(table)


def refused(error: ValidationError) -> Words:
    """Say in both languages why the ledger's model refuses a table."""
    first = error.errors(include_url=False)[0]
    fault = first.get("ctx", {}).get("error")
    if isinstance(fault, Fault):
        return Words(f"{fault.what.en}.{fault.hint.en}", f"{fault.what.zh}。{fault.hint.zh}")
    place = ".".join(str(part) for part in first["loc"])
    return Words(f"{place}: {first['msg']}.", f"{place}：{first['msg']}。")


def missing(draft: Draft, file: str) -> None:
    """Refuse a draft that lacks what every report of the ledger has.

    Raises:
        SilentText: broker, title or day is not known.
    """
    about = draft.about
    lacks = [
        (en, zh, option)
        for value, en, zh, option in (
            (about.broker, "its broker", "券商", "--broker NAME"),
            (about.title, "its title", "标题", "--title TEXT"),
            (about.published, "its day", "日期", "--published 2024-06-14"),
        )
        if value is None
    ]
    if lacks:
        what = Words(" and ".join(en for en, _, _ in lacks), "、".join(zh for _, zh, _ in lacks))
        raise SilentText(file=file, what=what, options=" ".join(option for _, _, option in lacks))


def report_id(broker: str, title: str, published: dt.date) -> str:
    """Give the stem of a report's file: the day, the broker, and the beginning of its title."""
    house = _LATIN.get(broker, re.sub(r"[^\w]+", "-", broker.casefold()).strip("-"))
    words = re.sub(r"[^\w]+", "-", title.casefold()).strip("-")
    # In letters of four bytes each it is still a name that every file system takes.
    return f"{published}-{house[:32].strip('-')}-{words[:24].strip('-')}".replace("_", "-")


def toml_of(table: dict[str, Any], heading: str) -> str:
    """Write the table as TOML, the plain values first, with a heading that says what the file is."""
    document = tomlkit.document()
    document.add(tomlkit.comment(_plain(heading)))
    document.add(tomlkit.nl())
    for key, value in table.items():
        if not isinstance(value, (dict, list)) and key != "id":
            document.add(key, value)
    for key, value in table.items():
        if isinstance(value, dict):
            document.add(tomlkit.nl())
            document.add(key, _table(value))
        elif isinstance(value, list) and value:
            rows = tomlkit.aot()
            for one in value:
                rows.append(_table(one))
            document.add(tomlkit.nl())
            document.add(key, rows)
    return tomlkit.dumps(document)


def _table(content: dict[str, Any]) -> Table:
    table = tomlkit.table()
    for key, value in content.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            rows = tomlkit.aot()
            for one in value:
                rows.append(_table(one))
            table.append(key, rows)
        elif isinstance(value, dict):
            table.append(key, _table(value))
        else:
            table.append(key, value)
    return table


def _plain(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _quote(quote: Quote) -> dict[str, Any]:
    named = {} if quote.name_start is None else {"name_start": quote.name_start, "name_end": quote.name_end}
    return {"start": quote.start, "end": quote.end, **named, "text": quote.text}


def _recommendation(one: Recommended) -> dict[str, Any]:
    table: dict[str, Any] = {"theme": one.theme or "", "name": one.name, "symbol": one.symbol}
    table |= {key: value for key, value in (("verb", one.verb), ("rating", one.rating)) if value}
    table["strength"] = str(one.strength)
    if one.target_price is not None and one.currency:
        table |= {"target_price": one.target_price, "currency": one.currency}
    return table | {"quotes": [_quote(quote) for quote in one.quotes]}


def _sector(one: Sector) -> dict[str, Any]:
    table: dict[str, Any] = {"what": list(one.what)}
    table |= {key: value for key, value in (("verb", one.verb), ("rating", one.rating)) if value}
    return table | {"strength": str(one.strength), "quotes": [_quote(quote) for quote in one.quotes]}
