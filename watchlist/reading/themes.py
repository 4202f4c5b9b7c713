"""The theme of a list as printed: the nearest item label, the words that lead up to the names, or the sentence."""

import re
from typing import Final

from watchlist.reading.characters import CIRCLES
from watchlist.reading.names import CODE
from watchlist.reading.sector_words import DRIVERS, GENERIC, GENERICS, SECTOR
from watchlist.reading.words import ADVISED, BULLETS

MARKER: Final = (
    r"(?:\d{1,2}(?:\.\d{1,2}){1,2}[、.)]?(?=[^\d.%])|\d{1,2}[、.)](?!\d)|\(\d{1,2}\)|[(]?[a-zA-Z][).、](?![a-z])|"
    rf"[{CIRCLES}]|"
    r"\([一二三四五六七八九十]{1,3}\)|[一二三四五六七八九十]{1,3}(?:[、.)]|是)"
    r"|主线[一二三四五六\d]|方向[一二三四五六\d]|第[一二三四五六](?:[类条个大](?:主线|方向)?)?|其[一二三四五])"
)
BULLET: Final = rf"[{BULLETS}# ]*"
# Labels that name a section or the act of recommending, not a theme.
_SECTION: Final = re.compile(
    r"^(?:[^，]{0,8}(?:投资|策略|配置|操作|选股)?(?:建议|要点|策略|逻辑|思路|主线|方向|"
    r"机会|意见|理由|组合|名单)(?:[及与和].{0,8})?|(?:附|附?图|附?表)[表\d一二三四五六七八九十]{0,3}.{0,12}|事件|"
    r"点评|观点|核心观点|主要观点|行业观点|周观点|摘要|报告摘要|结论|总结|"
    r"投资观点|我们认为|"
    r"(?:建议|重点|核心|首选|推荐|关注|受益|相关|投资|优质|潜在|直接|主要|弹性|龙头|产业链|海外|港股|A股|"
    r"美股|H股|强烈|持续|继续|本周|本月|月度|十大|年度|的)*(?:标的|个股|公司|组合|股票|金股|关注|推荐|股票池|"
    r"企业|受益)(?:名单|组合|列表)?(?:如下|包括|有|为|主要包括)?|"
    r"(?:以下|如下|下列|[一二三四五六两几\d]+[个条大类]).{0,10}|港股|A股|美股|H股|海外|国内|短期|中期|长期|"
    r"中长期|主线[一二三四五六\d]|方向[一二三四五六\d]|其[一二三四五]|第[一二三四五六]|进攻|防御|稳健|弹性|"
    r"风险(?:提示|因素)?|.{0,12}(?:来看|而言|来说|角度看|看来|表示|显示|认为|如下|如图|方面看)|(?:可以?|适当|"
    r"建议|重点|积极|持续|继续|具体|我们|投资者|逢低)*(?:关注|推荐|包括)|.{0,6}评级|.{0,10}报告|来源|注|备注|"
    r"日期|分析师|如下|包括|例如|其中|.*目标价.*|.*(?:公司|标的|个股|行业|板块)(?:推荐|关注|配置|排序|建议).*|.*(?:我们|虽然|尽管|如果|认为|预计|但是).*|.*(?:周报|月报|日报|"
    r"年报|季报|点评|晨会|专题|深度)|.*(?:编号|编码|证书|资格|电话|邮箱|日期).*|.*(?:不变|顺序|排序|"
    r"梳理|汇总|一览|名单)|.*(?:标的|个股|公司)(?:包括|有|为|如)?|.{0,12}(?:建议|推荐|"
    r"重点)关注.{0,4})$"
)
_STRIP_HEAD: Final = re.compile(
    r"^(?:[ 【】“”\"(（]|以及|及其|及|和|与|并|且|或|以|如|包括|其中|其次|同时|此外|另外|还有|受益于|受益|"
    r"得益于|关注|推荐|看好|聚焦|布局|围绕|把握|重视|优选|精选|"
    r"国内|国外|海外|上游|中游|下游|全球|我国|中国|境内|相关|行业内?|优质|优秀|核心(?!资产)|细分(?!赛道|"
    r"领域)|具备|拥有|积极|持续|重点|A股|港股|美股|H股|低估值的?|高成长的?|高景气的?|景气度较?高的?|"
    r"业绩确定性?[强高]的?|基本面优异的?|估值较?低的?|建议|投资者|我们|板块|方面|对应|潜在|直接|弹性|部分|"
    r"主要|有望|场景落地|从|在|对|：|:)+"
)
_STRIP_TAIL: Final = re.compile(
    r"(?:[ 【】“”\"(（：:]|等|龙头|双雄|双寡头|双龙头|三巨头|巨头|领军|领先|优质|头部|核心|优秀|知名|企业|公司|央企|"
    r"国企|民企|厂商|厂家|标的|个股|股票|股|供应商|服务商|制造商|开发商|运营商|提供商|白马|黑马|新贵|寡头|"
    r"板块|领域|方向|赛道|环节|主线|子行业|子板块|(?<!银)行业|产业(?!链)|相关|品种|组合|平台型?|公司如|的|中|里|内|上|者|是|有|为|"
    r"如|包括|含|方面|各|[一两二三四五六]条|[一两二三四五六]大|类|端|投资|机会|受益|优势|国内|推荐|建议|关注|重点|"
    r"我们|绝对|细分)+$"
)
_EDGES: Final = ' #*-|/【】“”"—'
# 国企改革（方案陆续落地，激励到位）: what is said of a theme is no part of it; what it consists of is.
_GLOSS: Final = re.compile(r"(?<=[\u4e00-\u9fffA-Za-z\d])[ ]?\((?:[^()、]{8,}|[^()]*，[^()]*)\)?$")
_LONGEST_CLAUSE, _DESCRIBES = 14, 8
# Words that say how something does, when, or what to do about it: a theme has none of them.
_NOT_THEME: Final = re.compile(
    r"较|高|低(?!空)|强|好|确定性|具有|具备|业绩|估值|弹性|增长|质地|表现|稳健|负债|份额|优势|超预期|预期|有望|持续|"
    r"提升|改善|"
    r"修复|优异|丰富|目标价|评级|盈利|年报|季报|一季|二季|个百分|\d{3}|我们|投资者|市场|本周|看|从|，|。|建议|关注|"
    r"推荐|公司|"
    r"下半年|上半年|全年|仓位|标的|目前"
)
# 资源禀赋优的公司: words that describe companies are a label as printed.
_DESCRIBED: Final = re.compile(r"(?:的|[优强大高低好]质?)[^的]{0,8}(?:公司|企业|标的|品种|龙头|央企|国企|个股)$")
_COUNTED_LEAD: Final = re.compile(
    rf"[ ]*{MARKER}[，：、是 ]?(?P<label>[^，。；：\n]{{2,12}})，(?:如|包括|例如|比如|代表公司|相关标的|标的)*[ ：]?$"
)
_OPENED: Final = re.compile(r"[、 ]?(?P<label>[\u4e00-\u9fffA-Za-z0-9+]{2,6})\(")
_CIRCUMSTANCE: Final = re.compile(r"(?:在|从|随着|基于|受|由于|当)")
_KIND_OF: Final = re.compile(rf"({SECTOR.pattern})(?:板块|概念|相关|受益|核心|投资)*(?:标的|个股|公司|股)")
# What happens to a sector is no part of its name: 焦煤价格反弹.
_HAPPENS: Final = re.compile(r"价格|反弹|复苏|景气|需求|涨价|拐点|政策|落地|回暖|爆发|放量|周期上行|扩张|加速|替代空间")
# Words that say what kind of company it is, not of which theme.
_MOVES: Final = re.compile(r"影响|带动|推动|驱动|拉动|提振|利好|上涨|下跌|下降|来看|方面")
_METALS: Final = frozenset("铜铝锂钴镍锡钨钼锑锌铅金银钛煤油猪鸡鸭糖铀")
_QUALITY_WORDS: Final = (
    "区域 行业 细分 民营 国有 头部 优质 平台 上市 地方 老牌 新兴 大型 中小 全国 本土 成本 技术 综合 传统 其他"
)
_QUALITIES: Final = frozenset(_QUALITY_WORDS.split())
_OF_KIND: Final = re.compile(r"(?:企业|公司|龙头|厂商|厂家|板块|领域|环节|标的|供应商|服务商|运营商|制造商)$")
_EXPLICIT: Final = re.compile(
    r"(?:关注|看好|聚焦|布局|围绕|把握|推荐|受益于|重视|配置|落地)(?P<what>[^，。；：\n]{2,24}?)(?:等)?(?:板"
    r"块|领域|方向|赛道|主线|产业链|行业|环节|(?<![个选持])股)(?:[，：的]|$|投资机会|机会)"
)

