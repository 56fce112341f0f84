"""Caps on what is read, each with its reason. A city's register has about 100,000 rows of 60 columns."""

MIB = 1024 * 1024

# 100,000 full rows of 60 columns were measured at 42 MB packed and 340 MB unpacked.
MAX_FILE_BYTES = 64 * MIB
MAX_UNPACKED_BYTES = 600 * MIB
# A workbook has a dozen parts and one per sheet; every community of a city on a sheet of its own fits.
MAX_ARCHIVE_ENTRIES = 4_000
MAX_ROWS = 200_000
# Registers have up to 60 columns; a shift table with a column per half day adds 21.
MAX_COLUMNS = 200
# Excel's own limit on a cell.
MAX_CELL_CHARACTERS = 32_767
# The reading child's own limits: the register above needs 0.7 GB and 6 seconds.
CHILD_MEMORY_BYTES = 2048 * MIB
CHILD_CPU_SECONDS = 120
MAX_SPOOL_BYTES = 1024 * MIB
