"""The cover of a report: title, industry and its rating, each only where the text says so."""

import itertools
import re
from collections.abc import Container
from typing import Final

from watchlist.reading.houses import TEAMS
from watchlist.reading.sector_words import INDUSTRIES, INDUSTRY
from watchlist.reading.words import CHANGE, RATING

_COVER, _TITLE, _SHORTEST, _LONGEST, _MOST_LINES, _LONGEST_PART = 900, 8, 6, 70, 26, 22
_PARTS: Final = re.compile(r"[|/·•丨]")
_KIND: Final = (
    r"(?:行业|公司|策略|专题|事件|深度|动态|跟踪|点评|月度|年度|半年度|季度|宏观|证券|投资|研究|简版|更新|"
    r"首次覆盖|港股|A股|海外|周|月|定期|简评|调研|系列){0,6}(?:报告|周报|月报|点评|研究|跟踪|策略|快报|速递|简报|"
    r"简评|纪要|模板|周观点|日报)(?:模板|简版)?"
)
_SERIES: Final = re.compile(
    rf"[\u4e00-\u9fff]{{0,8}}{_KIND}|[\u4e00-\u9fff]{{2,8}}(?:研究|策略|分析|点评)|"
    r"(?:Equity|Sector|Company|Industry|Macro|Strategy) "
    r"(?:Research|Report|Update|Note|Strategy)",
    re.IGNORECASE,
)
_HOUSES: Final = "|".join(TEAMS)
_TEAM: Final = re.compile(
    rf"^【(?:{_HOUSES})[^【】]{{0,8}}】|^(?:{_HOUSES})[\u4e00-\u9fff]{{2,4}} ?[|丨] ?|^(?:{_HOUSES})证券[：:]"
)
# 标题0606: the day, or the rating of the next line, behind a title of a pasted post, and the days of a weekly.
_SUBTITLE: Final = re.compile(
    rf"(?<=[\u4e00-\u9fff])(?:{RATING.pattern})[(（](?:{CHANGE})[)）]$|(?<=[\u4e00-\u9fff])[01]\d[0-3]\d$|"
    r"[(（](?:20)?\d{6} ?[-~—] ?(?:20)?\d{4,6}[)）]$"
)
# Whole lines of a cover that are no title: its series, house, people, day, prices, ratings and headings.
_NOISE: Final = re.compile(
    r"^(?:[\W\d_]*|[•●■◆◼▪].*|(?:证券|行业)?(?:分析师|研究员|研究助理|联系人)[ ：:].*|"
    r".*证券研究报告.*|.*(?:股份有限公司|有限责任公司|研究所|研究院|研究部)$|"
    r"[\u4e00-\u9fff]{2,8}证券(?:经纪)?(?:\(香港\))?|(?-i:[A-Z &.]+)|.*(?:Tel|E-?mail|SAC|http|www\.|@|电话|执业|"
    r"证书|邮箱).*|.*(?:19|20)\d\d ?(?:年|-|/|\.) ?\d{1,2}.*\d ?日?(?: ?星期.)?$|\d{1,2} [A-Z][a-z]+ 20\d\d|"
    r"[A-Z][a-z]+ \d{1,2}(?:st|nd|rd|th)?[,，]? 20\d\d|"
    r".*\d{6}\.(?:SH|SZ|BJ)[)）]?|\d{6}\.(?:SH|SZ|BJ).*|[^：:]{1,30}[(（] ?(?:\d{1,6}|"
    r"[A-Z]{1,5})[ .]?(?:[A-Z]{2})? ?[)）]|"
    r".{2,10}(?:证券|研究|国际|公司) ?[A-Z &.,]{6,}|.*(?:综指|沪深 ?300|恒生指数).{0,6}|"
    r".*(?:有限公司|股票代码|分享到|字体：|打印】).*|.*(?:收盘|涨跌|开盘|表现|指数).*  .*|.*[(（][^()]*(?:买入|持有|"
    r"增持|卖出|"
    r"中性)[)）]|(?:.*分类|"
    r".*评级)[：:].*|.*(?:推荐|受益|关注)标的[：:].*|.*\bPage ?\d.*|.*Equity Research.*|.{2,12}(?:证券|研究所|"
    r"研究院|研究中心).{0,12}团队|.*S\d{13}.*|\|.*|"
    r".*(?:日期|分析师|研究员|联系人|行业|评级|代码)[ ]?[：:].*|相关(?:研究)?报告.*|最近.*|(?:主要|"
    r"核心)观点.*|(?:投资要点|报告摘要|摘要|事件|目录|内容提要)[：: ]?.*|(?:19|20)\d\d[年\-./].{0,14}|"
    r".*(?:维持|首次|上调|下调)(?:评级)?[)）]?$|——.*|--.*|.*相对.*表现.*|.*走势.*|.*[：:]\d.*)$",
    re.IGNORECASE,
)
_FIGURE: Final = re.compile(r"\d+\.\d+|\d{5,}")
_RATINGS_ONLY: Final = re.compile(rf"(?:[^，：]{{0,20}} )?(?:(?:{RATING.pattern})[ /|、]*)+", re.IGNORECASE)
# Headings that a cover ends with: its title stands above the first. (Not those that end a part that is cut: layout.py.)
_BODY_START: Final = re.compile(
    r"报告摘要|投资要点|核心观点|主要观点|行业观点|(?<![^\n])[ ]*事件[：:]|摘要|内容提要|(?<![^\n])[ "
    r"]*点评[：:]|投资建议|key takeaways|summary",
    re.IGNORECASE,
)
_LABELLED: Final = re.compile(
    r"^(?:(?:报告|研报)?(?:标题|题目)|报告名称|title)[：: ]+(?P<title>[^\n]{4,80})$", re.IGNORECASE | re.MULTILINE
)
_MARKDOWN: Final = re.compile(r"^#{1,3} *(?P<title>[^\n#]{6,90})$", re.MULTILINE)
_INDUSTRY_LINE: Final = re.compile(
    r"^(?:所属行业|行业名称|行业分类|行业|industryId|(?:industry|sector)(?=[ ]?[：:|]))[ ]?[：: |]{1,3}"
    r"(?P<name2>[\u4e00-\u9fff]{2,10}|[A-Za-z][A-Za-z &/,-]{2,40})"
    rf"(?=\n|  |$)|(?:所属行业|行业名称|行业分类|行业|industryId|(?:industry|sector)(?=[ ]?[：:|]))[ ]?[：: |"
    rf"]{{1,3}}(?P<name>{INDUSTRY.pattern})",
    re.IGNORECASE | re.MULTILINE,
)
# A digest of a morning, or of a strategist, is of no one industry.
_MANY: Final = re.compile(
    r"晨会|晨报|早会|早报|晨间|金股|"
    r"(?<!投资)策略(?:周报|月报|研究|报告|点评|专题)|宏观(?:周报|月报|研究|报告|点评|专题)|morning (?:note|brief)",
    re.IGNORECASE,
)
# A line that names nothing but the industry, and its rating at most.
_INDUSTRY_ALONE: Final = re.compile(
    rf"^[ #]*(?:[\u4e00-\u9fff]{{2,6}}[/|] ?)?(?P<name>{INDUSTRY.pattern})(?:行业|板块|(?<=银行)业)?[ ]*(?:II|Ⅱ)?[ |"
    rf"]*(?:(?P=name)[ ]*)?(?=$|"
    rf"(?:{RATING.pattern})[ (（])",
    re.MULTILINE,
)
_INDUSTRY_PLACED: Final = re.compile(r"中国(?:内地|香港)[ │|/]+(?P<name2>[\u4e00-\u9fff]{2,8})(?=\n| |$)")
_INDUSTRY_RATED: Final = re.compile(
    rf"^(?P<name2>(?-i:[A-Z])[A-Za-z &/-]{{2,40}})\n[ ]*(?:{RATING.pattern})[ ]?\(", re.MULTILINE
)
# 低空经济行业专题｜2024.3.28: the series of a report, whatever it calls its industry.
_INDUSTRY_SERIES: Final = re.compile(
    r"^[ ]*(?P<name2>[\u4e00-\u9fff]{2,8}?)行业[\u4e00-\u9fff]{0,4}(?:周报|月报|专题|点评|深度|跟踪|策略)"
    r"[\u4e00-\u9fff]{0,2}(?=[ (|丨｜]|$)",
    re.MULTILINE,
)
# 圣邦股份(300661)/电子: the head of a page.
_INDUSTRY_HEAD: Final = re.compile(
    rf"\(\d{{6}}[^()\n]{{0,4}}\)[ ]?/[ ]?(?P<name>{INDUSTRY.pattern})[ ]*$", re.MULTILINE
)
_INDUSTRY_TITLE: Final = re.compile(
    rf"(?P<name>{INDUSTRY.pattern})】?(?:行业)?(?:周报|月报|周观点|点评|深度|专题|研究|动态|跟踪|策略|"
    rf"投资策略|双周报|行业报告|快评|简评)"
)
_INDUSTRY_NEAR: Final = re.compile(
    rf"(?:研究报告|行业研究|行业报告|点评报告|[/|●•])[ "
    rf"]?(?P<name>{INDUSTRY.pattern})(?:行业)?(?![\u4e00-\u9fff]{{0,2}}(?:公司|股份))|"
    rf"(?P<name2>{INDUSTRY.pattern})行业"
)
_SHENWAN: Final = re.compile(
    rf"(?:申万|中信)(?P<a>{INDUSTRY.pattern})(?:指数|行业|板块)|(?P<b>{INDUSTRY.pattern})\((?:申万|中信)\)"
)
_BOARD: Final = re.compile(rf"(?P<name>{INDUSTRY.pattern})(?:行业|板块)")
_RATED: Final = re.compile(
    rf"^[ ]*(?P<c0>维持|首次|上调|下调)[ ]+(?P<label0>{RATING.pattern})[ ]*$|"
    rf"评级[ ：:]+(?P<label6>{RATING.pattern})[ ]+(?P<c6>{CHANGE})|"
    rf"(?P<label>{RATING.pattern})[ ]?(?:[(（][ ]?(?P<c1>{CHANGE})(?:评级)?[ ]?[)）]|(?:—+|-+|/|，)[ "
    rf"]?(?P<c2>{CHANGE})|(?P<c3>维持|首次|上调|下调)评级)"
    rf"|(?:行业|投资|industry )评?(?:级|rating)[ ]?[：: ]{{1,3}}(?P<label2>{RATING.pattern})(?:[ "
    rf"]?[(（-]{{1,2}}(?P<c4>{CHANGE})[^()\n]{{0,4}}[)）]?)?"
    r"|(?:investSuggestion|行业评级)[ ]?[：: ]{1,3}(?P<label3>推荐|买入|增持|中性|领先|同步|落后)|"
    r"^[ ]*(?P<label4>优于大势|同步大势|落后大势)[ ]*$"
    rf"|^[ ]*(?P<label5>{RATING.pattern})[ ]*$",
    re.IGNORECASE | re.MULTILINE,
)
_SENTENCE: Final = re.compile(
    rf"(?:维持|给予|重申|上调|下调)(?:对?[\u4e00-\u9fff]{{1,8}})?行业[^。\n]{{0,6}}[“\"](?P<label>"
    rf"{RATING.pattern})[”\"](?:的)?(?:投资)?评级"
)


