"""Read: a report's file or pasted text becomes a draft: decoded, measured, read; nothing is written here."""

import datetime as dt
from pathlib import Path
from typing import Any, Final

from watchlist.domain.errors import WatchlistError, Words, disk_words
from watchlist.ledger.aliases import load_aliases
from watchlist.ledger.draft import Reading
from watchlist.ledger.home import Home
from watchlist.ledger.securities import load_securities
from watchlist.reading.about import Told
from watchlist.reading.found import Problem, Recommended, Sector
from watchlist.reading.names import Names
from watchlist.reading.pdf import MAGIC, UnreadablePdfError, text_of
from watchlist.reading.reader import read
from watchlist.reading.traditional import SIMPLIFIED

MOST_BYTES: Final = 3_000_000
MOST_PDF_BYTES: Final = 64_000_000
MOST_PAGES: Final = 600
MOST_CHARACTERS: Final = 500_000
_FEWEST_TRADITIONAL: Final = 0.01


class Unreadable(WatchlistError):
    """A file is no text that can be read."""

    en = "{file} cannot be read: {why}"
    zh = "{file} 无法读取：{why}"


_PDF_TROUBLE: Final = {
    "encrypted": Words(
        "it is protected by a password; save a copy without one.", "文件有密码保护；请另存一份无密码的副本。"
    ),
    "damaged": Words("it is damaged; download it again.", "文件已损坏；请重新下载。"),
    "image_only": Words(
        "it holds pictures and no text; run it through text recognition first.", "只有图片而没有文字；请先做文字识别。"
    ),
    "too_long": Words(f"it has more than {MOST_PAGES} pages.", f"超过 {MOST_PAGES} 页。"),
}


def load_names(home: Home) -> Names:
    """Load every name that a report may print.

    Raises:
        ConfigProblem: a list of names is wrong.
    """
    return Names(load_securities(home), (one for one in load_aliases(home) if one.kind != "typed"))


def read_file(path: Path, names: Names, told: Told, today: dt.date) -> Reading:
    """Read one file.

    Raises:
        Unreadable: it is too large, no text, or a PDF without text.
    """
    try:
        if path.stat().st_size > MOST_PDF_BYTES:
            raise Unreadable(file=path.name, why=_too_large(MOST_PDF_BYTES))
        content = path.read_bytes()
    except FileNotFoundError:
        raise Unreadable(file=path.name, why=Words("there is no such file.", "没有这个文件。")) from None
    except OSError as error:
        raise Unreadable(file=path.name, why=disk_words(error).ended()) from None
    return read_bytes(content, path.name, names, told, today)


def read_bytes(content: bytes, file: str, names: Names, told: Told, today: dt.date) -> Reading:
    """Read the bytes of a file or of pasted text.

    Raises:
        Unreadable: they are too many, no text, or a PDF without text.
    """
    if content.startswith(MAGIC):
        try:
            raw, encoding = text_of(content, MOST_PAGES), "pdf"
        except UnreadablePdfError as error:
            raise Unreadable(file=file, why=_PDF_TROUBLE[error.trouble]) from None
    else:
        if len(content) > MOST_BYTES:
            raise Unreadable(file=file, why=_too_large(MOST_BYTES))
        raw, encoding = decode(content, file)
    if len(raw) > MOST_CHARACTERS:
        raise Unreadable(file=file, why=_too_large(MOST_CHARACTERS))
    return _reading(file, raw, encoding, (names, told, today))


def read_again(reading: Reading, names: Names, told: Told, today: dt.date) -> Reading:
    """Read a text once more, with more said of it by a person."""
    return _reading(reading.file, reading.raw, reading.encoding, (names, told, today))


def _reading(file: str, raw: str, encoding: str, known: tuple[Names, Told, dt.date]) -> Reading:
    names, told, today = known
    simplified = SIMPLIFIED if _is_traditional(raw) else None
    return Reading(file, raw, encoding, read(raw, names, told, last=today, simplified=simplified))


def decode(content: bytes, file: str) -> tuple[str, str]:
    """Decode text: UTF-8 with or without its mark, UTF-16 with its mark, else GB18030.

    Raises:
        Unreadable: it is none of these, or holds zero bytes as no text does.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif content.startswith(b"\xef\xbb\xbf"):
        encodings = ["utf-8-sig"]
    else:
        encodings = ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, "utf-8" if encoding == "utf-8-sig" else encoding
    why = Words("it is no text in UTF-8 or GB18030.", "不是 UTF-8 或 GB18030 编码的文本。")
    raise Unreadable(file=file, why=why)


def draft_object(reading: Reading) -> dict[str, Any]:
    """Give a draft in the shape that other programs rely on (``read FILE --json``)."""
    draft, about = reading.draft, reading.draft.about
    rating = about.industry_rating
    report = {
        "broker": about.broker,
        "analysts": [{"name": name, "licence": licence} for name, licence in about.analysts],
        "title": about.title,
        "published": about.published.isoformat() if about.published else None,
        "period": {"start": about.period[0].isoformat(), "end": about.period[1].isoformat()} if about.period else None,
        "industry": about.industry,
        "industry_rating": {"label": rating[0], "change": rating[1], "printed": rating[2]} if rating else None,
        "rating_scale": about.rating_scale,
        "benchmarks": {market: list(symbols) for market, symbols in about.benchmarks.items()}
        if about.benchmarks
        else None,
        "language": about.language,
        "told": [key for key in ("broker", "published", "title") if getattr(draft.told, key) is not None],
    }
    return {
        "report": report,
        "recommendations": [_recommended(one) for one in draft.recommendations],
        "sector_calls": [_sector(one) for one in draft.sectors],
        "problems": [_problem(one, reading.file) for one in draft.problems],
    }


def _recommended(one: Recommended) -> dict[str, Any]:
    return {
        "theme": one.theme,
        "name": one.name,
        "symbol": one.symbol,
        "strength": str(one.strength),
        "verb": one.verb,
        "rating": one.rating,
        "target_price": one.target_price,
        "currency": one.currency,
        "quotes": _quotes(one.quotes),
    }


def _sector(one: Sector) -> dict[str, Any]:
    said = {"what": list(one.what), "verb": one.verb, "strength": str(one.strength), "rating": one.rating}
    return said | {"quotes": _quotes(one.quotes)}


def _problem(one: Problem, file: str) -> dict[str, Any]:
    start, end = one.span
    said = {"kind": one.kind, "what": one.what.en, "what_zh": one.what.zh, "start": start, "end": end}
    return said | {"text": one.text, "candidates": list(one.candidates), "file": file}


def _quotes(quotes: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [
        {"start": q.start, "end": q.end, "text": q.text, "name_start": q.name_start, "name_end": q.name_end}
        for q in quotes
    ]


def _is_traditional(raw: str) -> bool:
    letters = [letter for letter in raw[:20_000] if "\u4e00" <= letter <= "\u9fff"]
    return bool(letters) and sum(letter in SIMPLIFIED for letter in letters) > _FEWEST_TRADITIONAL * len(letters)


def _too_large(most: int) -> Words:
    return Words(f"it is larger than {most:,} allow; cut it into parts.", f"超过 {most:,} 的上限；请拆分后再读。")
