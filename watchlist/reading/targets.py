"""Target prices (目标价) with their currency."""

import re
from typing import Final

# No share is worth nothing.
_NUMBER: Final = r"(?=[\d,.]*[1-9])(?P<price>\d{1,6}(?:,\d{3})*(?:\.\d{1,4})?)"
_UNIT: Final = "港元|港币|美元|人民币|元|HKD|USD|CNY|RMB"
_SIGN: Final = r"HK\$|US\$|RMB|CNY|HKD|USD|人民币|港币|[$¥￥]"
# A number that goes on, a percentage, a multiple, a year or months.
_ANOTHER_KIND: Final = r"[.,]?\d|[ -]?(?:[%倍x年]|个?月|month)"
# One end of a range says no price, nor does the old one before an arrow.
_GOES_TO: Final = rf"\s?(?:{_UNIT})?\s?(?:[-~至到—→]|to )\s?(?:{_SIGN})?\d"
TARGET: Final = re.compile(
    r"(?:(?:合理)?目标(?:价格?|价位|股价)|target price|price target|(?<![A-Za-z])(?:TP|PT)(?![A-Za-z]))"
    r"(?:\((?P<in>港元|港币|人民币|美元|元|HK\$|HKD|RMB|CNY|USD|US\$)\)|\(\d{1,2}个月\))?"
    r"[^\d\n。；%$¥￥]{0,12}?(?:from[^\n]{1,16}?to|由[^\n。]{1,16}?至|从[^\n。]{1,16}?至)?[ ]?"
    rf"(?P<sign>{_SIGN})?[ ]?{_NUMBER}(?!{_ANOTHER_KIND})(?!{_GOES_TO})[ ]?(?P<unit>{_UNIT})?",
    re.IGNORECASE,
)
_CURRENCIES: Final = {
    "港元": "HKD",
    "港币": "HKD",
    "HK$": "HKD",
    "HKD": "HKD",
    "美元": "USD",
    "US$": "USD",
    "USD": "USD",
    "$": "USD",
    "元": "CNY",
    "人民币": "CNY",
    "RMB": "CNY",
    "CNY": "CNY",
    "¥": "CNY",
    "￥": "CNY",
}


_CURRENCY: Final = re.compile(
    "|".join(re.escape(name) for name in sorted(_CURRENCIES, key=len, reverse=True)), re.IGNORECASE
)


def target_in(text: str) -> tuple[float, str | None] | None:
    """Give the first target price of a text and its currency; ``None`` where there is none, or only a range."""
    match = TARGET.search(text)
    return None if match is None else of_match(match)


def of_match(match: re.Match[str]) -> tuple[float, str | None]:
    """Read a match of ``TARGET``: the price, and the currency where one is printed."""
    price = float(match["price"].replace(",", ""))
    printed = match["unit"] or match["sign"] or match["in"]
    return price, _CURRENCIES.get(printed.upper()) if printed else None


def currency_in(cell: str) -> str | None:
    """Give the currency that a cell of a table names; ``None`` where it names none."""
    found = _CURRENCY.search(cell)
    return _CURRENCIES[found[0].upper()] if found else None
