"""The kinds of value that configuration files hold, each refusing what is wrong in words of its own."""

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Final, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict

from watchlist.domain.errors import Words
from watchlist.domain.model import Strength
from watchlist.domain.symbols import candidates, is_symbol, is_total_return
from watchlist.ledger.problems import NO_HINT, Fault, did_you_mean

Item = TypeVar("Item")


class Entry(BaseModel):
    """The base of every model of a configuration file: frozen, strict about types, closed to unknown keys."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True, extra="forbid", strict=True, populate_by_name=True, allow_inf_nan=False
    )


def _symbol(text: str) -> str:
    if is_symbol(text):
        return text
    near = candidates(text)
    hint = Words(f" Did you mean {' or '.join(near)}?", f"是不是 {' 或 '.join(near)}？") if near else NO_HINT
    raise Fault(Words(f'"{text}" is no symbol such as 300418.SZ', f"“{text}”不是 300418.SZ 这样的代码"), hint)


def _benchmark(text: str) -> str:
    # Price legs are measured against price indices: like with like (RULES 15).
    if is_total_return(_symbol(text)):
        raise Fault(
            Words(f"{text} counts dividends in: a benchmark is a price index", f"{text} 是全收益指数：基准须为价格指数")
        )
    return text


def _strength(given: Any) -> Any:  # noqa: ANN401 - whatever the file holds
    if not isinstance(given, str):
        return given
    if given in set(Strength):
        return Strength(given)
    raise Fault(Words(f'unknown strength "{given}"', f"不认识的推荐力度“{given}”"), did_you_mean(given, list(Strength)))


def _filled(text: str) -> str:
    if not text.strip():
        raise Fault(Words("must not be empty", "不能为空"))
    return text


Text = Annotated[str, AfterValidator(_filled)]
Benchmark = Annotated[str, AfterValidator(_benchmark)]
Symbol = Annotated[str, AfterValidator(_symbol)]
StrengthWord = Annotated[Strength, BeforeValidator(_strength)]
Fraction = Annotated[float, Field(ge=0, lt=1)]
# A strict tuple would refuse the lists that TOML has; what is in it stays strict.
Listed = Annotated[tuple[Item, ...], Strict(strict=False)]

DIRECTIONS: Final = (-1, 0, 1)


def refuse_repeated(words: Iterable[str], what: Words, rows: str | None = None) -> None:
    """Refuse a list that says one word twice; ``rows`` is the key of the list of tables that the words come from."""
    seen: set[str] = set()
    for position, word in enumerate(words):
        if word in seen:
            said = Words(f"{what.en} {word} is there twice", f"{what.zh}{word} 重复")
            raise Fault(said, at=(rows, position) if rows else ())
        seen.add(word)
