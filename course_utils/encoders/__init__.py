"""Stage 6: noise, dates, captions."""
