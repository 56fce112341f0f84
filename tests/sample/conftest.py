"""One sample of the demo's size for all tests."""

from __future__ import annotations

import pytest

from simulation.sample import write_sample
from tests.sample.reading import TODAY, Sample, read_rows


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    folder = tmp_path_factory.mktemp("sample")
    figures = write_sample(folder, 2000, 300, 1, TODAY)
    return Sample(figures, read_rows(figures.files[0]), read_rows(figures.files[1]))
