"""Brokers by name (券商): who wrote a report, told from who is cited in it; the longest name at a place wins."""

import re
from collections import Counter
from typing import Final

_SHORT_NAMES: Final = (
    "国信 上海 国泰君安 国泰海通 华泰 中信 海通 招商 广发 兴业 东方 民生 开源 天风 国金 东吴 国盛 太平洋 安信 "
    "华金 方正 光大 平安 长城 西南 东北 浙商 华创 中泰 齐鲁 国海 国元 华西 信达 中原 万联 东莞 山西 华安 渤海 "
    "首创 粤开 联讯 川财 东兴 国联 中银 中银国际 中航 新时代 国开 银河 中国银河 东方财富 财富 中邮 西部 华菁 "
    "宏信 长江 申万宏源 申银万国 宏源 中信建投 中金 国投 国都 财通 财达 财信 江海 华鑫 华龙 南京 红塔 湘财 英大 "
    "德邦 五矿 华宝 华福 国融 金元 大同 大通 世纪 联储 第一创业 一创 恒泰 甬兴 申港 东亚前海 汇丰前海 华林 中天 "
    "九州 爱建 国新 华源 国联民生 麦高 诚通 中山 瑞信 高盛高华 瑞银 摩根大通 野村东方国际 东海 万和 银泰 长财 "
    "华融 西藏东方财富 国贸 金圆统一 星展 江南 上海华信 民族 中投 信达澳银 国联安 北京高华 广州 渤海汇金 浙江 "
    "联合"
)
_FOREIGN: Final = (
    "交银国际",
    "招银国际",
    "工银国际",
    "建银国际",
    "农银国际",
    "中银国际",
    "浦银国际",
    "中泰国际",
    "安信国际",
    "海通国际",
    "国泰君安国际",
    "申万宏源(香港)",
    "国元国际",
    "国元证券经纪(香港)",
    "华泰国际",
    "中信里昂",
    "中信证券经纪(香港)",
    "第一上海",
    "光大新鸿基",
    "光大证券国际",
    "兴证国际",
    "东方证券(香港)",
    "西牛证券",
    "富途证券",
    "老虎证券",
    "群益证券",
    "元大证券",
    "凯基证券",
    "永丰金证券",
    "富邦证券",
    "大和",
    "野村东方国际证券",
    "野村国际",
    "里昂证券",
    "麦格理",
    "中金公司",
    "国泰君安",
    "国泰海通",
    "申万宏源",
    "中信建投",
    "野村东方国际",
    "Goldman Sachs",
    "Morgan Stanley",
    "J.P. Morgan",
    "JPMorgan",
    "Merrill Lynch",
    "BofA",
    "UBS",
    "Citigroup",
    "Citi Research",
    "Credit Suisse",
    "Deutsche Bank",
    "HSBC",
    "Nomura",
    "Jefferies",
    "CLSA",
    "CMB International",
    "BOCOM International",
    "ICBC International",
    "CCB International",
    "China International Capital",
    "CICC",
    "Haitong International",
    "Macquarie",
    "Barclays",
    "Daiwa",
    "Bernstein",
    "First Shanghai",
    "CMBI",
    "CGS-CIMB",
    "DBS",
    "Zhongtai International",
    "SPDB International",
    "Guotai Junan International",
)
_FULL: Final = {**{f"{name}证券": f"{name}证券" for name in _SHORT_NAMES.split()}, **{name: name for name in _FOREIGN}}
TEAMS: Final = tuple(
    name for name in _SHORT_NAMES.split() if name not in {"上海", "东北", "西部", "南京", "广州", "民族"}
)
# The same house by two names: the one that the ledger and the scales use.
_ONE: Final = {
    "银河证券": "中国银河证券",
    "申银万国证券": "申万宏源",
    "申万宏源证券": "申万宏源",
    "国泰君安证券": "国泰君安",
    "国泰海通证券": "国泰海通",
    "中信建投证券": "中信建投",
    "中金证券": "中金公司",
    "JPMorgan": "J.P. Morgan",
    "财富证券": "财富证券",
    "中银证券": "中银国际证券",
    "CMBI": "招银国际",
    "CMB International": "招银国际",
    "CICC": "中金公司",
    "China International Capital": "中金公司",
    "Haitong International": "海通国际",
    "BOCOM International": "交银国际",
    "ICBC International": "工银国际",
    "CCB International": "建银国际",
    "SPDB International": "浦银国际",
    "Zhongtai International": "中泰国际",
    "Guotai Junan International": "国泰君安国际",
    "First Shanghai": "第一上海",
}
# The middle of a mainland analyst's licence is the number of the house that registered it (S0570…: Huatai); only
# houses that have kept their name.
_BY_LICENCE: Final = {
    "0010": "华安证券",
    "0020": "国元证券",
    "0080": "中金公司",
    "0100": "民生证券",
    "0120": "德邦证券",
    "0130": "中国银河证券",
    "0160": "财通证券",
    "0190": "兴业证券",
    "0260": "广发证券",
    "0270": "万联证券",
    "0280": "新时代证券",
    "0340": "东莞证券",
    "0350": "国海证券",
    "0360": "华创证券",
    "0490": "长江证券",
    "0550": "东北证券",
    "0570": "华泰证券",
    "0600": "东吴证券",
    "0680": "国盛证券",
    "0740": "中泰证券",
    "0760": "山西证券",
    "0790": "开源证券",
    "0800": "西部证券",
    "0850": "海通证券",
    "0860": "东方证券",
    "0870": "上海证券",
    "0930": "光大证券",
    "0980": "国信证券",
    "1010": "中信证券",
    "1060": "平安证券",
    "1090": "招商证券",
    "1110": "天风证券",
    "1120": "华西证券",
    "1130": "国金证券",
    "1150": "渤海证券",
    "1190": "太平洋证券",
    "1220": "方正证券",
    "1230": "浙商证券",
    "1250": "西南证券",
    "1440": "中信建投",
    "1480": "东兴证券",
    "1500": "信达证券",
}
_LICENCE: Final = re.compile(r"(?<![A-Za-z])S(\d{4})[15]\d{8}")
_HOUSE: Final = re.compile("|".join(re.escape(name) for name in sorted(_FULL, key=len, reverse=True)), re.IGNORECASE)
_SPEAKER: Final = re.compile(
    rf"(?:[^，]{{0,4}}(?:如|据|根据|其中|而|但|同时|及|和|、))?(?P<house>{_HOUSE.pattern})(?![(、，：])", re.IGNORECASE
)
_SAID: Final = re.compile(
    rf"(?P<house>{_HOUSE.pattern})[^，。]{{0,10}}?(?:认为|看好|推荐|指出|维持|给予|预计|表示|报告|研报|建议|上调|"
    rf"下调|首予|发布)",
    re.IGNORECASE,
)
_SELF_AFTER: Final = re.compile(
    r"^(?:股份有限公司|有限责任公司|股份公司|有限公司|\(|（)?[^。\n]{0,14}?(?:以下简称|版权所有|以下称|"
    r"研究所|研究院|研究部|研究中心|研究发展中心|整理|具有中国证监会|具有证券投资咨询|具备证券投资咨询|"
    r"的客户|客户使用|特定客户|机构客户|客户中|书面|或其附属|及其附属)"
)
_SELF_BEFORE: Final = re.compile(r"(?:本报告由|仅供|仅向|特此声明|隶属于|出处为|注明出处为|来源：[^\n。]{0,20})$")
_CITED_BEFORE: Final = re.compile(
    r"(?:根据|据|援引|引自|参考|包括|、|与|和|指出|主承销商|保荐(?:人|机构)|承销|持有|股东|参股|控股|收购|"
    r"推荐|关注|标的|看好)[^\n。]{0,2}$"
)
_CITED_AFTER: Final = re.compile(r"^(?:\(\d{6}|（\d{6}|、|指出|认为|看好|预计|预测|发布|公告|[\d.]|的?研报显示)")
_COVER: Final = 320