def title_of(text: str, industry: str | None, known: Container[str] = (), *, lined: bool = True) -> str | None:
    """Give the title printed on a cover; ``None`` where the text begins without one."""
    if labelled := _LABELLED.search(text, 0, _COVER * 2):
        return labelled["title"].strip()
    for heading in _MARKDOWN.finditer(text, 0, _COVER * 2):
        if not _NOISE.match(heading["title"].strip()) and not RATING.match(heading["title"].strip()):
            return heading["title"].strip(" *")
    if lined:
        return _of_lines(text)
    return _of_run(text[:_COVER], industry, known)


def industry_of(text: str) -> str | None:
    """Give the industry that a report says it is about; else the one whose index or sector it speaks of throughout."""
    cover = text[:_COVER]
    if _MANY.search(cover):
        return None
    for pattern in (
        _INDUSTRY_LINE,
        _INDUSTRY_ALONE,
        _INDUSTRY_PLACED,
        _INDUSTRY_RATED,
        _INDUSTRY_SERIES,
        _INDUSTRY_TITLE,
        _INDUSTRY_NEAR,
        _INDUSTRY_HEAD,
    ):
        said = pattern.search(text if pattern in {_INDUSTRY_LINE, _INDUSTRY_HEAD} else cover)
        name = said.groupdict().get("name") or said.groupdict().get("name2") if said else None
        if name and not RATING.search(name):
            return name
    tally: dict[str, int] = {}
    for match in _SHENWAN.finditer(text):
        name = match["a"] or match["b"]
        tally[name] = tally.get(name, 0) + 3
    for match in _BOARD.finditer(text):
        tally[match["name"]] = tally.get(match["name"], 0) + 1
    best = max(tally, key=lambda name: tally[name], default=None)
    return best if best is not None and tally[best] >= 3 else _after_date(cover)  # noqa: PLR2004


