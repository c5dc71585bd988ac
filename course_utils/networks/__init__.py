"""Networks that stages share, one file a family."""
