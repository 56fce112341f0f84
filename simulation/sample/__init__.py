"""Registers that look like a real office's, full of people who do not exist."""

from simulation.sample.dirty import write_dirty_sample
from simulation.sample.findings import DirtyFile, DirtySample, Effect, Finding, Trap
from simulation.sample.register import SampleFigures, write_sample

__all__ = [
    "DirtyFile",
    "DirtySample",
    "Effect",
    "Finding",
    "SampleFigures",
    "Trap",
    "write_dirty_sample",
    "write_sample",
]