# A clause that ends so names what the advice behind it is about.
_ASPECT: Final = re.compile(
    r"(?:板块|行业|领域|方面|方向|环节|赛道|主线|产业链|股|(?<=[\u4e00-\u9fff]{2})端)(?:上|中|里)?$"
)
_SUBJECT: Final = re.compile(
    r"[ 、]*(?P<what>[\u4e00-\u9fffA-Za-z0-9+]{1,8}?)(?:板块|行业|领域|赛道|环节)(?=[\u4e00-\u9fff])"
)
_TOPIC: Final = re.compile(r"(?:方面|板块|领域|赛道|环节)$")
_TOPIC_HEAD: Final = re.compile(
    r"^(?:以及|其中|同时|此外|另外|并|而|且|对于?|在|从|我们|本周|当前|建议|维持|继续|最后|首先|其次|[一二三四五六]是|"
    r"标的方面|个股方面|[ 、])+"
)
_TOPIC_TAIL: Final = re.compile(
    r"(?:端|子?板块|子?行业|领域|方面|方向|环节|赛道|主线|股|上|中|里|我们|则|可|建议|继续|持续|重点|[ 、])+$"
)
# What is said of a theme begins with one of these: 区域酒稳健.
_SAYS: Final = re.compile(
    r"稳健|确定性|弹性|景气|需求|有望|受益|持续|加速|维持|处于|迎|较|高(?:增|企)|增长|回升|回暖|复苏|改善|修复|"
    r"企稳|触底|拐点|放量|具备|估值|业绩|格局|渗透率|已|将|是|为|在"
)


