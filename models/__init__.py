"""Tables and the queries over them, one file per noun."""