def broker_of(text: str) -> str | None:
    """Give the house that wrote a report by the words that only its writer has; ``None`` where nothing says so."""
    weights: Counter[str] = Counter()
    first: dict[str, int] = {}
    for match in _HOUSE.finditer(text):
        name = _name(match[0])
        before, after = text[max(0, match.start() - 24) : match.start()], text[match.end() : match.end() + 40]
        hong_kong = re.match(r"(?:股份|证券)?[ ]?[(（](?:香港|國際|国际)[)）]", after)
        if hong_kong and f"{match[0]}(香港)" in _FULL:
            name = f"{match[0]}(香港)"
        first.setdefault(name, match.start())
        weights[name] += _weight(match, before, after)
    fitting = {name: weight for name, weight in weights.items() if weight > 0}
    if fitting:
        return max(fitting, key=lambda name: (fitting[name], -first[name]))
    registered = {_BY_LICENCE.get(number) for number in _LICENCE.findall(text)}
    return registered.pop() if len(registered) == 1 else None


def others_voice(clause: str, own: str | None) -> bool:
    """Say whether a clause is spoken by a house that is not the report's own (如中信证券在报告中继续推荐)."""
    speaker = _SPEAKER.match(clause)
    return speaker is not None and _name(speaker["house"]) != own


def others_sentence(sentence: str, own: str | None) -> bool:
    """Say whether a sentence so far is what another house says (中信建投看好…，给予…), and not yet ours again."""
    said = _SAID.match(sentence)
    return said is not None and _name(said["house"]) != own and "我们" not in sentence


def begins_with_house(label: str) -> bool:
    """Say whether a label is a team's: the short name of a house, and what it looks after (天风电新)."""
    return label.startswith(TEAMS)


def _weight(match: re.Match[str], before: str, after: str) -> int:
    weight = 0
    if _SELF_AFTER.match(after) or _SELF_BEFORE.search(before):
        weight += 4
    cited = _CITED_BEFORE.search(before) or _CITED_AFTER.match(after)
    if match.start() < _COVER and not cited:
        weight += 6 if not before.strip() or before.endswith("\n") else 3
    return weight if weight or cited else 0


def _name(printed: str) -> str:
    known = next((name for name in _FULL if name.casefold() == printed.casefold()), printed)
    return _ONE.get(known, _FULL.get(known, known))
