"""Calls on sectors (推荐【游戏】板块): kept as such, apart from shares."""

import re
from typing import Final

from watchlist.reading.sector_words import SECTOR

_OBJECT: Final = re.compile(r"[^，。；！？\n：]*")
_SECTOR_END: Final = re.compile(
    r"(?:板块|行业|领域|产业链|赛道|方向|产业|(?:的|长周期|板块|行业|产业|主题)?(?:长周期)?(?:投资|布局|配置|"
    r"主题)?机会|品种|细分领域|相关龙头企业)(?:的?(?:投资|布局|配置|结构性|修复|反弹|长期|表现)?(?:机会|价值|行情|"
    r"表现))?$"
)
_STRIP: Final = re.compile(
    r"(?:等?(?:高景气度?|细分|相关|优质|核心)*(?:板块|行业|领域|赛道|方向|产业(?!链)|品种|龙头企业|龙头)|"
    r"的?(?:长周期|长期|结构性|主题)?(?:投资|布局|配置)?(?:机会|价值|行情)|所?带来.*|等)+$"
)
_BRACKETS: Final = re.compile(r"【([^【】]{1,20})】")
_PARTS: Final = re.compile(r"[、及和与]|以及")


def sector_of(
    text: str, start: int, end: int, stop: int, clause: int
) -> tuple[tuple[str, ...], tuple[int, int]] | None:
    """Give the sectors that a verb without securities recommends, and the place of the words.

    Args:
        text: the flow.
        start: of the verb.
        end: of the verb.
        stop: of its scope.
        clause: where its sentence begins.
    """
    match = _OBJECT.match(text, end, stop)
    spoken = match[0].rstrip(" ") if match else ""
    if len(spoken) > 60:  # noqa: PLR2004 - so long an object is a sentence
        return None
    if not spoken:
        return _before(text, start, end, clause)
    what = _what(spoken)
    return (what, (start, end + len(spoken))) if what else None


def _before(text: str, start: int, end: int, clause: int) -> tuple[tuple[str, ...], tuple[int, int]] | None:
    begin = max(clause, text.rfind("，", 0, start) + 1)
    match = re.fullmatch(r"(?P<what>[^，。；]{2,24}?板块)(?:需|值得|应|可|仍|也|建议)*", text[begin:start])
    if match is None:
        return None
    parts = tuple(_PARTS.split(match["what"]))
    bare = tuple(re.sub(r"板块$", "", part) for part in parts)
    return (bare if len(set(bare)) == len(bare) else parts), (begin, end)


def _what(spoken: str) -> tuple[str, ...]:
    bracketed = tuple(_BRACKETS.findall(spoken))
    ended = _SECTOR_END.search(spoken)
    if bracketed and (ended or spoken.endswith("】")):
        return bracketed
    plain = re.sub(r"\([^()]*\)", "", spoken)
    if ended is None:
        whole = SECTOR.fullmatch(plain) or re.fullmatch(r"AI\+[+A-Za-z\u4e00-\u9fff/]{1,12}", plain)
        return (plain,) if whole else ()
    core = _STRIP.sub("", plain)
    core = re.split(r"所?带来", core)[0]
    core = core.rpartition("的")[2] or core.rpartition("的")[0]
    core = re.sub(r"^(?:应用驱动下的|以及|国内|海外|相关)+", "", core)
    core = re.sub(r"(?:板块|行业|领域)$", "", core)
    if not core or len(core) > 40 or re.search(r"[？！]", core):  # noqa: PLR2004
        return ()
    return tuple(part.strip() for part in _PARTS.split(core) if part.strip())