# What stands right before a verb is a noun that names what it recommends (组件串焊机推荐…), but for when, how and who.
_NO_NOUN: Final = re.compile(
    _SAYS.pattern + r"|[年月季周日期]|此|综上|总之|因而|故而|于是|鉴于|由于|随着|按|依|据|阶段|配置|策略|操作|选股|"
    r"交易|风格|标的|个股|投资|层面|维度|自下而上|自上而下|择机|左侧|右侧|底部|国内|海外|内地|境内|境外|研究|证券|团队|分析师|作者|"
    r"其|该|这|那|者|均|都|也|又|还|且|并|不|未|没|了|我|"
    r"后|前|以|可|应|需|会|暂|仅|只"
)
_NO_TOPIC: Final = re.compile(_NOT_THEME.pattern + r"|^(?:内地|境内|本港)?(?:[ABH港美])$|个股|选股|组合")


def of_label(label: str) -> str | None:
    """Give the theme that a label names, as printed but for what is no part of it; ``None`` for a section's label."""
    # 受益环节①电解质, 算力侧|推荐: what stands before a mark, and behind a bar, is no part of it.
    label = re.split(r"\|", re.sub(rf"^.*(?=[{CIRCLES}])", "", label.strip(_EDGES)))[0]
    label = _unwrapped(re.sub(rf"^{MARKER}[、，：:. ]?", "", label))
    explicit = _EXPLICIT.search(label)
    if explicit:
        return _core(explicit["what"])
    if "，" in label and not _CIRCUMSTANCE.match(label):
        label = label.split("，")[0]
    if len(label) >= _DESCRIBES and _DESCRIBED.search(label) and not ADVISED.search(label):
        return label
    if kind := _KIND_OF.fullmatch(label):
        return kind[1]
    if not label or _SECTION.match(label):
        return None
    bare = re.sub(
        r"(?:等)?(?:板块|领域|方向|赛道|主线|(?<!银)行业|环节|相关标的|受益标的|标的|个股|公司|方面)+$", "", label
    )
    bare = re.sub(r"^(?:关注|看好|推荐|聚焦|布局|首推|首选|强推|建议|重点|强烈|继续|持续)+", "", bare).strip(" ：:的-")
    return bare or None


