"""The words of recommendation: verbs and what opens a list, ratings, and what makes a sentence history or prose."""

import re
from typing import Final

from watchlist.domain.model import Strength
from watchlist.reading.characters import CIRCLES

# What marks an item at the head of a line, to stand in a character class.
BULLETS: Final = r"\-•●■◆◎▶►➢➤⚫◼▪·*>|Ø√✓◇○□★☆▍▌▎▲△▼⊙❖※§♦◉"
_HOW: Final = (
    r"(?:强烈|谨慎|审慎|坚定|重点|核心|继续|持续|首次|建议|优先|积极|维持|重申|逢低|适当|可以|可|密切|高度|"
    r"长期|中长期|中期|短期|其次|主要|特别|"
    r"投资者|首先|依次|仍|仍然|依然|我们|坚持|战略性?|逐步|底部|加大|加强|适度|适时|着重|当前|首要|再次|也|"
    r"亦|并|最|值得|大力|一致){0,6}"
)
_CORE: Final = r"(?:推荐|关注|首推|力推|强推|主推|看好|首选|优选|布局|配置|增配|把握|跟踪|买入|增持|介入|参与)"
# 建议围绕三条主线配置: what stands between says where, not whom.
_ALONG: Final = r"建议(?:投资者)?(?:围绕|沿着?|从|按照?|基于)[^，。；：\n]{1,16}?(?:配置|布局|关注|把握|选股|优选|展开)"
VERB: Final = re.compile(rf"{_ALONG}|{_HOW}{_CORE}(?:到|好)?")
# 布局, 配置 and kin are what companies do too: they recommend only with a word that says so.
_NEEDS_ADVICE: Final = re.compile(r"(?:布局|配置|增配|把握|跟踪|买入|增持|介入|参与)$")
_ADVICE: Final = re.compile(r"建议|推荐|重点|优先|逢低|可以|值得|战略|首选|大力")
# A clause with one of these says what is advised, not what it is about.
ADVISED: Final = re.compile(r"推荐|关注|首推|力推|强推|主推|看好|首选|优选|建议")
# A noun that opens a list: 受益标的：, 相关公司包括.
OPENER: Final = re.compile(
    r"(?:(?:建议|重点|核心|首选|推荐|关注|受益|相关|投资|优质|潜在|直接|主要|弹性|龙头|产业链|海外|港股|A股|"
    r"美股|H股|强烈|优先|本周|本月|月度|十大|年度|我们的)的?){0,4}"
    r"(?:标的|个股|股票池|金股|股票组合|组合|受益公司|受益股|推荐公司|关注公司|重点公司|相关公司|受益企业|"
    r"相关企业|相关上市公司)"
    r"(?:组合|名单|列表|公司)?(?:主要|具体|依次|分别|最新)?(?:如下|包括|包含|有|(?:调整|更新|变更|维持)?为|是|涉及|"
    r"如)?(?=[：:])"
    r"|(?:受益|推荐|关注|首选|核心|重点|投资|相关)(?:的)?标的(?:主要|具体|依次|分别)?(?:包括|包含|有|为|是|如)"
    r"|(?:本周|本月|月度|十大|\d{1,2}月)?金股(?:组合)?(?:包括|为|是|有)"
    r"|(?:股票|个股|股份|今日|每日|本周|每周|重点)推介(?=[：:】]?[ ]*(?:\n|$))"
    r"|(?:(?:受益|推荐|关注|首选|核心|重点|弹性|推荐关注)(?:的)?标的|(?:推荐|核心)?组合|股票池|金股)(?:组合|名单|"
    r"列表|一览|梳理)?"
    r"(?=】?[ ]*\n)"
)
# Where a name follows at once, the noun alone opens a list.
OPENER_BESIDE: Final = re.compile(r"(?:受益|推荐|关注|首选|核心|重点|投资|相关|弹性)(?:的)?(?:标的|个股|公司|股票)")
# Names that end an item: 等, 等标的; what follows them is no name.
ETC: Final = re.compile(
    r"等(?:等|\d{1,3}[家只]公司|[一二两三四五六七八九十]{1,3}[家只]公司)?(?:相关|优质|核心|行业|细分|领域|龙头|"
    r"产业链|受益){0,4}(?:标的|公司|个股|龙头|企业|厂商|股票)?"
)
# A name may be led up to by a phrase that ends so: 龙头企业华兰生物, 如理邦仪器.
LEAD: Final = re.compile(
    r"(?:如|包括|包含|有|为|是|即|含|例如|比如|龙头|企业|公司|厂商|标的|个股|双雄|巨头|供应商|服务商|运营商|"
    r"制造商|开发商|集成商|代理商|经销商|股|的|和|与|及|或|其中|领军|寡头|"
    r"平台|品牌|者|端|类|方|代表|组合|标杆|央企|国企|民企|白马|黑马|厂|商|看|选|环节|领域|板块|产业链|赛道|方向|业务|"
    r"设备|材料|软件|硬件|医药|银行|券商|保险|白酒|光伏|储能|电池|芯片|机器人|零部件|整车|服务|制造|受益|"
    r"分别|依次|对应|主线|推荐|关注)$"
)
SEPARATORS: Final = '、，,/／；;|+&>\n 】》)]”"』」' + CIRCLES
# Right before a verb: it is not advised.
_NOT: Final = re.compile(
    r"(?:不再|不会|不宜|不应|暂不|暂未|并未|并非|没有|尚未|无需|无须|不必|不|未|勿|非|避免|停止|取消|终止|"
    r"回避|规避|剔除|调出|移出|下调)(?:对[^，。；]{0,12})?(?:的)?(?:建议|做|作|予以|给予|构成任何)?$"
)
# Right before a verb: somebody else's act or view, not this report's.
_OTHERS: Final = re.compile(
    r"(?:(?<!建议)(?<!提示)(?<!提醒)市场|(?<!建议)(?<!提示)(?<!提醒)投资者们?|机构|外资|北向资金|资金|公募|"
    r"私募|基金|险资|社保|大股东|控股股东|股东|实控人|实际控制人|高管|董事|董事长|管理层|监管|政府|央行|"
    r"消费者|用户|患者|"
    r"医生|专家|媒体|舆论|各界|业内|高盛|摩根士丹利|大摩|小摩|摩根大通|瑞银|花旗|巴菲特|平台|算法|系统|公司|"
    r"客户|友商|证券[^，。；]{0,6}此前|同业|卖方|指南|医保|目录|受|备受|被|获|获得|得到|引发|引起|"
    r"吸引)(?:[^，。；：—\n]{0,6})$"
)
_TOOLS: Final = re.compile(r"(?:平台|算法|系统)$")
# A rating behind a figure is a cell of a table, whatever the next row begins with.
_CELL_BEFORE: Final = re.compile(r"\d\.\d+ *$|[\d.]+ \d+ *$")
# What was advised then: before words that say "still", at a day that is named, or since one.
_BEFORE: Final = re.compile(
    r"早在|早于|此前|曾经?|前期|之前|上期|上周|上月|上次|前次|去年|前年|历史上|过往|往期|回顾|彼时|"
    r"(?:19|20)\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:的?(?:年度|中期|[一二三四]季度)?(?:报告|深度|策略|周报|月报)"
    r"[^，。；]{0,10})?中?(?:就|已|便|首次)?[^，。；]{0,6}$"
    r"|\d{1,2}月(?:\d{1,2}日|份|初|中旬|底)?[^，。；]{0,6}(?:就|已|首推|首次|率先)[^，。；]{0,8}$|我们(?:已|率先|最早)"
)
_THEN: Final = re.compile(
    r"(?:于|在)(?:(?:19|20)\d\d年)?(?:\d{1,2}月(?:\d{1,2}日|初|中旬|底)?|年初|年中|年底)[^，。；]{0,12}$"
)
_SINCE: Final = re.compile(r"自[^，。；]{1,24}(?:以来|起)")
_YET: Final = re.compile(r"继续|仍|维持|依然|当前|目前")
_STILL: Final = re.compile(r"继续|持续|维持|重申|仍|坚定|当前|目前|现阶段|依然|再次")
_LATER: Final = re.compile(r"^[^。；\n]{0,4}(?:以来|后|至今|之后|以后|逻辑|后续)")
_PERFORMED: Final = re.compile(
    r"^[^。；\n]{0,10}?(?:分别|累计|平均|合计|均|已|本周|上周|区间|涨跌幅|期间)?[^。；，\n]{0,6}?(?:上涨|"
    r"下跌|涨幅|跌幅|收涨|收跌|录得|跑赢|跑输|涨|跌)\d?"
)
# Looks at the words right behind a verb that make it no verb of advice.
_NO_VERB: Final = re.compile(
    r"^(?:度|率|者|人群|理由|报告|阅读|逻辑|原因|评级|点(?!公司|标的|个股)|指数|系统|算法|引擎|位|量|函|榜|制|信|"
    r"用药|治疗|"
    r"等级|目录|疗法|"
    r"摄入|使用|剂量|流|页|器|机制|功能|内容|视频)"
)
# Lists of what moved, not of what is advised.
MOVED: Final = re.compile(
    r"(?:涨|跌|居前|领先|换手|成交|龙虎榜|解禁|流入|流出|持股|加仓|减仓|停牌|复牌|回顾|复盘)[^，。；]{0,14}$"
)
# 泸州老窖（调出）: a name in a list that is no longer on it.
LET_GO: Final = re.compile(r"[ ]?\([^()]{0,6}(?:调出|剔除|移出|删除)[^()]{0,6}\)")
SELL: Final = re.compile(
    r"(?:建议|应|宜|可|继续|坚决|逢高|尽快|适当|逐步){0,4}(?:审慎看待|谨慎看待|谨慎对待|减持|卖出|回避|规避|减配|清仓|不推荐|不建议(?:关注|"
    r"买入|配置|参与|增持|推荐)?|暂不推荐|不再推荐|剔除|调出|移出)"
)

