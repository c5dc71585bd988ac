"""Networks that stages share, readable on one screen each; one module a family."""
