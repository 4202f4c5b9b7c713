"""Why a source gave nothing, in Chinese: the reasons are written in English where they are found."""

import re
from typing import Final

_SENTENCES: Final = tuple(
    (re.compile(pattern), chinese)
    for pattern, chinese in (
        (r"cannot be reached", "无法访问"),
        (r"no answer in time", "未及时答复"),
        (r"connection closed without an answer", "连接被关闭，未作答复"),
        (r"answer cut short", "答复不完整"),
        (r"a web page in place of an answer", "答复是网页而非数据"),
        (r"an answer that cannot be read", "答复无法解读"),
        (r"a report that cannot be read", "有一份研报无法解读"),
        (r"asked about (\S+), answered about (\S+)", r"询问的是 \1，答复的是 \2"),
        (r"nothing of (\S+), and nothing of (\S+) either", r"没有 \1 的数据，也没有 \2 的数据"),
        (r"(\S+) is left alone: ", r"暂不访问 \1："),
        (r"time limit of (\S+) s\b", r"超过 \1 秒的时限"),
        (r"(\S+) does not serve (\S+)", r"\1 不提供 \2"),
        (r"(\S+) has no rows in the range", r"\1 在该区间没有数据"),
        (r"(\S+) is not in (\S+)/bars", r"\2/bars 中没有 \1"),
        (r"(\S+) has no bar from (\S+) to (\S+)", r"\1 在 \2 至 \3 没有日线"),
    )
)


def in_chinese(reason: str) -> str:
    """Put what is known of a reason into Chinese; names, numbers and a library's own words stay as they are."""
    for pattern, chinese in _SENTENCES:
        reason = pattern.sub(chinese, reason)
    return reason.replace("; ", "；")
