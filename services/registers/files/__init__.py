"""From a file on disk to raw rows: Excel workbooks and CSV, with caps against hostile files."""
