"""When life intervenes: deaths, absences, hospital, moves, emergencies, suspicions; people on leave."""
