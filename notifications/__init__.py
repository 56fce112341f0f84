"""The SMS edge: templates and their lint, segments, gateways."""
