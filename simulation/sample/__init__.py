"""Registers that look like a real office's, full of people who do not exist."""

from simulation.sample.register import SampleFigures, write_sample

__all__ = ["SampleFigures", "write_sample"]