def of_market(label: str) -> str | None:
    """Give the market that a label names: a theme only where nothing else is one."""
    label = _unwrapped(label)
    return label if label in {"港股", "A股", "美股", "H股", "海外", "中概股"} else None


def _unwrapped(label: str) -> str:
    """Take off what stands around a label: marks, and brackets that hold all of it or belong to nothing in it."""
    label = label.strip(_EDGES)
    if re.fullmatch(r"\([^()]*\)", label):
        label = label[1:-1]
    label = _GLOSS.sub("", label)
    return label if label.count("(") == label.count(")") else label.strip("() ")


def of_lead(lead: str) -> str | None:
    """Give the theme in the words between a verb and its first name: ``国内相关医疗设备领先企业`` is ``医疗设备``."""
    # 第一类，高股息资产，如长江电力: the words between a mark and what gives the names are a label.
    if counted := _COUNTED_LEAD.match(lead):
        return of_label(counted["label"])
    # 三类机会：创新（A、B）: a section's label is none of it.
    head, _, tail = lead.rpartition("：")
    lead = tail if tail.strip(" (") and of_label(head) is None else lead
    lead = re.sub(rf"^[，：: ]*{MARKER}", "", CODE.sub("", lead))
    if opened := _OPENED.fullmatch(lead):
        return of_label(opened["label"])
    lead = re.split(r"[，：]", lead)[-1] if SECTOR.search(re.split(r"[，：]", lead)[-1]) else lead
    return _shortened(lead)


def of_sentence(text: str, start: int, verb: int, *, item: bool) -> str | None:
    """Give the theme that the sentence before a verb speaks of.

    Args:
        text: the flow.
        start: where the sentence, or its numbered item, begins.
        verb: where the verb does.
        item: whether it is a numbered item: its first clause names the theme; else the nearest clause does.
    """
    said = text[start:verb]
    aspects = [] if item else [one for one in re.split(r"[，：；。]", said) if _TOPIC.search(one)]
    if aspects and (theme := of_clause(aspects[-1])):
        return theme
    explicit = list(_EXPLICIT.finditer(said))
    if explicit and (theme := _core(explicit[-1]["what"])):
        return theme
    if item:
        said = re.sub(rf"^{BULLET}(?:{MARKER})?[ ：、]?", "", said)
    clauses = [clause for clause in re.split(r"[，：；。]", said) if clause.strip()]
    if item and clauses and is_label(clauses[0]):
        return of_label(clauses[0])
    for clause in clauses if item else reversed(clauses):
        # What another verb recommends is no theme: 推荐方大特钢，建议关注久立特材.
        if not item and ADVISED.search(clause):
            continue
        if theme := _named_in(clause, said):
            return theme
    if not item or not clauses:
        return None
    return _shortened(clauses[0], loosely=True) or _spoken_of(clauses[0])


def is_label(clause: str) -> bool:
    """Say whether the first clause of an item only names what it is about: ``（一）车辆零部件，推荐…``."""
    clause = clause.strip(" ")
    told = (
        _SAYS.search(clause)
        or _MOVES.search(clause)
        or _NOT_THEME.search(clause)
        or ADVISED.search(clause)
        or _STRIP_HEAD.match(clause)
    )
    return 2 <= len(clause) <= _LONGEST_CLAUSE and not told  # noqa: PLR2004


def of_clause(words: str) -> str | None:
    """Give the theme that stands right before a verb: ``啤酒板块推荐…``, ``乳制品推荐…``, ``内险方面，推荐…``."""
    clauses = [clause for clause in re.split(r"[，：；。\n]", words)[-2:] if clause.strip()]
    # 家电（推荐A，关注B）: the word before the bracket that the verb opens.
    if inside := re.search(r"(?:^|[，；。：])(?:个股方面|标的方面)?[，、 ]?([\u4e00-\u9fffA-Za-z]{2,6})\($", words):
        return of_label(inside[1])
    if not clauses or (words.rstrip(" ").endswith("，") and not _ASPECT.search(clauses[-1])):
        return None
    core = _TOPIC_HEAD.sub("", re.sub(rf"^{BULLET}(?:{MARKER})?[ 、，：]*", "", clauses[-1].strip(" ")))
    bare = _TOPIC_TAIL.sub("", core)
    ended = bool(_ASPECT.search(core)) or SECTOR.fullmatch(bare) is not None or not _NO_NOUN.search(core)
    fits = 2 <= len(bare) <= 10 and not _NO_TOPIC.search(bare) and not ADVISED.search(bare)  # noqa: PLR2004
    return of_label(bare) if ended and fits else None