_POSITIVE_WORDS: Final = (
    "强烈推荐 强力买入 强烈买入 谨慎推荐 审慎推荐 谨慎增持 审慎增持 优于大市 强于大市 跑赢行业 跑赢大市 领先大市 "
    "强推 买入 买进 增持 推荐 超配 看好 收集 优于大势"
)
_POSITIVE: Final = frozenset(_POSITIVE_WORDS.split())
_OTHER_WORDS: Final = (
    "弱于大市 同步大市 跑输行业 跑输大市 落后大市 与大市同步 大市同步 区间操作 持有 中性 观望 减持 卖出 回避 "
    "标配 低配 看淡 沽售 沽出 同步大势 落后大势"
)
_ENGLISH_RATINGS: Final = (
    "Strong[ -]Buy|Buy|Outperform|Overweight|Accumulate|Add|Neutral|Hold|Market[ -]?Perform|Equal[ -]?weight|"
    "Underperform|Underweight|Reduce|Sell"
)
# The longest at a place: 强烈推荐 before 推荐.
_RATING_WORDS: Final = "|".join(sorted({*_POSITIVE, *_OTHER_WORDS.split()}, key=lambda word: (-len(word), word)))
RATING: Final = re.compile(rf"(?:{_RATING_WORDS})(?:-[ABC])?|\b(?:{_ENGLISH_RATINGS})\b", re.IGNORECASE)
# A column of ratings.
RATING_HEAD: Final = re.compile(r"评级|rating|recommendation", re.IGNORECASE)
_POSITIVE_ENGLISH: Final = frozenset(
    {"STRONG BUY", "STRONG-BUY", "BUY", "OUTPERFORM", "OVERWEIGHT", "ACCUMULATE", "ADD"}
)
CHANGE: Final = (
    r"维持|首次(?:覆盖|评级)?|上调|下调|调高|调低|重申|恢复|maintained?|reiterated?|initiat(?:ed?|ion)|upgraded?|"
    r"downgraded?"
)


