"""Analysts (分析师) with their licences: S and 13 digits on the mainland, three letters and digits in Hong Kong."""

import re
from collections.abc import Iterable
from typing import Final

from watchlist.reading.houses import TEAMS

_SURNAMES: Final = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马"
    "苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪"
    "祁毛禹狄米贝明臧"
    "计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯"
    "昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松"
    "井段富巫乌焦巴弓牧隗山谷车侯"
    "宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔"
    "阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍郤璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼"
    "容向古易慎戈廖庾终暨居衡步都"
    "耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游"
    "竺权逯盖益桓公肖覃岳帅缑亢况有琴商牟佘佴伯赏墨哈谯笪年爱阳佟仝代么楚邸"
    "麦闫付冼邝苟粟揭谌伦练占操涂郄亓綦眭尧忻战隋初迟鹿矫化呼漆邬"
)
_COMPOUND: Final = "欧阳|司马|上官|诸葛|东方|尉迟|皇甫|慕容|司徒|令狐|夏侯|端木|独孤|南宫"
_PERSON: Final = rf"(?:(?:{_COMPOUND})[\u4e00-\u9fff]{{1,2}}?|[{_SURNAMES}][\u4e00-\u9fff]{{1,3}}?)"
_TITLES: Final = (
    r"(?:首席|资深|高级|联席|行业|证券|执业|策略|宏观|传媒|医药|电子){0,4}(?:分析师|分析员|研究员|分析師|作者|姓名|"
    r"analysts?)(?:团队|姓名|介绍)?(?:\(执业\))?"
)
_ENDING: Final = (
    r"(?=[ ：:，,、/|\d(（\n]|$|[A-Za-z@]|执业|投资咨询|证券投资|资格|证书|登记|电话|邮箱|分析师|研究助理|联系人|"
    r"首席|博士|硕士|SAC|SFC|特此|\[)"
)
_NAMED: Final = re.compile(
    rf"{_TITLES}[：:  \n]{{0,3}}(?P<names>{_PERSON}(?:[、/，, ]{{1,2}}{_PERSON})*?){_ENDING}", re.IGNORECASE
)
_ONE: Final = re.compile(
    rf"{_TITLES}[：: \n]{{0,3}}(?P<names>(?:{_PERSON}){_ENDING}(?:[、/，, ]{{1,3}}{_PERSON}{_ENDING})*)", re.IGNORECASE
)
_LICENCE: Final = re.compile(
    r"(?<![A-Za-z])[SA]\d{13}|(?<=SFC)[ ]?(?:CE|No|CE No)?\.?[：: ]{0,2}([A-Z]{3}\d{3})(?!\d)|(?:中央编号|CE "
    r"?No\.?|SFC CE Ref)[：: ]{0,2}([A-Z]{3}\d{3})"
)
_LICENCE_LABEL: Final = (
    r"(?:\(?(?:SAC)?[ ]?(?:证券)?(?:执业|执证)?(?:资格)?(?:证书)?(?:编号|号码|号|编码)|"
    r"(?:证券)?投资咨询(?:业务|执业)?(?:资格)?(?:证书)?(?:编号|"
    r"号)|执业(?:资格)?证书(?:编号|号码|号)?|资格(?:证书)?编号|登记编[码号]|SAC(?: ?(?:Reg\.? ?)?No\.?| ?执证)?|SFC)?"
)
_LATIN: Final = r"[A-Z][a-z]+(?:[ -][A-Z]?[a-z]+)? (?:[A-Z]{2,}|[A-Z][a-z]+)"
_BEFORE_LICENCE: Final = re.compile(
    rf"(?P<name>{_PERSON}|(?-i:{_LATIN}))(?:[ ]?\((?:证券)?(?:分析师|研究员|首席)\))?[ \n：:，,(]*"
    rf"(?:(?:0\d{{2,3}}-?|\(?0\d{{2,3}}\)?[ -]?)\d{{4,8}}[xX×*]{{0,4}}(?:-\d+)?|\(?\+?86[\d) -]{{8,16}})?[ "
    rf"\n]*[：: \n]*(?:[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+?\.(?:com|cn|hk|net)(?:\.cn|\.hk)?)?[ "
    rf"\n]*(?:(?:[\u4e00-\u9fff]{{2,8}}行业)?(?:首席|联席|资深)?\n?(?:分析师|分析员|研究员)[ \n：:，,(]*)?"
    rf"{_LICENCE_LABEL}[：: \n]*$",
    re.IGNORECASE,
)
# A name on a line of its own above a telephone or an address, or at the head of a team.
_WITHOUT_TITLE: Final = re.compile(
    rf"^[ ]*(?P<name>{_PERSON})(?:[ ]*\n[ ]*(?:\(?\+?\d[\d ()-]{{6,18}}$|[\w.+-]{{2,40}}@)|团队(?![\u4e00-\u9fff]))"
    rf"|(?<=[ 】])(?P<name2>{_PERSON})团队(?![\u4e00-\u9fff])",
    re.MULTILINE,
)
# 陈宝健（分析师） 刘逍遥（分析师）, 曾韬 分析员: the title behind the name.
_TITLED_BEHIND: Final = re.compile(
    rf"(?<![\u4e00-\u9fff])(?P<name>{_PERSON})[ ]?[(（]?(?:首席)?(?:证券)?(?:分析师|分析员|研究员)(?![\u4e00-\u9fff])"
)
# 分析员 on a line, then a name and an address a line; 天风电新团队 孙达/王纪/李默 at the end of a post.
_MAILED: Final = re.compile(rf"^[ ]*(?P<name>{_PERSON})[ ：:]{{1,4}}(?=[\w.+-]{{2,40}}@)", re.MULTILINE)
_MAILED_LATIN: Final = re.compile(
    r"^[ ]*(?P<name>[A-Z][a-z]+(?:[ -][A-Z][A-Za-z]+){1,2})(?:，? ?(?:CFA|CPA|Ph\.?D\.?|"
    r"FRM))*[ ]*\n?[ ]*(?:\(\d{2,4}\) ?\d{4}|\+\d)",
    re.MULTILINE,
)
_TEAM: Final = re.compile(rf"团队[：: ]{{1,2}}(?P<names>{_PERSON}(?:[ ]?/[ ]?{_PERSON})+)(?![\u4e00-\u9fff])")
# 黎  峻: a name of two letters is set as wide as one of three.
_SPREAD: Final = re.compile(
    rf"(?<![\u4e00-\u9fff])({_COMPOUND}|[{_SURNAMES}])[ \u3000]{{1,4}}([\u4e00-\u9fff]{{1,2}})(?![\u4e00-\u9fff])"
)
_COVER, _MOST = 1500, 6
_STOP_WORDS: Final = frozenset(
    {
        "金融学",
        "金融",
        "经济",
        "硕士",
        "博士",
        "执业",
        "证书",
        "联系",
        "电话",
        "邮箱",
        "姓名",
        "介绍",
        "承诺",
        "声明",
        "申明",
        "团队",
        "承诺及",
        "简介",
        "水平",
        "应独",
        "和研",
        "及其",
        "有限",
        "有关",
        "从业",
        "年度",
        "公司",
        "在此",
        "均具",
        "应当",
        "以及",
        "于此",
        "成员",
    }
)


