"""What makes the results that ship with stage 3."""
