"""The timetable, and ticks that turn due rows into ids on a queue."""
