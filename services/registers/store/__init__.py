"""The database side: whom a batch may be about, and writing what was decided."""
