"""What an exchange with a vendor says, without a wire."""

import re

import pandas as pd
import pytest
import requests
from urllib3.exceptions import ProtocolError

from watchlist.sources.contract import Blocked, Failed, NoData
from watchlist.sources.requests_tap import trouble_of
from watchlist.sources.shape import Outside
from watchlist.sources.wire import About, Exchange, Reading, Trouble, asked, hear, refusal

URL = "https://vendor.example/bars"


@pytest.mark.parametrize(
    ("exchange", "outcome"),
    [
        (Exchange(URL, 200, "{}"), type(None)),
        (Exchange(URL, 404, "<html></html>"), type(None)),
        (Exchange(URL, 200, " \r\n<!doctype html>"), Blocked),
        (Exchange(URL, 429, "Too Many Requests"), Blocked),
        (Exchange(URL, 456, ""), Blocked),
        (Exchange(URL, 500, "oops"), Failed),
        (Exchange(URL, 503, "<html></html>"), Failed),
        (Exchange(URL, trouble=Trouble.CLOSED), Blocked),
        (Exchange(URL, trouble=Trouble.TIMEOUT), Failed),
        (Exchange(URL, trouble=Trouble.CUT), Failed),
        (Exchange(URL, trouble=Trouble.UNREACHABLE), Failed),
    ],
)
def test_an_exchange_says_what_it_is(exchange: Exchange, outcome: type) -> None:
    assert isinstance(refusal(exchange), outcome)


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (requests.ReadTimeout(), Trouble.TIMEOUT),
        (requests.ConnectTimeout(), Trouble.TIMEOUT),
        (requests.exceptions.ChunkedEncodingError(), Trouble.CUT),
        (requests.ConnectionError(ProtocolError("Connection aborted.", ConnectionResetError(104, ""))), Trouble.CLOSED),
        (requests.ConnectionError("Failed to resolve"), Trouble.UNREACHABLE),
        (requests.exceptions.ProxyError("Tunnel connection failed"), Trouble.UNREACHABLE),
    ],
)
def test_an_error_names_the_trouble(error: Exception, trouble: Trouble) -> None:
    assert trouble_of(error) is trouble


def table() -> pd.DataFrame:
    hear(Exchange(URL, 200, '{"code": "600000"}'))
    return pd.DataFrame({"close": [1.0]})


def nothing_found() -> pd.DataFrame:
    hear(Exchange(URL, 200, '{"data": null}'))
    return pd.DataFrame()


def stumble() -> pd.DataFrame:
    hear(Exchange(URL, 200, '{"layout": "new"}'))
    raise KeyError("data")  # noqa: EM101 - as a library raises it


def says_none(answer: Exchange) -> str | None:
    return "none" if "null" in answer.body else None


def test_a_table_is_given_as_it_came() -> None:
    found = asked(table, Reading(says_none))
    assert isinstance(found, pd.DataFrame)
    assert found["close"].tolist() == [1.0]


def test_an_empty_table_is_no_data_only_where_the_answer_says_so() -> None:
    assert asked(nothing_found, Reading(says_none)) == NoData("none")
    assert isinstance(asked(nothing_found, Reading(lambda _: None)), Failed)


def test_a_good_answer_of_which_nothing_is_left_is_no_data() -> None:
    assert isinstance(asked(nothing_found, Reading(lambda _: None, cuts=True)), Outside)


def test_a_changed_layout_is_a_failure() -> None:
    assert isinstance(asked(stumble, Reading(says_none, cuts=True)), Failed)


def test_an_answer_about_another_security_is_a_failure() -> None:
    pattern = re.compile(r'"code": "(\w+)"')
    assert isinstance(asked(table, Reading(says_none, About(pattern, "600000"))), pd.DataFrame)
    assert asked(table, Reading(says_none, About(pattern, "000001"))) == Failed(
        "vendor.example: asked about 000001, answered about 600000"
    )


def test_a_call_that_asked_nothing_is_a_failure() -> None:
    assert isinstance(asked(pd.DataFrame, Reading(says_none)), Failed)
