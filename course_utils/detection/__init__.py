"""Stage 4: scenes with boxes, proposals, two detectors."""
