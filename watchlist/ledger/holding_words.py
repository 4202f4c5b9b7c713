"""The words of brokers' terminals: headings, totals, currencies, markets, and the days and accounts of title lines."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

# Field to folded headings, best first: what is held in all goes before what can be sold today.
_HEADINGS: Final = {
    "symbol": """证券代码 股票代码 代码 品种代码 基金代码 合约代码
        symbol ticker code stockcode securitycode tickersymbol""",
    "name": """证券名称 股票名称 名称 证券简称 股票简称 品种名称 基金名称
        name securityname stockname description""",
    "shares": """当前持仓 实际数量 持仓数量 证券数量 当前拥股 持股数量 持有数量 拥股数量 股票余额 证券余额 股份余额
        库存数量 参考持股 持仓量 持有股数 持仓股数 当前数量 总持仓 持仓 数量 股数 份额
        shares quantity qty units position holding holdings""",
    "available": "可用数量 可用余额 可卖数量 可用股份 可卖股数 股份可用 可用股数 可用持仓 available",
    "cost": """成本价 参考成本价 买入均价 持仓成本价 摊薄成本价 成本价格 成本均价 持仓均价 平均成本 单位成本
        参考盈亏成本价 买入成本价 持仓成本 保本价 参考保本价 开仓价
        costprice cost avgcost averagecost averageprice avgprice unitcost costpershare purchaseprice""",
    "total_cost": "成本金额 总成本 成本总额 持仓成本金额 买入金额 costbasis totalcost costamount",
    "account": """资金账号 资金帐号 资金账户 资金帐户 客户号 客户代码 账户 账号 帐号 帐户 账户名称 组合
        portfolio account accountid accountname accountnumber""",
    "holder": "股东代码 股东账户 股东帐户 股东账号 股东帐号 证券账户 holder",
    "date": "日期 持仓日期 发生日期 交易日期 快照日期 数据日期 date asof asofdate snapshot positiondate",
    "currency": "币种 货币 交易币种 结算币种 币种名称 currency ccy",
    "market": "交易市场 市场 交易所 市场名称 交易所名称 证券市场 market exchange",
}
HEADINGS: Final[Mapping[str, Sequence[str]]] = {field: tuple(words.split()) for field, words in _HEADINGS.items()}
# 2024-06-14, 2024/6/14, 2024年6月14日, 20240614; a time may follow.
_DAY: Final = re.compile(
    r"(?<!\d)(?:(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?!\d)|((?:19|20)\d{2})(\d{2})(\d{2})(?!\d))"
)
_ACCOUNT: Final = re.compile(
    r"(?:资[金产][账帐][号户]|客户[号代]码?|Account(?: ID| number)?) *(?:: *(?P<named>[\w*.-]+)|(?P<bare>\d[\w*.-]+))",
    re.IGNORECASE,
)
_TOTALS: Final = re.compile(
    r"(?:(?:人民币|港币|美元)?合\s*计|总\s*计|小\s*计|汇\s*总|总和|grand total|sub-?total|totals?|sum)[:：]?",
    re.IGNORECASE,
)
_SECTION: Final = re.compile(
    r"(人民币|港币|港元|美元|美金|RMB|CNY|HKD|USD)(?:账户|帐户|资金|持仓|市场)?\s*(?:[:(].*)?",
    re.IGNORECASE | re.DOTALL,
)
_CASH: Final = re.compile(
    r"现金|资金余额|可用资金|可取资金|货币资金|cash(?: balance| equivalents?| (?:and|&) .*)?", re.IGNORECASE
)
_CURRENCIES: Final = {
    "CNY": ("人民币", "rmb", "cny", "cnh"), "HKD": ("港币", "港元", "hkd"), "USD": ("美元", "美金", "usd"),
}  # fmt: skip
# Looked for in this order: 沪港通 names Hong Kong, though it begins with Shanghai.
_MARKETS: Final = (
    ("HK", ("港", "hk", "hong")),
    ("US", ("美", "us", "nasdaq", "nyse", "amex")),
    ("BJ", ("北", "bj", "股转", "三板", "bse")),
    ("SH", ("沪", "上海", "上证", "sh", "sse", "xshg")),
    ("SZ", ("深", "sz", "xshe")),
)
_BLANK: Final = frozenset({"", "-", "--", "—", "——", "/", "n/a", "na", "null", "none"})
_UNITS: Final = re.compile(r"(?:股|份|元|CNY|HKD|USD|HK\$|US\$|[¥￥$])", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:e[-+]?\d{1,2})?", re.IGNORECASE)


def is_blank(text: str) -> bool:
    """Say whether a cell says nothing, in one of the ways that programs have for it."""
    return text.strip().casefold() in _BLANK


def number(text: str) -> float | None:
    """Read a number with thousands separators, wide digits, brackets for a minus or a unit; ``None`` if it is none."""
    plain = _UNITS.sub("", unicodedata.normalize("NFKC", text)).replace(" ", "")
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1]}"
    if not _NUMBER.fullmatch(plain) or not any(character.isdigit() for character in plain):
        return None
    value = float(plain.replace(",", ""))
    return value if abs(value) < 1e15 else None  # noqa: PLR2004  (no number of shares)


def day_of(text: str) -> dt.date | None:
    """Read the one day that a text names; ``None`` where it names none, or several."""
    found = days_in(text)
    return found[0] if len(found) == 1 else None


def days_in(text: str) -> list[dt.date]:
    """List the days that a text names, each once."""
    days = []
    for match in _DAY.finditer(unicodedata.normalize("NFKC", text)):
        year, month, day = (match[1], match[2], match[3]) if match[1] else (match[4], match[5], match[6])
        try:
            days.append(dt.date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return list(dict.fromkeys(days))


def account_in(text: str) -> tuple[str | None, str]:
    """Find the account that a title line names, and give the line without it: an account may look like a day."""
    normal = unicodedata.normalize("NFKC", text)
    match = _ACCOUNT.search(normal)
    if match is None:
        return None, normal
    return match["named"] or match["bare"], normal[: match.start()] + normal[match.end() :]


def is_total(text: str) -> bool:
    """Say whether a cell heads a line of totals."""
    return _TOTALS.fullmatch(text.strip()) is not None


def is_cash(text: str) -> bool:
    """Say whether a cell heads a line of money instead of shares."""
    return _CASH.fullmatch(text.strip()) is not None


def section_currency(text: str) -> str | None:
    """Give the currency whose part of the list a line begins (``人民币: 余额 …``), ``None`` for any other line."""
    match = _SECTION.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return None if match is None else currency_of(match[1])


def currency_of(text: str) -> str | None:
    """Give the currency that a cell names: ``CNY``, ``HKD`` or ``USD``."""
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    return next((currency for currency, words in _CURRENCIES.items() if folded in words), None)


def market_of_words(text: str) -> str | None:
    """Give the exchange that a cell names (``深圳Ａ股``, ``沪港通``): ``SH SZ BJ HK US``, ``None`` for none."""
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    return next((market for market, words in _MARKETS if any(word in folded for word in words)), None)