def analysts(text: str) -> tuple[tuple[str, str | None], ...]:
    """List the analysts of a report and their licences; assistants and contacts are none."""
    text = _SPREAD.sub(r"\1\2", text)
    licensed = _licensed(text)
    if licensed and all(licensed.values()):
        return tuple((name or "", licence) for licence, name in licensed.items())
    names = list(dict.fromkeys(_titled(text)))
    behind = _names(_TITLED_BEHIND.finditer(text, 0, _COVER))
    if len(behind) > len(names) or (licensed and len(behind) == len(licensed)):
        names = behind
    if licensed:
        return _matched(licensed, names)
    return tuple((name, None) for name in _unlicensed(text, names)[:_MOST])


def _licensed(text: str) -> dict[str, str | None]:
    """Give each licence, in the order they are printed, with the name beside it; helpers' are left out."""
    places: dict[str, int] = {}
    for match in _LICENCE.finditer(text):
        places.setdefault(next(filter(None, match.groups()), match[0]).strip(), match.start())
    beside = {licence: _beside(text, at) for licence, at in places.items()}
    return {licence: name for licence, name in beside.items() if not (name and _is_helper(text, places[licence], name))}


def _matched(licensed: dict[str, str | None], names: list[str]) -> tuple[tuple[str, str | None], ...]:
    """Give licences without a name beside them the names that are left over, in order."""
    if len(names) == len(licensed):
        return tuple(zip(names, licensed, strict=True))
    free = [name for name in names if name not in licensed.values()]
    found: list[tuple[str, str | None]] = []
    for licence, name in licensed.items():
        chosen = name or (free.pop(0) if free else None)
        if chosen:
            found.append((chosen, licence))
    taken = {name for name, _ in found}
    more = [name for name in free if name not in taken] if len(licensed) < len(names) else []
    return (*found, *((name, None) for name in more))


