"""Play Catch yourself, in the notebook, with three buttons."""

import numpy as np

from .catch import Catch

__all__ = ["catch_with_buttons"]

_SYMBOLS = ("◀", "●", "▶")
_NAMES = ("left", "stay", "right")


def catch_with_buttons(seed: int | None = None):
    """The widget of a game of Catch: a picture, three buttons and the score; a reader without it sees the first picture.

    A step happens when a button is pressed, so there is time to think: press Tab to reach a button and the space bar
    to push it, or click.

    Args:
        seed: for the first game; the next ones go on from there.
    Returns: the ipywidgets box that is shown.
    """
    import ipywidgets

    from ..live import show
    from .figures import film

    game, state = Catch(), {"caught": 0, "best": 0, "over": False}
    picture, _ = game.reset(seed=seed)
    image = ipywidgets.Image(value=film(picture[None]), format="gif", layout={"width": "200px"})
    note = ipywidgets.Label("caught 0")

    def press(action: int) -> None:
        if state["over"]:
            state.update(caught=0, over=False)
            picture, _ = game.reset()
        else:
            picture, reward, terminated, truncated, _ = game.step(action)
            state["caught"] += int(reward > 0)
            state["best"] = max(state["best"], state["caught"])
            state["over"] = terminated or truncated
        image.value = film(np.asarray(picture)[None])
        ending = " · missed: any button begins again" if state["over"] else ""
        note.value = f"caught {state['caught']} · best {state['best']}{ending}"

    buttons = []
    for action, (symbol, name) in enumerate(zip(_SYMBOLS, _NAMES, strict=True)):
        button = ipywidgets.Button(description=symbol, tooltip=name, layout={"width": "64px"})
        button.on_click(lambda _button, action=action: press(action))
        buttons.append(button)
    box = ipywidgets.VBox([image, ipywidgets.HBox(buttons), note])
    show(box, "Catch, with buttons: left, stay, right", _png(picture))
    return box


def _png(picture: np.ndarray, zoom: int = 16) -> bytes:
    import io

    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(picture.repeat(zoom, axis=0).repeat(zoom, axis=1)).save(buffer, "PNG")
    return buffer.getvalue()
