"""What is decided and recorded about volunteers, one concern per file."""
