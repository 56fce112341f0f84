"""dramatiq: broker, runtime, thin actors, one file per concern."""
