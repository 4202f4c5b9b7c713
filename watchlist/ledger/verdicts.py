"""Turn what pydantic found into plain words, with the nearest right key or value."""

from collections.abc import Iterator, Mapping
from types import UnionType
from typing import TYPE_CHECKING, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from watchlist.domain.errors import Words
from watchlist.ledger.locate import Key
from watchlist.ledger.problems import NO_HINT, Fault, did_you_mean

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_SAID: Final[Mapping[str, Words]] = {
    "missing": Words("this key is missing", "缺少此键"),
    "string_type": Words("must be text in quotes", "必须是带引号的文字"),
    "int_type": Words("must be a whole number", "必须是整数"),
    "int_from_float": Words("must be a whole number", "必须是整数"),
    "float_type": Words("must be a number", "必须是数字"),
    "bool_type": Words("must be true or false", "必须是 true 或 false"),
    "date_type": Words("must be a date such as 2024-06-14, without quotes", "必须是日期，如 2024-06-14，不加引号"),
    "date_from_datetime_inexact": Words("must be a date without a time", "必须是日期，不带时间"),
    "time_type": Words("must be a time such as 09:15:00, without quotes", "必须是时刻，如 09:15:00，不加引号"),
    "datetime_type": Words(
        "must be a moment such as 2024-06-14T08:30:00+08:00", "必须是时刻，如 2024-06-14T08:30:00+08:00"
    ),
    "timezone_aware": Words(
        "needs its time zone, as in 2024-06-14T08:30:00+08:00", "需要写明时区，如 2024-06-14T08:30:00+08:00"
    ),
    "tuple_type": Words("must be a list in square brackets", "必须是方括号列表"),
    "list_type": Words("must be a list in square brackets", "必须是方括号列表"),
    "dict_type": Words("must be a table", "必须是一个表"),
    "model_type": Words("must be a table", "必须是一个表"),
    "finite_number": Words("must be a finite number", "必须是有限的数"),
    "string_pattern_mismatch": Words("must look like {pattern}", "格式应为 {pattern}"),
    "string_too_short": Words("must not be empty", "不能为空"),
    "too_short": Words("must not be empty", "不能为空"),
    "greater_than": Words("must be more than {gt}", "必须大于 {gt}"),
    "greater_than_equal": Words("must be at least {ge}", "必须不小于 {ge}"),
    "less_than": Words("must be less than {lt}", "必须小于 {lt}"),
    "less_than_equal": Words("must be at most {le}", "必须不大于 {le}"),
}


def verdict(found: "ErrorDetails", where: Key, model: type[BaseModel]) -> tuple[Words, Words]:
    """Say what is wrong and what to do about it.

    Args:
        found: one of pydantic's errors.
        where: its place in the file.
        model: the model of the whole file, to find the words that would have been right.
    """
    kind, context = found["type"], found.get("ctx", {})
    fault = context.get("error")
    if isinstance(fault, Fault):
        return fault.what, fault.hint
    if kind == "extra_forbidden" or found["loc"][-1:] == ("[key]",):
        return Words("unknown key", "没有这个键"), did_you_mean(str(where[-1]), _keys_at(model, where[:-1]))
    if kind == "literal_error":
        given = str(found["input"])
        return Words(f'unknown word "{given}"', f"不认识“{given}”"), did_you_mean(given, _words_at(model, where))
    said = _SAID.get(kind)
    if said is None:
        return Words(found["msg"], found["msg"]), NO_HINT
    bounds = {name: f"{bound:g}" if isinstance(bound, float) else bound for name, bound in context.items()}
    return Words(said.en.format_map(bounds), said.zh.format_map(bounds)), NO_HINT


def place(found: "ErrorDetails") -> Key:
    """Give the key that an error is about, as a person would spell it."""
    # pydantic adds these two marks of its own: the key of a table itself, and the function that checked.
    where = tuple(part for part in found["loc"] if part != "[key]" and not str(part).startswith("function-"))
    fault = found.get("ctx", {}).get("error")
    return (*where, *fault.at) if isinstance(fault, Fault) else where


def _keys_at(model: type[BaseModel], where: Key) -> list[str]:
    keys: list[str] = []
    for annotation in _annotations(model, where):
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            keys += [field.alias or name for name, field in annotation.model_fields.items()]
        elif get_origin(annotation) is dict:
            keys += [str(word) for word in get_args(get_args(annotation)[0])]
    return keys


def _words_at(model: type[BaseModel], where: Key) -> list[str]:
    return [
        str(word)
        for annotation in _annotations(model, where)
        if get_origin(annotation) is Literal
        for word in get_args(annotation)
    ]


def _annotations(annotation: Any, where: Key) -> Iterator[Any]:  # noqa: ANN401 - an annotation may be anything
    """Walk the annotations along a key; every member of a union is followed."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType}:
        for member in inner:
            yield from _annotations(member, where)
    elif not where:
        yield annotation
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            if where[0] == (field.alias or name):
                yield from _annotations(field.annotation, where[1:])
    elif origin is dict:
        yield from _annotations(inner[1], where[1:])
    elif origin in {tuple, list}:
        yield from _annotations(inner[0], where[1:])
