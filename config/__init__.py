"""What each process needs to start: settings, clock, logging, languages."""
