"""The rules: plain functions of plain values and `now`. Standard library only."""