def of_noun(words: str) -> str | None:
    """Give the theme before a noun that opens a list: ``建议关注高股息`` before ``标的：``."""
    said = ADVISED.split(re.split(r"[，：；。\n]", words)[-1])[-1]
    return of_lead(said) if SECTOR.search(said) else None


def _spoken_of(clause: str) -> str | None:
    """Give what a clause speaks of, before the words that say how it does: ``区域酒`` of ``区域酒稳健``."""
    said = _SAYS.search(clause)
    topic = _STRIP_HEAD.sub("", clause[: said.start()]) if said else ""
    return topic if 2 <= len(topic) <= 8 and not _NOT_THEME.search(topic) else None  # noqa: PLR2004


def _named_in(clause: str, said: str) -> str | None:
    # 零部件板块受益于新能源热管理: what the clause is about comes first.
    subject = _SUBJECT.match(clause)
    if subject and not _NO_TOPIC.search(subject["what"]):
        return _STRIP_HEAD.sub("", subject["what"]) or None
    # 受益于出海的工程机械: the noun that the clause comes to is its theme.
    ended = _sector(clause.rpartition("的")[2])
    if ended:
        return ended[0]
    generic, sector = GENERICS.search(clause), _sector(clause)
    if sector and (generic is None or sector.start() <= generic.start()):
        return sector[0]
    if generic is None:
        return sector[0] if sector else None
    if len(generic[0]) > 2:  # noqa: PLR2004 - a qualifier stands before it
        return generic[0]
    before = SECTOR.search(said)
    return before[0] + generic[0] if before else (sector[0] if sector else None)


def _sector(words: str) -> re.Match[str] | None:
    """Give the first sector of some words; what drives sectors (国产替代, 出海) is one only where there is no other."""
    found = list(SECTOR.finditer(words))
    return next((one for one in found if one[0] not in DRIVERS), found[0] if found else None)


def _core(words: str) -> str | None:
    words = re.split(r"的", words)[-1] or words
    return _STRIP_TAIL.sub("", _STRIP_HEAD.sub("", words)) or None


def _shortened(words: str, *, loosely: bool = False) -> str | None:
    words = words.strip(" ，：、")
    words = re.sub(r"(?:例如|比如|譬如|诸如|包括|如)$", "", words).strip(" ，：、")
    tail = _kept(words) if loosely else _STRIP_TAIL.sub("", words)
    # 资产负债表最稳健的: what only qualifies the names is no theme.
    if not tail or (words.endswith("的") and not loosely and not (SECTOR.search(words) or GENERICS.search(words))):
        return None
    before, of, after = tail.rpartition("的")
    core = _STRIP_TAIL.sub("", _STRIP_HEAD.sub("", after if of else tail))
    if re.fullmatch(r"细分(?:赛道|领域)?|赛道|龙头|", core):
        if not (loosely and of):
            return None
        last = re.split(r"[、，]", before)[-1]
        return (last + _kept(words[len(before) + 1 :])) or None
    core = re.split(r"等(?=[\u4e00-\u9fff])", core)[0].strip(_EDGES)
    if sector := SECTOR.search(core):
        whole = len(core) <= 10 and not _NOT_THEME.search(core) and not _HAPPENS.search(core)  # noqa: PLR2004
        return core if whole else sector[0]
    shortest = 2 if _OF_KIND.search(words) and core not in _QUALITIES else 3
    if core in _METALS:
        return core
    if _NOT_THEME.search(core) or not (shortest <= len(core) <= 8 or core in GENERIC):  # noqa: PLR2004
        return None
    return core


def _kept(words: str) -> str:
    return re.sub(r"(?:龙头|企业|公司|标的)+$", "", words)
