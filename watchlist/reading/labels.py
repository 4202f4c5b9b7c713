"""Labels of items: the nearest one before a verb, and how far it holds."""

import re
from dataclasses import dataclass
from typing import Final

from watchlist.reading.themes import BULLET, MARKER, is_label, of_label
from watchlist.reading.words import ADVISED, BULLETS

_LABEL_END: Final = r"[：:]|——|--| - |(?<=[\u4e00-\u9fff])\|(?=[\u4e00-\u9fff])"
LABEL_MARK: Final = re.compile(_LABEL_END)
LABEL: Final = re.compile(
    rf"(?:^|(?<=[\n。；;：，!！])){BULLET}(?P<marker>{MARKER}(?:[、，：:. ]|是)?)?[ "
    rf"]?(?P<label>[^\n。；;：:，]{{1,30}}(?:，[^\n。；;：:，]{{1,16}})?)(?:{_LABEL_END})",
    re.MULTILINE,
)
# （1）创新药。医保…: the first sentence of an item, short, is its label.
_SENTENCE_LABEL: Final = re.compile(
    rf"(?:^|(?<=[\n。；])){BULLET}(?P<marker>{MARKER})[ ]?(?P<label>[^\n，。；：]{{2,14}})。", re.MULTILINE
)
_MAINLINE: Final = re.compile(r"(?:主线|方向|路径|线索)[一二三四五六\d]：(?P<label>[^，。；：\n]{2,14})[，。]")
BRACKETED: Final = re.compile(
    r"【(?P<label>[^【】\n]{1,20})】[：: ]?|(?:^|(?<=\n))\[(?P<label2>[\u4e00-\u9fffA-Za-z+]{2,12})\]", re.MULTILINE
)
ITEM: Final = re.compile(
    rf"(?:^|(?<=[\n。；;：，]))[ ]?{BULLET}(?P<marker>{MARKER}|(?<=\n)[{BULLETS}])[ ]?", re.MULTILINE
)
_COUNTED: Final = re.compile(r"[一二三四五六七八九十]{1,3}是|其[一二三四五]")
# 主线二，出口链，推荐A。此外建议关注B: a sentence that begins so leaves the items of the one before it.
_LEAVES: Final = re.compile(r"[ ]*(?:此外|另外|除此之外|除上述|同时，?(?:我们)?建议)")
_MARKER_WIDTH, _LINE_LABEL = 4, 8


@dataclass(frozen=True, slots=True)
class Label:
    """The nearest item label: where its marker begins, and the theme it names (``None``: a section, or a company)."""

    start: int
    end: int
    theme: str | None
    marked: bool
    company: bool = False


def nearest_label(text: str, verb: int) -> Label | None:
    """Give the nearest label before a verb: a marked one of its paragraph, an unmarked one of its sentence."""
    line = max(text.rfind("\n", 0, verb), verb - 320, -1) + 1
    sentence = max(text.rfind("。", line, verb), line - 1) + 1
    best = _with_colon(text, line, sentence, verb)
    for match in _SENTENCE_LABEL.finditer(text, max(line - 1, 0), verb):
        theme = of_label(match["label"])
        if theme and is_label(match["label"]) and (best is None or match.start("marker") > best.start):
            best = Label(match.start("marker"), match.end(), theme, marked=True)
    for match in _MAINLINE.finditer(text, line, verb):
        if _LEAVES.match(text, sentence, verb) and match.end() < sentence:
            continue
        best = Label(match.start(), match.end(), of_label(match["label"]), marked=True)
    item = nearest_item(text, verb)
    if best is not None and item is not None and item > best.start:
        best = None
    for match in BRACKETED.finditer(text, line, verb):
        opens = (
            match.start() == line
            or text[match.start() - 1] in "。；\n"
            or (item is not None and match.start() - item <= _MARKER_WIDTH)
        )
        if opens and (match.end() >= verb - 12 or match.start() >= sentence):
            best = Label(match.start(), match.end(), of_label(match["label"] or match["label2"]), marked=True)
    return best


def _with_colon(text: str, line: int, sentence: int, verb: int) -> Label | None:
    """Give the nearest label with a colon; one at the head of a line holds for all of it."""
    best: Label | None = None
    for match in LABEL.finditer(text, max(line - 1, 0), verb):
        if match.start("label") < line:
            continue
        bulleted = re.search(rf"[{BULLETS}]", text[match.start() : match.start("label")]) is not None
        marked = bulleted or (match["marker"] is not None and match["marker"].strip() != "")
        theme = of_label(match["label"])
        # 三是…：A、B。同时关注C: what is counted in a sentence ends with it.
        if marked and _is_left(text, match, line, sentence, verb):
            continue
        heads = match.start("label") - line <= _MARKER_WIDTH and len(match["label"]) <= _LINE_LABEL and theme
        # 医疗服务：需求回暖，推荐标的：…；受益标的：… - what opens a list, or says why, takes no theme away.
        says_why = match["marker"] is None and ADVISED.search(match["label"].partition("，")[2])
        opens = (theme is None or says_why) and best is not None and best.theme
        if marked or not (opens or (match.start() < sentence and not heads)):
            begin = match.start("label") if match["marker"] is None else match.start("marker")
            best = Label(begin, match.end(), theme, marked)
    return best


def nearest_item(text: str, verb: int) -> int | None:
    """Give where the numbered item that a verb stands in begins, behind its marker; ``None`` where there is none."""
    line = max(text.rfind("\n", 0, verb), verb - 320, -1) + 1
    sentence = text.rfind("。", line, verb)
    found = [
        match
        for match in ITEM.finditer(text, max(line - 1, 0), verb)
        if match.start("marker") >= line and not _is_left(text, match, line, sentence + 1, verb)
    ]
    return found[-1].start("marker") if found else None


def _is_left(text: str, match: re.Match[str], line: int, sentence: int, verb: int) -> bool:
    """Say whether what a mark numbers inside a line is over: a counted item with its sentence, others as words say."""
    if match.start() >= sentence:
        return False
    inside = match.start("marker") - line > _MARKER_WIDTH
    counted = _COUNTED.match(match["marker"] or "") is not None
    return counted or (inside and _LEAVES.match(text, sentence, verb) is not None)
