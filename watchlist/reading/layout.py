"""What recommends nothing is taken off a page: furniture, sources, other reports, risks, legal words; offsets stay."""

import itertools
import re
from bisect import bisect_left
from collections.abc import Mapping
from typing import Final

from watchlist.reading.characters import Mapped

CUT: Final = "\n"
_TITLE_SIGN: Final = "…"
_FEWEST_TURNS: Final = 6

# Printed on every page; a list may run on behind it.
_FURNITURE: Final = re.compile(
    r"\[/?table[_a-z0-9]*\]"
    r"|^[ ]*(?:第[ ]?\d{1,4}[ ]?页(?:[ ]?[共/][ ]?\d{1,4}[ ]?页)?|-[ ]?\d{1,4}[ ]?-|\d{1,3}[ ]?/[ ]?\d{1,3}|\d{1,3}|"
    r"page[ ]\d{1,4}(?:[ ]of[ ]\d{1,4})?)[ ]*$"
    r"|^[ ]*[^\n。]{0,24}证券研究报告[ ]*$"
    r"|(?:敬请|谨请|请)(?:务必|仔细)?[ ]?(?:仔细)?(?:阅读|参阅|参见|详阅|通过)[^\n。，]{0,30}?"
    r"(?:免责声明|免责条款|重要声明|法律声明|分析师声明|信息披露|评级说明|声明内容|之后的声明|特别声明|重要说明|"
    r"重要提示|风险提示)"
    r"(?:部分|及其项下所有内容|之?全文|内容|和免责声明|及免责声明|和重要声明|及风险提示|的?内容|全部内容)?[。]?"
    r"|本报告(?:的)?版权[^\n。]{0,40}(?:所有|公司)[。]?(?:[ ]?\d{1,3}(?=\n))?|"
    r"please (?:read|see|refer to)[^\n]{0,80}(?:disclaimers?|"
    r"disclosures?)[^\n]{0,40}",
    re.IGNORECASE | re.MULTILINE,
)
# The foot of a page, and what stands beside it on a page only.
_FOOT: Final = re.compile(
    r"(?:敬请|谨请|请)(?:务必|仔细)?[^\n。，]{0,24}?(?:声明|条款|披露|说明|提示)|^[ ]*\d{1,3}[ ]?/[ ]?\d{1,3}[ ]*$|"
    r"please (?:read|see|refer)",
    re.IGNORECASE | re.MULTILINE,
)
_HEAD_LINE: Final = re.compile(
    r"[\u4e00-\u9fff]{2,8}证券(?:股份有限公司)?(?:研究所|研究院|研究中心|研究部)?(?: ?证券研究报告)?|"
    r"证券研究报告.{0,16}|"
    r"(?:19|20)\d\d ?[-./年] ?\d{1,2} ?[-./月] ?\d{1,2} ?日?|\d{1,3} ?[|丨/] ?.{0,20}|"
    r"(?:https?://|www\.)\S{4,60}(?: *\d{1,3} ?/ ?\d{1,3})?|(?:行业|公司|策略|专题|跟踪|深度|事件|宏观){0,3}(?:周报|"
    r"月报|点评|深度|研究)(?:报告)?(?: ?P?\d{1,3})?|"
    r"(?:第 ?)?\d{1,3}(?: ?页)?|Page ?\d{1,3}.{0,10}",
    re.IGNORECASE,
)
_COVER, _MOST_LINES, _FEWEST_LINES, _MOST_HEADS, _LONGEST_HEAD, _TITLE, _MOST_BESIDE = 1500, 60, 10, 4, 60, 8, 16
_WATERMARK: Final = re.compile(r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/=]{28,400}(?![A-Za-z0-9+/=])")
_SOURCE: Final = re.compile(
    r"(?:资料|数据|图表)?来源[ ]?：[^\n。；]{0,80}?(?:整理|测算|预测|(?:研究所|研究院|研究中心|"
    r"研究部)(?:整理|预测)?|年报|公告|官网|(?=\n)|$)"
    r"|^[ ]*(?:备)?注[ ]?：[^\n]{0,200}(?=\n)|^[ ]*(?:图表?|表)[ ]?\d*[ ]?："
    r"(?![^\n]*(?:金股|(?:推荐|关注|受益|相关|投资)[^\n，。]{0,4}(?:标的|组合|个股|公司|股票)"
    r"(?:梳理|一览|汇总|名单|列表)?表?[ ]*$))[^\n。]{0,60}$|"
    r"source[ ]?：[^\n]{0,120}",
    re.IGNORECASE | re.MULTILINE,
)
_TITLES: Final = re.compile(r"《[^《》\n]{1,120}》")
# Headings of what the report says itself: with one of them a part that is cut is over.
_BODY: Final = (
    r"投资建议|投资要点|投资策略|核心观点|主要观点|行业观点|报告摘要|内容提要|投资逻辑|盈利预测(?:与|和|及)投资|"
    r"重点推荐|事件：|点评：|正文|摘要：|推荐标的|受益标的|相关标的|investment (?:summary|view|thesis)|key "
    r"takeaways"
)
_BODY_LINE: Final = re.compile(rf"^[ #>*■●◆▌▍•\d.、一二三四五六七八九十()]*(?:{_BODY})", re.IGNORECASE | re.MULTILINE)
_HEAD: Final = re.compile(
    r"(?P<related>相关(?:研究)?报告|相关研究|近期(?:相关)?报告|前期报告|往期报告|related (?:reports|"
    r"research))[ ]*(?:[：《\d-]|[^\n]{0,20}$|(?=[^\n]{0,12}研究所))"
    r"|(?P<risk>风险(?:提示|因素|及不确定(?:性)?因素提示|揭示|分析)|key risks?|risks?[ ]*(?=：|$))[ ]*"
    r"|(?P<covered>(?:重点)?覆盖(?:公司|范围|股票|个股)(?:列表|一览|名单)?[ ]*(?:：|$)|(?:本报告|"
    r"文中)(?:所)?(?:提及|涉及)(?:的)?(?:公司|股票|证券)[^\n。]{0,12}(?:：|$)"
    r"|(?:stock|companies|company)s? (?:mentioned|covered)[^\n：]{0,30}(?:：|$)|coverage (?:universe|list)[ "
    r"]*(?:：|$)|历史评级(?:变动)?|评级变动(?:记录|历史)|rating history)"
    r"|(?P<legal>免责(?:声明|条款)|(?:分析师|分析员|研究员|作者)(?:声明|承诺|保证)|重要声明|法律声明|"
    r"特别声明|公司声明|一般声明|版权声明"
    r"|(?:投资|股票|行业|公司)?评级(?:说明|标准|定义|体系)|投资评级(?:系统|的说明|说明)|(?:利益|信息|"
    r"权益)披露|公司业务资格说明"
    r"|(?:important )?disclosures?(?: appendix)?[ ]*(?=：|$)|disclaimers?[ ]*(?=：|$)|analyst certification|"
    r"rating (?:definitions?|system))",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED_HEAD: Final = re.compile(
    r"(?:阅读|参阅|参见|详见|见|之后的|最后的|后的|尾页|文末|末页|及|和|与|、|后附的?|正文后?)$"
)
_AFTER_RELATED: Final = re.compile(
    rf"(?:证券)?分析师|联系人|研究助理|作者|\[table|证券研究报告|请务必|{_BODY}|风险提示", re.IGNORECASE
)
# Below the cover a line with nothing but the house is the head of a page.
_HOUSE_LINE: Final = re.compile(
    r"^ *[\u4e00-\u9fff]{2,8}证券(?:股份有限公司)?(?:研究所|研究院|研究中心|研究部|研究发展中心)? *\n", re.MULTILINE
)
_FIRST_LINES: Final = 60
_RISKY: Final = re.compile(
    r"风险|预期|不确定|下滑|加剧|波动|恶化|放缓|失败|变化|影响|压力|延迟|推迟|受阻|受限|下降|risk", re.IGNORECASE
)
_LONGEST_RISK, _LONGEST_TITLE = 200, 90
_DATED_TITLE: Final = re.compile(
    r"《[^《》]{1,80}》[ ]?(?:[-—（(]*(?:19|20)\d\d[-./年]\d{1,2}[-./月]\d{1,2}日?[)）]?)?"
)
_TITLE_LINE: Final = re.compile(r"[《》]|(?:19|20)\d\d[-./年 ]{0,2}\d{1,2}|^—|^\d{1,2}[.、]|^#+$|^[-•]")


def clean(page: Mapped) -> Mapped:
    """Take out page headers, page numbers, template marks and watermarks; a list may run on across them."""
    page = page.kept(mark.span() for mark in _WATERMARK.finditer(page.text) if _is_noise(mark[0]))
    page = page.kept(_page_heads(page.text))
    return page.kept(mark.span() for mark in _FURNITURE.finditer(page.text))


def _page_heads(text: str) -> list[tuple[int, int]]:
    """List the lines that a page repeats around its foot: the house, the day, the series and the title of the cover."""
    lines = [line.span() for line in re.finditer(r"[^\n]*[^\n ][^\n]*\n?", text)]
    first: dict[str, int] = {}
    for number, (start, end) in enumerate(lines):
        if start > _COVER or number > _MOST_LINES:
            break
        first.setdefault(_bare(text[start:end]), number)
    found: set[int] = set()
    for number in range(_FEWEST_LINES, len(lines)):
        if not _FOOT.search(text, *lines[number]):
            continue
        rest = _FURNITURE.sub("", text[slice(*lines[number])]).strip()
        if len(rest) <= _MOST_BESIDE and not set(rest) & set("。、"):
            found.add(number)
        for step in (1, -1):
            for near in range(number + step, number + step * (_MOST_HEADS + 1), step):
                if not 0 <= near < len(lines) or not _is_head(text[slice(*lines[near])], near, first):
                    break
                found.add(near)
    return [lines[number] for number in sorted(found)]


def _is_head(line: str, number: int, first: Mapping[str, int]) -> bool:
    """Say whether a line beside the foot of a page is its head: as such lines are, or as the cover has it.

    Args:
        line: with its end.
        number: of the line.
        first: the lines of the cover without marks, and where each stands first.
    """
    if len(line) > _LONGEST_HEAD:
        return False
    bare = _bare(line)
    printed = len(bare) >= _TITLE and any(bare in other for other, at in first.items() if at < number)
    return first.get(bare, number) < number or printed or _HEAD_LINE.fullmatch(line.strip()) is not None


def _bare(line: str) -> str:
    """Give a line without the marks, numbers and blanks in which its repetitions differ."""
    return re.sub(r"[\W\d_P]+", "", line)


def _is_noise(word: str) -> bool:
    """Say whether a long word changes between small and capital letters as no word does."""
    letters = [letter.isupper() for letter in word if letter.isalpha()]
    return sum(one != other for one, other in itertools.pairwise(letters)) >= _FEWEST_TURNS


def cut(page: Mapped) -> Mapped:
    """Leave out what never recommends: sources, titles of reports, related reports, coverage, risks, legal words."""
    # Titles leave a sign behind: a sentence goes on over them, a list does not.
    titles = [(*title.span(), _TITLE_SIGN) for title in _TITLES.finditer(page.text)]
    zones = [(*span, CUT) for span in (*_zones(page.text), *_lines(page.text))]
    marked = page.kept(sorted([*zones, *titles]))
    return marked.kept(line.span() for line in _HOUSE_LINE.finditer(marked.text, _FIRST_LINES))


def _lines(text: str) -> list[tuple[int, int]]:
    return [source.span() for source in _SOURCE.finditer(text)]


def _zones(text: str) -> list[tuple[int, int]]:
    zones: list[tuple[int, int]] = []
    bodies = [body.start() for body in _BODY_LINE.finditer(text)]
    for head in _HEAD.finditer(text):
        if zones and head.start() < zones[-1][1]:
            continue
        if _QUOTED_HEAD.search(text[max(0, head.start() - 12) : head.start()]):
            continue
        end = _zone_end(text, head, bodies)
        if end > head.start():
            zones.append((head.start(), end))
    return zones


def _zone_end(text: str, head: re.Match[str], bodies: list[int]) -> int:
    kind, length = head.lastgroup, len(text)
    at = bisect_left(bodies, head.end())
    stop = bodies[at] if at < len(bodies) else length
    if kind == "related":
        return min(stop, _related_end(text, head.start()))
    if kind == "risk":
        return min(stop, _risks_end(text, head.end()))
    if kind == "covered":
        blank = re.compile(r"\n[ ]*\n|。").search(text, head.end())
        return min(stop, blank.start() if blank else length, head.end() + 1500)
    # Before the middle a label of a table (评级说明：) is likelier than the legal words of the end.
    if head.start() < length * 0.35:
        return min(stop, _paragraphs_end(text, head.end()))
    return stop


def _paragraphs_end(text: str, start: int) -> int:
    """Give where a short section ends: at the next heading of another kind, else after 1500 characters."""
    limit = min(len(text), start + 1500)
    for head in _HEAD.finditer(text, start, limit):
        if head.lastgroup != "risk":
            return head.start()
    strong = re.compile(r"投资建议|投资要点|盈利预测|证券分析师|\n#{1,6} ").search(text, start, limit)
    return strong.start() if strong else limit


def _related_end(text: str, start: int) -> int:
    """Give where a list of earlier reports ends: behind the last line that is a title or a day."""
    after = _AFTER_RELATED.search(text, start + 4, start + 1200)
    limit = min(after.start() if after else len(text), start + 1200)
    newline = text.find("\n", start)
    end = min(newline if newline >= 0 else len(text), limit)
    if end - start > _LONGEST_TITLE:
        titles = [title.end() for title in _DATED_TITLE.finditer(text, start, limit)]
        return titles[-1] if titles else limit
    for line in re.compile(r"[^\n]*\n?").finditer(text, end, limit):
        words = line[0].strip()
        if words and (len(words) > _LONGEST_TITLE or "。" in words or not _TITLE_LINE.search(words)):
            break
        end = line.end()
        if end >= limit:
            break
    return end


def _risks_end(text: str, start: int) -> int:
    """Give where talk of risks ends: before the first sentence that names none."""
    end = start
    for sentence in re.compile(r"[^。\n]*[。\n]?").finditer(text, start, min(len(text), start + 2000)):
        if sentence[0].strip() and end > start + 3 and not _RISKY.search(sentence[0]):
            break
        last = [word.end() for word in _RISKY.finditer(sentence[0])]
        # A page without full stops runs on into what comes next: behind the last word of risk it is over.
        end = max(end, sentence.start() + last[-1] if last and len(sentence[0]) > _LONGEST_RISK else sentence.end())
    return end