def is_positive(rating: str) -> bool:
    """Say whether a rating recommends, by the usual meaning of its words."""
    plain = re.sub(r"-[ABC]$", "", rating)
    return plain in _POSITIVE or plain.upper() in _POSITIVE_ENGLISH


def strength_of(words: str) -> Strength:
    """Give how strongly a verb, or the noun that opens a list, recommends."""
    if re.search(r"强烈|首推|力推|强推|主推|首选|坚定推荐|核心推荐|优先推荐|首要推荐|大力推荐", words):
        return Strength.STRONG_RECOMMEND
    if re.search(r"推荐|推介|看好|买入|增持|增配|金股|优选", words):
        return Strength.RECOMMEND
    if re.search(r"重点|积极|高度|密切|核心|优先|着重|战略", words):
        return Strength.FOCUS
    return Strength.WATCH


def strength_of_rating(rating: str) -> Strength:
    """Give how strongly a rating recommends; one that does not is only a rating."""
    if not is_positive(rating):
        return Strength.RATING_ONLY
    strong = re.search(r"强烈|强力|强推|strong", rating, re.IGNORECASE)
    return Strength.STRONG_RECOMMEND if strong else Strength.RECOMMEND


def is_advice(text: str, start: int, end: int, clause: int, *, named: bool = False) -> bool:
    """Say whether the verb at ``[start, end)`` advises now: no negation, nobody else's act, no history.

    Args:
        text: the flow.
        start: of the verb.
        end: of the verb.
        clause: where the sentence of the verb begins.
        named: whether a security's name follows at once: no system recommends that (燃料电池系统推荐亿华通).
    """
    verb, before, after = text[start:end], text[clause:start], text[end : end + 40]
    if RATING.fullmatch(verb) and _CELL_BEFORE.search(before):
        return False
    if _NO_VERB.match(after) or _LATER.match(after):
        return False
    if _NEEDS_ADVICE.search(verb) and not _ADVICE.search(verb):
        return False
    if _NOT.search(before[-16:]):
        return False
    others = _OTHERS.search(before[-14:]) and not (named and _TOOLS.search(before))
    if others and "建议" not in verb and "我们" not in verb and "我们" not in before[-12:]:
        return False
    last = re.split(r"[，：]", before)[-1]
    if _THEN.search(last) or (_SINCE.search(last) and not _YET.search(verb)):
        return False
    return not _BEFORE.search(last) or bool(_STILL.search(verb) or _STILL.search(last))


def performed(after: str) -> bool:
    """Say whether the words behind a list tell how it did: then the list is a look back."""
    return _PERFORMED.match(after) is not None
