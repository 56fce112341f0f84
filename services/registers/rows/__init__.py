"""What each row says: cells put together to persons, with findings for what cannot be read."""
