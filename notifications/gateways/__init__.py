"""Ways out for texts, all behind one small protocol (`protocol.py`)."""
