"""aiohttp: JSON API, webhooks, the board, the phone page."""