def _unlicensed(text: str, names: list[str]) -> list[str]:
    """List the people of a report without licences: those by their titles, of a team, or with their addresses."""
    team = _TEAM.search(text)
    named = re.split(r"[ ]?/[ ]?", team["names"]) if team else []
    best = max(named, names, _names(_MAILED.finditer(text)), key=len)
    alone = _names(_WITHOUT_TITLE.finditer(text, 0, _COVER))
    return list(dict.fromkeys(best or alone or [match["name"] for match in _MAILED_LATIN.finditer(text)]))


def _names(matches: Iterable[re.Match[str]]) -> list[str]:
    """List the names of matches that are people's, each once."""
    found = (match["name"] or match["name2"] for match in matches)
    return list(dict.fromkeys(name for name in found if _is_name(name)))


def _beside(text: str, at: int) -> str | None:
    """Give the name right before a licence number, a telephone and an address between them at most."""
    before = text[max(0, at - 110) : at]
    match = _BEFORE_LICENCE.search(before)
    if match is None:
        return None
    name, start = match["name"], match.start("name")
    # ...CN张熙投资咨询: the shortest that begins with a surname behind something that is no name.
    tail = re.search(
        rf"(?:(?<=[^\u4e00-\u9fff])|(?<=分析师)|(?<=研究员)|(?<=姓名)|(?<=支持)|(?<=助理)|^)({_PERSON})$",
        before[: start + len(name)],
    )
    found = tail[1] if tail else name
    return found if found not in _STOP_WORDS and not re.search(r"分析|研究|证券|资格|编号|证书|联系", found) else None


def _is_helper(text: str, at: int, name: str) -> bool:
    """Say whether the person beside a licence is only a contact or an assistant."""
    start = text.rfind(name, 0, at)
    return re.search(r"(?:联系人|研究支持|研究助理|助理)[：: \n]{0,3}$", text[max(0, start - 10) : start]) is not None


def _titled(text: str) -> list[str]:
    """List the people behind a title, as often as they are printed."""
    names: list[str] = []
    for match in _ONE.finditer(text):
        if re.search(
            r"(?:助理|联系|署名|每位|负责|投资者和)[^\n：:]{0,3}$", text[max(0, match.start() - 4) : match.start()]
        ):
            continue
        for name in re.split(r"[、/，, ]+", match["names"]):
            clean = name.strip()
            if re.fullmatch(_PERSON, clean) and _is_name(clean):
                names.append(clean)
    return names


def _is_name(words: str) -> bool:
    """Say whether two to four letters that begin with a surname are a name, and no part of a sentence."""
    return (
        words not in _STOP_WORDS
        and not words.startswith(TEAMS)
        and not re.search(
            r"[的是在本将与应为具并均有我]|研究|公司|报告|声明|承诺|行业|职业|证券|确认|保证|国内|通信", words
        )
    )
