"""The files for schedulers and containers: what can be looked at here is; Docker's daemon and Windows are not here."""

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from click.testing import CliRunner

from watchlist.cli import cli
from watchlist.ledger.home import Home
from watchlist.ledger.settings import load_settings

ROOT: Final = Path(__file__).resolve().parent.parent
SYSTEMD: Final = ROOT / "deploy" / "systemd"
UNITS: Final = sorted(SYSTEMD.iterdir())


def asked_of_the_program(words: list[str]) -> None:
    """Check that the program knows a command line: its help is that of the command, with every option."""
    command, *options = words
    said = CliRunner().invoke(cli, [command, "--help"])
    assert said.exit_code == 0, command
    assert all(option in said.output for option in options), words


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("/opt/watchlist/.venv/bin/python", "/bin/true")
        (tmp_path / unit.name).write_text(text.replace("/opt/watchlist", "/"), "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in UNITS)],  # noqa: S607 - the system's own
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    ours = [line for line in done.stderr.splitlines() if "watchlist" in line]
    assert (done.returncode, ours) == (0, []), done.stderr


def test_the_timers_keep_the_times_of_the_settings(tmp_path: Path) -> None:
    settings = load_settings(Home(tmp_path))
    for name, times in settings.schedule.items():
        text = (SYSTEMD / f"watchlist-{name.lower()}.timer").read_text("utf-8")
        zone = settings.markets[name].timezone
        expected = [f"Mon..Fri {time.isoformat('minutes')} {zone}" for time in times]
        assert re.findall(r"(?m)^OnCalendar=(.+)$", text) == expected
        assert "Persistent=true" in text


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.name)
def test_the_services_start_what_there_is_and_may_little(unit: Path) -> None:
    text = unit.read_text("utf-8")
    (start,) = re.findall(r"(?m)^ExecStart=(.+)$", text)
    asked_of_the_program(shlex.split(start)[2:])
    for kept in (
        "UMask=0077",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "StateDirectory=watchlist",
        "KillMode=mixed",
    ):
        assert kept in text


def test_the_image_is_made_of_what_is_there_and_runs_as_nobody_special() -> None:
    text = (ROOT / "deploy" / "container" / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    steps = [line.split(None, 1) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    for step, rest in steps:
        if step == "COPY":
            assert all((ROOT / name).exists() for name in rest.split()[:-1]), rest
        if step == "RUN" and "pip install" in rest:
            assert rest.count("pip install") == rest.count("--require-hashes")
        if step == "HEALTHCHECK":
            asked_of_the_program(json.loads(rest.partition("CMD ")[2])[2:])
        if step == "CMD":
            asked_of_the_program(json.loads(rest))
    names = [step for step, _ in steps]
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert dict(steps)["USER"] == "10001"


def test_the_compose_file_keeps_the_data_and_takes_rights_away() -> None:
    path = ROOT / "deploy" / "container" / "compose.yaml"
    service: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))["services"]["watchlist"]
    assert service["volumes"] == ["watchlist-data:/data"]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    build = service["build"]
    assert (path.parent / build["context"] / build["dockerfile"]).is_file()
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert ignored[1] == "*"
    assert "config/local" in ignored


def test_the_windows_task_starts_what_there_is() -> None:
    raw = (ROOT / "deploy" / "windows" / "register-task.ps1").read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n") > 0
    text = raw.decode("ascii")
    (argument,) = re.findall(r'-Argument "main\.py ([^"]+)"', text)
    asked_of_the_program(argument.split())
    assert "-StartWhenAvailable" in text
    for opening, closing in ("()", "{}", "[]"):
        assert text.count(opening) == text.count(closing)
