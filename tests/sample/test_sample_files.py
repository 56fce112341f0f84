"""Same seed, same cells; any size; the look of an office's file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from time import perf_counter

import pytest
from openpyxl import load_workbook

from domain.identity import parse_identity
from simulation.sample import write_sample
from simulation.sample.numbers import LANDLINES, MOBILES, NumberBook
from simulation.sample.places import share_out
from tests.sample.reading import TODAY, Sample, read_rows


def test_the_same_seed_gives_the_same_cells(tmp_path: Path) -> None:
    first = write_sample(tmp_path / "a", 200, 40, 7, TODAY)
    second = write_sample(tmp_path / "b", 200, 40, 7, TODAY)
    other = write_sample(tmp_path / "c", 200, 40, 8, TODAY)
    for place in (0, 1):
        rows = read_rows(first.files[place])
        assert rows == read_rows(second.files[place])
        assert rows != read_rows(other.files[place])


def test_it_looks_like_an_offices_file(sample: Sample) -> None:
    book = load_workbook(sample.figures.files[0])
    page = book.worksheets[0]
    assert book.sheetnames == ["退休人员花名册", "填表说明"]
    assert page["A1"].value == "长沙市社会化管理退休人员花名册（虚拟样本数据）"
    assert [str(area) for area in page.merged_cells.ranges] == ["A1:AU1"]
    assert page.freeze_panes == "C3"
    assert page.column_dimensions["G"].width > 18
    assert isinstance(page["G3"].value, str)
    assert isinstance(page["W3"].value, str | None)
    assert page["AO3"].is_date


def test_two_thousand_people_take_no_time(tmp_path: Path) -> None:
    start = perf_counter()
    write_sample(tmp_path, 2000, 300, 3, TODAY)
    assert perf_counter() - start < 10  # about 1 s on a quiet machine


@pytest.mark.parametrize(("retirees", "volunteers"), [(0, 0), (1, 0), (0, 1), (3, 2), (60, 12)])
def test_small_samples(tmp_path: Path, retirees: int, volunteers: int) -> None:
    figures = write_sample(tmp_path, retirees, volunteers, 1, TODAY)
    assert (figures.retirees, figures.volunteers) == (retirees, volunteers)
    assert len(read_rows(figures.files[0])) == retirees
    assert len(read_rows(figures.files[1])) == volunteers


def test_less_than_nobody_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="fewer than 0"):
        write_sample(tmp_path, -1, 0, 1, TODAY)


@pytest.mark.parametrize("today", [date(2027, 1, 1), date(2028, 2, 29), date(2026, 12, 31)])
def test_any_day_of_the_year(tmp_path: Path, today: date) -> None:
    figures = write_sample(tmp_path, 300, 30, 1, today)
    for row in read_rows(figures.files[0]):
        assert row["上次认证日期"].date() <= today
        assert parse_identity(row["公民身份号码"], today)
    for row in read_rows(figures.files[1]):
        assert row["注册日期"].date() <= today


def test_numbers_come_once() -> None:
    book = NumberBook()
    mobiles = {book.mobile() for _ in range(50_000)}
    landlines = {book.landline() for _ in range(50_000)}
    assert (len(mobiles), len(landlines)) == (50_000, 50_000)
    numbers = {book.identity(date(1950, 1, 1), is_female=False) for _ in range(500)}
    assert len(numbers) == 500
    with pytest.raises(ValueError, match="more than 500"):
        book.identity(date(1950, 1, 1), is_female=False)


def test_a_used_up_block_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (MOBILES, LANDLINES) == (6_000_000, 1_000_000)
    monkeypatch.setattr("simulation.sample.numbers.MOBILES", 1)
    monkeypatch.setattr("simulation.sample.numbers.LANDLINES", 1)
    book = NumberBook()
    book.mobile()
    book.landline()
    with pytest.raises(ValueError, match="mobile numbers"):
        book.mobile()
    with pytest.raises(ValueError, match="landlines"):
        book.landline()


def test_sharing_out_keeps_the_total() -> None:
    assert share_out(10, [1, 1, 1]) == [4, 3, 3]
    assert share_out(0, [1, 2]) == [0, 0]
    assert sum(share_out(2000, [0.3, 7.7, 92])) == 2000
