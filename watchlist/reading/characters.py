"""A report's raw characters become comparable ones, each still knowing where in the raw text it stood."""

import re
import unicodedata
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_BLANKS: Final = 4
# Traditional characters, and marks as wide as they are printed.
_AS_PRINTED: Final = re.compile(r"[!-~\u4e00-\u9fff（），：；！？～％＋／｜]")
# What NFKC leaves as it is, and PDF texts carry in place of ideographs (CJK Radicals Supplement).
_RADICALS: Final = dict(
    zip(
        "⺁⺄⺈⺍⺕⺗⺝⺟⺠⺢⺧⺩⺪⺫⺬⺭⺮⺯⺳⺶⺸⺻⺼⺾⻁⻂⻃⻄⻅⻆⻉⻋⻌⻍⻎⻏⻑⻒⻓⻔⻕⻗⻘⻙⻚⻛⻜⻝⻟⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
        "厂乙刀小彐心月母民水牛王疋目示礻竹糸网羊羊聿肉艹虎衤西西见角贝车辶辶辶阝长长长门阜雨青韦页风飞食饣马骨鬼鱼鸟卤麦黄齐齿龙龟",
        strict=True,
    )
)
_INVISIBLE: Final = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\ufff9-\ufffb]"
)
# Pictures: at the head of a line they are bullets, behind a stop they begin a line, elsewhere they say nothing.
_PICTURE: Final = re.compile(
    r"[\u2600-\u2604\u2607-\u2712\u2716-\u2775\u2794-\u27bf\u2b50-\u2b55\U0001f000-\U0001faff]"
)
_PICTURES: Final = re.compile(r"\x1f[\x1f ]*")
_KEYCAP: Final = "\u20e3"
_SPACES: Final = " \t\u00a0\u3000"
# Widths that matter to no rule below are made one; Chinese commas, stops and colons stay what they are.
# Numbers in circles number items: as plain digits they would run into the words.
CIRCLES: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳❶❷❸❹❺❻❼❽❾❿"
_KEPT: Final = frozenset(f"，：；！？。、…—{CIRCLES}")
_UNIFIED: Final = {
    "％": "%",
    "﹪": "%",
    "︰": "：",
    "﹕": "：",
    ";": "；",
    "﹔": "；",
    "､": "、",
    "﹑": "、",
    "～": "~",
    "∼": "~",
    "〜": "~",
    "－": "-",
    "–": "-",
    "−": "-",
    "‐": "-",
    "‑": "-",
    "─": "-",
    "﹣": "-",
    "〖": "【",
    "〗": "】",
    "［": "[",
    "］": "]",
    "\r": "\n",
    "\u2028": "\n",
    "\u2029": "\n",
    "\x0b": "\n",
    "\x0c": "\n",
    "\x85": "\n",
}
_TAGS: Final = re.compile(
    r"</?(?:b|i|u|strong|em|p|br|hr|span|div|font|td|tr|th|table|thead|tbody|li|ul|ol|h[1-6]|sup|sub|"
    r"a)(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)
_BLOCK_TAGS: Final = re.compile(r"<(?:/?p|br|/?div|/?tr|/?li|/?h[1-6]|/?table)\b", re.IGNORECASE)
_CELL_TAGS: Final = re.compile(r"</t[dh]\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mapped:
    """Text whose every character knows the raw character it came from.

    Attributes:
        origin: for each character of ``text`` its offset in the raw text, ascending.
    """

    text: str
    origin: "array[int]"

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the raw ``[start, end)`` of a non-empty part of the text."""
        return self.origin[start], self.origin[end - 1] + 1

    def printed(self, raw: str, start: int, end: int) -> str:
        """Give a part of the text in the raw text's own characters, without its radicals, widths and line breaks."""
        pairs = zip(self.text[start:end], self.origin[start:end], strict=True)
        return "".join(raw[at] if _AS_PRINTED.match(raw[at]) else letter for letter, at in pairs)

    def kept(self, drop: Iterable[tuple[int, int] | tuple[int, int, str]], filler: str = "") -> "Mapped":
        """Give the text without some ascending parts; each leaves its filler, else ``filler`` (a character), behind."""
        pieces, origin, at = [], array("L"), 0
        for start, end, *own in drop:
            start = max(start, at)  # noqa: PLW2901 - parts may overlap
            if end <= start:
                continue
            left = own[0] if own else filler
            pieces += [self.text[at:start], left]
            origin.extend(self.origin[at:start])
            if left:
                origin.append(self.origin[start])
            at = end
        pieces.append(self.text[at:])
        origin.extend(self.origin[at:])
        return Mapped("".join(pieces), origin)


def normalise(raw: str, simplified: Mapping[str, str] | None = None) -> Mapped:
    """Fold widths, radicals and spaces; take out what cannot be seen, markup and Markdown marks.

    Args:
        raw: the decoded text.
        simplified: further characters to fold, such as Traditional ones.
    """
    more = simplified or {}
    letters: list[str] = []
    origin = array("L")
    for offset, character in enumerate(raw):
        for letter in _folded(more.get(character, character)):
            letters.append(letter)
            origin.append(offset)
    return _without_marks(_without_pictures(Mapped("".join(letters), origin)))


def _without_pictures(mapped: Mapped) -> Mapped:
    for before, filler in ((r"(?:^|(?<=\n)) *", "•"), (r"(?<=[。；！？!])", "\n"), ("", " ")):
        if "\x1f" not in mapped.text:
            break
        runs = re.finditer(before + _PICTURES.pattern, mapped.text)
        mapped = mapped.kept([run.span() for run in runs], filler)
    return mapped


def _without_marks(mapped: Mapped) -> Mapped:
    for wanted, filler in ((_BLOCK_TAGS, "\n"), (_CELL_TAGS, "|"), (_TAGS, "")):
        mapped = mapped.kept([tag.span() for tag in _TAGS.finditer(mapped.text) if wanted.match(tag[0])], filler)
    mapped = mapped.kept(mark.span() for mark in re.finditer(r"\*{2,3}|__|`+|~~", mapped.text))
    # Long runs of blanks say no more than short ones, and cost every rule below.
    mapped = mapped.kept((run.start() + _BLANKS, run.end()) for run in re.finditer(r" {5,}|\n{5,}", mapped.text))
    # Commas and colons of either width are one, but not inside numbers, times and addresses.
    text = re.sub(r",(?!\d)|(?<!\d),", "，", mapped.text)
    text = re.sub(r":(?!//)", "：", text)
    return Mapped(text, mapped.origin)


@lru_cache(maxsize=65536)
def _folded(character: str) -> str:
    if "\u4e00" <= character <= "\u9fff" or (character.isascii() and character.isalnum()) or character in _KEPT:
        return character
    if character in _UNIFIED:
        return _UNIFIED[character]
    # Digits of every script: the rules below take all of them for digits, and symbols are spelled with ours.
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    # Icons of symbol fonts lie in the private area: bullets, telephones, envelopes.
    if character in _SPACES or "\ue000" <= character <= "\uf8ff":
        return " "
    if _INVISIBLE.match(character):
        return ""
    if _PICTURE.match(character):
        return "\x1f"
    if character == _KEYCAP:
        return "、"
    return _RADICALS.get(character) or unicodedata.normalize("NFKC", character).translate(_UNIFIED_TABLE)


_UNIFIED_TABLE: Final = str.maketrans(_UNIFIED)