def _after_date(cover: str) -> str | None:
    match = re.search(
        rf"\d[日号]?[ \n]?(?P<name>{'|'.join(sorted(INDUSTRIES, key=len, reverse=True))})(?![\u4e00-\u9fff]"
        rf"{{0,2}}(?:股份|公司))",
        cover,
    )
    return match["name"] if match else None


def industry_rating_of(text: str) -> tuple[str, str | None, tuple[int, int]] | None:
    """Give the rating of the industry with its change and its place."""
    # A rating on a line of its own is the weakest of all.
    for match in sorted(_RATED.finditer(text), key=lambda match: match["label5"] is not None):
        if re.search(r"公司|股票|个股", text[max(0, match.start() - 8) : match.start()]):
            continue
        label = (
            match["label"]
            or match["label2"]
            or match["label0"]
            or match["label3"]
            or match["label4"]
            or match["label5"]
            or match["label6"]
        )
        change = next((match[name] for name in ("c0", "c6", "c1", "c2", "c3", "c4") if match[name]), None)
        return label, change, match.span()
    if said := _SENTENCE.search(text):
        return said["label"], "维持" if said[0].startswith(("维持", "重申")) else None, said.span()
    return None


def _of_lines(text: str) -> str | None:
    """Give the line of the cover that is most like a title; of two alike the first."""
    lines = _cover_lines(text)
    fitting = [line for line in lines if _fits(line)]
    if not fitting:
        return next((line for line in lines if _SERIES.fullmatch(line)), None)
    followed = {line for line, after in itertools.pairwise(lines) if after.startswith(("——", "--"))}
    return max(fitting, key=lambda line: _likeness(line) + 2 * (line in followed))


