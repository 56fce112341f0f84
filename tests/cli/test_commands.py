"""The command line: refusals in a sentence with exit code 2, figures as one line of JSON."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time

import pytest

from notifications.templates import load_templates
from planner.plan import Plan
from planner.small import small_problem
from tanfang.commands.plan import _plan_file

TANFANG = Path(sys.executable).with_name("tanfang")


def tanfang(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder of its own, without the machine's settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TANFANG_")}
    return subprocess.run(
        [TANFANG, *arguments],
        cwd=folder,
        env={**kept, **settings, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize(
    ("arguments", "settings", "named"),
    [
        (["serve"], {"TANFANG_SMS_GATEWAY": "twilio"}, "TANFANG_TWILIO_AUTH_TOKEN"),
        (
            ["serve"],
            {"TANFANG_SMS_GATEWAY": "aliyun", "TANFANG_ALIYUN_SIGN_NAME": "x"},
            "TANFANG_ALIYUN_ACCESS_KEY_ID",
        ),
        (["worker"], {}, "TANFANG_BROKER_URL"),
        (["doctor"], {"TANFANG_DATABASE_URL": "mysql://x/y"}, "TANFANG_DATABASE_URL"),
        (["doctor"], {"TANFANG_SECRET_KEY": "short"}, "TANFANG_SECRET_KEY"),
        (["demo"], {"TANFANG_BROKER_URL": "redis://127.0.0.1:1/0"}, "TANFANG_BROKER_URL"),
    ],
)
def test_contradicting_settings_are_refused_by_name(
    tmp_path: Path, arguments: list[str], settings: dict[str, str], named: str
) -> None:
    done = tanfang(tmp_path, *arguments, **settings)
    assert done.returncode == 2, done.stderr
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def test_from_sample_to_doctor(tmp_path: Path) -> None:
    assert tanfang(tmp_path, "sample", "--retirees", "40", "--volunteers", "8", "-o", "s").returncode == 0
    first = tanfang(tmp_path, "import", "s/retirees.xlsx", "--json")
    assert first.returncode == 0, first.stderr
    figures = json.loads(first.stdout.splitlines()[-1])
    assert (figures["rows"], figures["accepted"], figures["rejected"]) == (40, 40, 0)
    again = json.loads(tanfang(tmp_path, "import", "s/retirees.xlsx", "--json").stdout.splitlines()[-1])
    assert (again["accepted"], again["unchanged"]) == (0, 40)
    rotated = tanfang(tmp_path, "keys", "rotate")
    assert rotated.returncode == 0, rotated.stderr
    assert len((tmp_path / "var" / "secret.key").read_text().split()) == 2
    doctor = tanfang(tmp_path, "doctor", "--json")
    assert doctor.returncode == 0
    report = json.loads(doctor.stdout.splitlines()[-1])
    assert report["ok"] is True
    assert set(report) == {"ok", "checked", "problems"}
    audit = tanfang(tmp_path, "audit", "verify", "--json")
    assert json.loads(audit.stdout)["ok"] is True
    assert tanfang(tmp_path, "backup", "copy.sqlite").returncode == 0
    assert tanfang(tmp_path, "backup", "copy.sqlite").returncode == 2, "an existing file is not overwritten"


def test_a_register_without_usable_rows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.csv").write_text("姓名,公民身份号码\n,\n", encoding="utf-8")
    done = tanfang(tmp_path, "import", "broken.csv")
    assert done.returncode == 2
    assert "broken.csv" in done.stderr


def test_a_plan_is_drawn_as_a_page_of_its_own(tmp_path: Path) -> None:
    problem = small_problem()
    problem.save(tmp_path / "small.npz")
    wanted = ["small.npz", "-o", "plan.json", "--budget", "0.2", "--map", "map.html", "--json"]
    done = tanfang(tmp_path, "plan", *wanted)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert page.count("<polyline") == len(Plan.load(tmp_path / "plan.json").routes)
    assert page.count("<circle") == problem.n
    assert f"共上门{figures['served']}次" in page
    assert "http" not in page.replace("http://www.w3.org", "")
    nowhere = tanfang(tmp_path, "plan", "small.npz", "-o", "plan.json", "--map", "no/map.html")
    assert nowhere.returncode == 2
    assert "no/map.html: there is no folder" in nowhere.stderr


def test_ctrl_c_ends_the_search_and_keeps_the_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_problem().save(tmp_path / "small.npz")
    shares: list[float] = []

    @contextmanager
    def bar(title: str) -> Iterator[Callable[[float, str], None]]:
        def show(share: float, word: str) -> None:
            shares.append(share)
            if len(shares) == 5:
                signal.raise_signal(signal.SIGINT)

        yield show

    monkeypatch.setattr("tanfang.commands.plan.progress_bar", bar)
    before = signal.getsignal(signal.SIGINT)
    began = process_time()
    figures = _plan_file(tmp_path / "small.npz", tmp_path / "plan.json", 1, 300.0, 1)
    assert process_time() - began < 200
    assert signal.getsignal(signal.SIGINT) is before
    assert figures["faults"] == 0
    assert len(Plan.load(tmp_path / "plan.json").seats()) > 0
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_broken_plan_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "broken.npz").write_bytes(b"not an archive")
    done = tanfang(tmp_path, "plan", "broken.npz", "-o", "plan.json")
    assert done.returncode == 2
    assert "broken.npz" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "plan.json").exists()


def test_nothing_is_written_over_the_problem_or_the_plan(tmp_path: Path) -> None:
    small_problem().save(tmp_path / "small.npz")
    before = (tmp_path / "small.npz").read_bytes()
    for wanted, told in (
        (("-o", "small.npz"), "named twice"),
        (("-o", "./small.npz"), "named twice"),
        (("-o", "plan.html", "--map", "plan.html"), "named twice"),
        (("-o", "plan.json", "--map", "small.npz"), "named twice"),
        (("-o", "plan.json", "--map", "map.png"), "name it .html"),
        (("-o", "plan.json", "--seed", "-1"), "--seed"),
    ):
        done = tanfang(tmp_path, "plan", "small.npz", *wanted)
        assert done.returncode == 2, wanted
        assert told in done.stderr
        assert "Traceback" not in done.stderr
    assert (tmp_path / "small.npz").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["small.npz"]


def test_the_visits_of_the_database_are_planned_and_drawn(tmp_path: Path) -> None:
    settings = {
        "TANFANG_DATABASE_URL": f"sqlite:///{tmp_path / 'city.sqlite'}",
        "TANFANG_VAR_DIR": str(tmp_path),
    }
    done = tanfang(tmp_path, "plan", "--live", "--json", "--map", "map.html", **settings)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert (figures["visits"], figures["planned"], figures["was_busy"]) == (0, 0, False)
    assert "<svg" in (tmp_path / "map.html").read_text(encoding="utf-8")
    both = tanfang(tmp_path, "plan", "small.npz", "--live")
    assert both.returncode == 2
    assert "--live" in both.stderr


def test_texts_for_the_gateway_s_form_are_a_table_with_every_text(tmp_path: Path) -> None:
    done = tanfang(tmp_path, "templates", "--csv")
    assert done.returncode == 0, done.stderr
    table = list(csv.DictReader(io.StringIO(done.stdout.removeprefix("\ufeff"))))
    assert [row["key"] for row in table] == list(load_templates())
    by_key = {row["key"]: row for row in table}
    assert by_key["V15"]["content"] == "您今日${when}有上门任务${code}，请准时到${place}集合。"
    assert by_key["R8"]["kind"] == "promotion"
    assert {row["segments"] for row in table} == {"1"}
    assert {row["problems"] for row in table} == {""}
