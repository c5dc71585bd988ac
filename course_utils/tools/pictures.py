"""Smaller pictures: a notebook with fifty figures has to stay under 2 MB."""

import io

import numpy as np

__all__ = ["smaller"]

VISIBLE = 4.0  # root mean square difference in grey levels of 255 from which a palette shows


def smaller(png: bytes, colours: int = 128) -> bytes:
    """The same picture with a palette of its own, about a third of the bytes; the original where that would show.

    A chart has few colours and looks the same; a photograph has many, and is kept as it is.

    Args:
        png: a PNG file's bytes.
        colours: of the palette, 2 to 256; 128 keep the shades of a heat map beside the lines of a chart.
    """
    from PIL import Image

    picture = Image.open(io.BytesIO(png))
    if picture.mode not in ("RGB", "RGBA"):
        return png
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    buffer = io.BytesIO()
    palette = flat.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette.save(buffer, format="png", optimize=True)
    error = np.asarray(palette.convert("RGB"), "float32") - np.asarray(flat, "float32")
    return png if np.sqrt(np.mean(error**2)) > VISIBLE else min(png, buffer.getvalue(), key=len)