def _likeness(line: str) -> int:
    """Say how like a title a line is: it says something, in more than a word."""
    says = bool(re.search(r"[，：、？！]|——|[a-z] [a-z]", line))
    return 2 * (len(line) >= _TITLE) + 2 * says + (not re.search(r"周报|月报|日报|双周报|系列|专题研究", line))


def _cover_lines(text: str) -> list[str]:
    """List the lines above the body: above its first heading, and above the first line that is a sentence."""
    body = _BODY_START.search(text, 0, _COVER * 2)
    lines = [line.strip() for line in text[: body.start() if body else _COVER].split("\n") if line.strip()]
    prose = next((at for at, line in enumerate(lines) if "。" in line or len(line) > _LONGEST), len(lines))
    return [_SUBTITLE.sub("", _TEAM.sub("", line)) for line in lines[: min(prose, _MOST_LINES)]]


def _fits(line: str) -> bool:
    if (
        not _SHORTEST <= len(line) <= _LONGEST
        or line.endswith(("；", "："))
        or line in INDUSTRIES
        or _NOISE.match(line)
        or _RATINGS_ONLY.fullmatch(line)
        or len(_FIGURE.findall(line)) > 2  # noqa: PLR2004 - a row of a table
    ):
        return False
    parts = [part.strip() for part in _PARTS.split(line)]
    # 公司研究 | 西部超导, 行业分析/新能源汽车: which series it is of.
    short = len(parts) > 1 and all(len(part) <= _LONGEST_PART for part in parts)
    if short and (any(map(_SERIES.fullmatch, parts)) or all(part in INDUSTRIES or len(part) <= 4 for part in parts)):  # noqa: PLR2004
        return False
    return not _SERIES.fullmatch(line)


def _of_run(cover: str, industry: str | None, known: Container[str]) -> str | None:
    """Find the title in a cover without line breaks: the longest run between its known marks."""
    marks = re.compile(
        rf"\[[^\]]*\]|\(?www\.[\w.]+|证券研究报告|{_KIND}(?![\u4e00-\u9fff]*(?:板块|上市))|(?:19|"
        rf"20)\d\d(?:年\d{{1,2}}月(?:\d{{1,2}}日)?|-\d{{1,2}}-\d{{1,2}})|\d{{6}}\.[A-Z]{{2}}|[●|/—]+|"
        rf"请(?:务必|仔细)?阅读[^\[]{{0,24}}?(?:声明|条款|部分)"
        rf"|{RATING.pattern}(?:维持评级|[(（][^()]{{1,6}}[)）])|报告日期|日期[：:]|行业[：:]|分析师|投资要点|"
        rf"核心观点|事件[：:]|行业观点|主要观点|\(\d{{4,6}}(?:\.[A-Z]{{2}})?\)|(?<=报告)(?:买入|增持|推荐)"
    )
    body = _BODY_START.search(cover)
    pieces = marks.split(cover[: body.start() if body else len(cover)])
    fitting = []
    for piece in pieces:
        run = _without_industry((piece or "").strip(" ，：:、"), industry)
        run = next((run[:-size] for size in range(8, 1, -1) if len(run) > size + 6 and run[-size:] in known), run)
        if 8 <= len(run) <= 60 and "。" not in run and "；" not in run and "@" not in run and not _NOISE.match(run):  # noqa: PLR2004
            fitting.append(run)
    return fitting[0] if fitting else None


def _without_industry(run: str, industry: str | None) -> str:
    for name in filter(None, (industry, *INDUSTRIES)):
        run = run.removesuffix(f"{name}行业")
        if run.startswith(name) and (run[len(name) :].startswith(name) or industry == name):
            run = run[len(name) :] if not run.startswith(f"{name}行业") or run.startswith(f"{name}{name}行业") else run
    return run
