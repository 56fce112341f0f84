"""Media types that pages and API share."""

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
