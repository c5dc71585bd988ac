"""Clips of a moving human figure, rendered from joint angles. Real skeletons are rendered by the same function in :mod:`.jhmdb`.

Three actions come in pairs that share every frame and differ only in order (:data:`PAIRS`): a method that sees one frame,
or sees the frames without their order, can't tell the two apart. Stage 3, "Actions in video", is built on that.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from ..datasets.cards import Card, Dataset
from ..errors import CourseError

__all__ = [
    "ACTIONS", "CARDS", "JOINTS", "PAIRS", "TEST_FIGURES", "TRAIN_FIGURES", "clips", "load", "motion", "project", "render",
]  # fmt: skip

ACTIONS = (
    *("walk forward", "walk backward", "run", "jump", "squat"),
    *("sit down", "stand up", "raise arms", "lower arms", "wave", "box"),
)
# The second of a pair is the first with its frames in the opposite order.
PAIRS = (("walk forward", "walk backward"), ("sit down", "stand up"), ("raise arms", "lower arms"))
TRAIN_FIGURES, TEST_FIGURES = range(40), range(40, 52)  # each number is a person: proportions and manner

# The first fifteen are those of JHMDB, in its order; the toes are ours.
JOINTS = [
    *("neck", "belly", "face", "right_shoulder", "left_shoulder", "right_hip", "left_hip", "right_elbow", "left_elbow"),
    *("right_knee", "left_knee", "right_wrist", "left_wrist", "right_ankle", "left_ankle", "right_toe", "left_toe"),
]
# What is drawn: from joint, to joint, thickness in body heights (half of it, the radius).
_BONES = (
    (0, 1, 0.07), (3, 4, 0.035), (5, 6, 0.05), (2, 2, 0.075), (0, 2, 0.03),  # trunk and head
    (3, 7, 0.032), (4, 8, 0.032), (7, 11, 0.028), (8, 12, 0.028),  # arms
    (1, 5, 0.05), (1, 6, 0.05), (5, 9, 0.042), (6, 10, 0.042), (9, 13, 0.036), (10, 14, 0.036),  # legs
    (13, 15, 0.026), (14, 16, 0.026),
)  # fmt: skip
_TURN = np.pi / 180
_FOLLOWED = 0.65  # the part of a walker's way that the camera follows
TRAIN_CLIPS, TEST_CLIPS, FRAMES, SIZE = 1650, 1100, 8, 24

CARDS = (
    Card(
        name="actions",
        title="Actions of a made human figure, 8 frames of 24×24",
        stages=(3,),
        source="made",
        origin="vision.actions.clips: a skeleton moved by joint angles, seen from the side, rendered with noise",
        licence="MIT, as the course",
        shapes={
            "x_train": (TRAIN_CLIPS, FRAMES, SIZE, SIZE, 1),
            "y_train": (TRAIN_CLIPS,),
            "x_test": (TEST_CLIPS, FRAMES, SIZE, SIZE, 1),
            "y_test": (TEST_CLIPS,),
        },
        values="x uint8, grey from 0 (black) to 255; y the action, 0 to 10",
        split="by figure: forty for training, twelve others for testing",
        bytes=(TRAIN_CLIPS + TEST_CLIPS) * (FRAMES * SIZE * SIZE + 8),
        checksum="97920603a4f0f6854bbad9acae04cdedf551dbe03a33d72774abf6246f481565",
    ),
)


def load(card: Card, samples: int = TRAIN_CLIPS, frames: int = FRAMES, size: int = SIZE, seed: int = 0) -> Dataset:
    """Training clips of forty figures, 1,100 test clips of twelve others.

    Args:
        card: the one of ``CARDS``.
        samples: how many training clips, at least 11.
        frames, size: as in :func:`clips`.
        seed: a whole number, 0 or more.
    Raises: CourseError naming the argument that is out of range.
    """
    if seed < 0:
        raise CourseError(f"seed must be 0 or more; got {seed!r}")
    train = clips(samples, TRAIN_FIGURES, frames, size, seed=2 * seed)
    test = clips(TEST_CLIPS, TEST_FIGURES, frames, size, seed=2 * seed + 1)
    return Dataset(*train, *test, (), ACTIONS, card)


def motion(action: str, figures: Sequence[int], frames: int = 8, seed: int = 0) -> np.ndarray:
    """The joints of figures that perform an action, one clip each.

    Phase, speed and extent differ from clip to clip, proportions and manner from figure to figure. The second action of
    a pair is the first one's clip of the same seed, backwards. The camera follows who walks or runs, not quite fast
    enough: about two thirds of the way is taken off. The ground is at height 0.

    Args:
        action: one of :data:`ACTIONS`.
        figures: (clips,) numbers, 0 or more: who moves.
        frames: in a clip, at least 2.
        seed: for phase, speed and extent.
    Returns: (clips, frames, 17, 3) float64, forward, to the figure's left and up, in body heights; joints as in
        :data:`JOINTS`.
    Raises: CourseError for an unknown action, too few frames, or no figures.
    """
    if action not in ACTIONS:
        raise CourseError(f"there is no action {action!r}; the actions are {', '.join(ACTIONS)}")
    who = np.asarray(figures)
    if who.ndim != 1 or not len(who) or who.dtype.kind not in "iu" or who.min() < 0:
        raise CourseError(f"figures must be a list of whole numbers, 0 or more, at least one; got {figures!r}")
    if frames < 2:
        raise CourseError(f"a clip needs at least 2 frames; got {frames!r}")
    backwards = {second: first for first, second in PAIRS}
    body, manner = _bodies(who)
    rng = np.random.default_rng([seed, ACTIONS.index(backwards.get(action, action))])
    angles = _ANGLES[backwards.get(action, action)](len(who), frames, rng, manner)
    joints = _skeleton(angles, body, (len(who), frames))
    return joints[:, ::-1].copy() if action in backwards else joints


def project(joints: np.ndarray, yaw: np.ndarray, tilt: np.ndarray) -> np.ndarray:
    """What a distant camera sees of the joints.

    Args:
        joints: (clips, frames, joints, 3), as from :func:`motion`.
        yaw: (clips,) degrees: 0 is a figure that faces the camera, 90 one that looks to the right of the picture.
        tilt: (clips,) degrees that the camera looks down.
    Returns: (clips, frames, joints, 3): to the right, down, and towards the camera, in body heights.
    Raises: CourseError where the shapes do not fit.
    """
    joints = np.asarray(joints, dtype="float64")
    yaw, tilt = (np.asarray(angle, dtype="float64") * _TURN for angle in (yaw, tilt))
    if joints.ndim != 4 or not yaw.shape == tilt.shape == joints.shape[:1]:
        raise CourseError(
            f"joints must be (clips, frames, joints, 3), yaw and tilt (clips,); got {joints.shape}, {yaw.shape}, {tilt.shape}"
        )
    yaw, tilt = yaw[:, None, None], tilt[:, None, None]
    forward, left, up = (joints[..., axis] for axis in range(3))
    right = forward * np.sin(yaw) + left * np.cos(yaw)
    near = forward * np.cos(yaw) - left * np.sin(yaw)
    down = near * np.sin(tilt) - up * np.cos(tilt)
    return np.stack([right, down, near * np.cos(tilt) + up * np.sin(tilt)], axis=-1)


def render(joints: np.ndarray, size: int = 24, scale: float | np.ndarray = 1.0) -> np.ndarray:
    """Pictures of skeletons: each bone a line with round ends, its edge one pixel soft; what is nearer is brighter.

    Args:
        joints: (…, 15 or 17, 2 or 3) pixels to the right and down, and towards the camera where there is a third.
            The centre of the first pixel is (0, 0). Fifteen joints are those of JHMDB; toes are drawn where
            there are seventeen.
        size: of a picture, pixels.
        scale: the body height in pixels, one number or one of the shape of joints without its last two axes: it sets
            how thick the bones are, and what "near" means.
    Returns: (…, size, size) float32, from 0 where there is nothing to at most 1.
    Raises: CourseError for another number of joints or coordinates, or values that are not finite.
    """
    joints = np.asarray(joints)
    if joints.ndim < 2 or joints.shape[-2] not in (15, 17) or joints.shape[-1] not in (2, 3):
        raise CourseError(f"joints must be (…, 15 or 17, 2 or 3); got {joints.shape}")
    if not np.isfinite(joints).all():
        raise CourseError("the joints hold values that are not finite (NaN or infinity)")
    outer, count = joints.shape[:-2], joints.shape[-2]
    flat = joints.reshape(-1, count, joints.shape[-1])
    # 1/1024 of a pixel: what the processors' sines differ by is rounded off, so the pictures are the same everywhere.
    flat = (np.round(flat * 1024) / 1024).astype("float32")
    scale = np.broadcast_to(np.asarray(scale, dtype="float32"), outer).reshape(-1)
    bones = [bone for bone in _BONES if max(bone[:2]) < count]
    pictures = np.empty((len(flat), size * size), dtype="float32")
    step = max(1, 60_000 // (size * size))  # few enough that they stay in the processor's cache
    for first in range(0, len(flat), step):
        part = slice(first, first + step)
        pictures[part] = _drawn(flat[part], scale[part], bones, size)
    return pictures.reshape(*outer, size, size)


def clips(
    samples: int,
    figures: Sequence[int] = TRAIN_FIGURES,
    frames: int = 8,
    size: int = 24,
    noise: float = 0.06,
    seed: int = 0,
    actions: Sequence[str] = ACTIONS,
) -> tuple[np.ndarray, np.ndarray]:
    """Grey clips of figures and the numbers of their actions, shuffled, each action equally often.

    Viewpoint (20 to 70 degrees to either side, 0 to 15 degrees from above), place, size, contrast, and the shade behind differ
    from clip to clip; :func:`motion` says what else does.

    Args:
        samples: how many clips, at least 1 an action.
        figures: who may appear.
        frames: in a clip, at least 2.
        size: of a picture, pixels, at least 12.
        noise: standard deviation of each pixel, white being 1; 0 to 0.5.
        seed: a whole number, 0 or more.
        actions: which of :data:`ACTIONS`; labels count them in this order.
    Returns: (samples, frames, size, size, 1) uint8, and (samples,) int64.
    Raises: CourseError naming the argument that is out of range.
    """
    if samples < len(actions) or not len(actions):
        raise CourseError(f"samples must be at least one an action, {len(actions)}; got {samples!r}")
    if size < 12:
        raise CourseError(f"size must be at least 12 pixels; got {size!r}")
    if not 0 <= noise <= 0.5:
        raise CourseError(f"noise must be 0 to 0.5; got {noise!r}")
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(samples) % len(actions))
    who = rng.choice(np.asarray(figures), samples)
    body = np.empty((samples, frames, len(JOINTS), 3))
    for label, action in enumerate(actions):
        chosen = labels == label
        body[chosen] = motion(action, who[chosen], frames, int(rng.integers(2**31)))
    yaw, tilt = rng.uniform(20, 70, samples) * rng.choice([-1, 1], samples), rng.uniform(0, 15, samples)
    height = size * rng.uniform(0.62, 0.74, samples)  # of the body, pixels
    centre = size * (0.5 + rng.uniform(-0.06, 0.06, samples)), size * rng.uniform(0.88, 0.95, samples)
    seen = project(body, yaw, tilt) * height[:, None, None, None]
    seen[..., 0] += centre[0][:, None, None]
    seen[..., 1] += centre[1][:, None, None]
    ink = render(seen, size, np.broadcast_to(height[:, None], (samples, frames)))
    behind, contrast = (rng.uniform(low, high, (samples, 1, 1, 1)).astype("float32") for low, high in ((0.02, 0.25), (0.5, 0.72)))  # fmt: skip
    pictures = behind + contrast * ink
    if noise:
        pictures += np.float32(noise) * rng.standard_normal(pictures.shape, dtype="float32")
    return np.round(np.clip(pictures, 0, 1) * 255).astype("uint8")[..., None], labels


def _bodies(who: np.ndarray) -> tuple[dict, dict]:
    """Proportions and manner of each figure: names to (clips,) arrays; the same number is the same person always."""
    people, index = np.unique(who, return_inverse=True)
    drawn = np.stack([np.random.default_rng([7, int(person)]).uniform(-1, 1, 12) for person in people])[index]
    parts = {"thigh": 0.245, "shin": 0.245, "torso": 0.30, "upper_arm": 0.18, "forearm": 0.16, "head": 0.13,
             "shoulders": 0.115, "hips": 0.055, "foot": 0.10}  # fmt: skip
    body = {name: length * (1 + 0.13 * drawn[:, place]) for place, (name, length) in enumerate(parts.items())}
    manner = {"extent": 1 + 0.15 * drawn[:, 9], "stoop": 6 * drawn[:, 10], "elbow": 12 + 8 * drawn[:, 11]}
    return body, manner


def _skeleton(angles: dict, body: dict, shape: tuple[int, int]) -> np.ndarray:
    """Joints (clips, frames, 17, 3) from angles in degrees: the root at the hips, each bone placed from the one before."""
    bend = {name: np.broadcast_to(value, shape) * _TURN for name, value in angles.items()}  # "height", "ahead" are none
    long = {name: value[:, None] for name, value in body.items()}
    zero = np.zeros(shape)

    def along(pitch, spread, side):
        """A unit vector that hangs down, is turned forward by pitch and to a side by spread."""
        pitch, spread = np.broadcast_arrays(pitch, spread)
        return np.stack([np.sin(pitch) * np.cos(spread), side * np.sin(spread), -np.cos(pitch) * np.cos(spread)], axis=-1)  # fmt: skip

    lean = bend["lean"]
    upward = np.stack([np.sin(lean), zero, np.cos(lean)], axis=-1)
    sideways = np.broadcast_to([0.0, 1.0, 0.0], (*shape, 3))
    joint = {"neck": long["torso"][..., None] * upward, "belly": 0.35 * long["torso"][..., None] * upward}
    joint["face"] = joint["neck"] + long["head"][..., None] * np.add(upward, [0.32, 0, 0])  # it has a front
    for side, sign in (("left", 1.0), ("right", -1.0)):
        hip, knee = bend[f"hip_{side}"], bend[f"knee_{side}"]
        joint[f"{side}_hip"] = sign * long["hips"][..., None] * sideways
        joint[f"{side}_knee"] = joint[f"{side}_hip"] + long["thigh"][..., None] * along(hip, 0.06, sign)
        joint[f"{side}_ankle"] = joint[f"{side}_knee"] + long["shin"][..., None] * along(hip - knee, 0.06, sign)
        foot = np.stack([np.cos(0.7 * (hip - knee)), zero, np.sin(0.7 * (hip - knee))], axis=-1)
        joint[f"{side}_toe"] = joint[f"{side}_ankle"] + long["foot"][..., None] * foot
        pitch, spread = bend[f"arm_{side}"], bend[f"spread_{side}"] + 0.12
        joint[f"{side}_shoulder"] = 0.96 * joint["neck"] + sign * long["shoulders"][..., None] * sideways
        joint[f"{side}_elbow"] = joint[f"{side}_shoulder"] + long["upper_arm"][..., None] * along(pitch, spread, sign)
        forearm = along(pitch + bend[f"elbow_{side}"], spread + bend[f"outward_{side}"], sign)
        joint[f"{side}_wrist"] = joint[f"{side}_elbow"] + long["forearm"][..., None] * forearm
    joints = np.stack([joint[name] for name in JOINTS], axis=2)
    ground = joints[:, :, [13, 14, 15, 16], 2].min(axis=2)  # the lowest foot stands on it
    joints[..., 2] += (angles.get("height", 0.0) - ground)[..., None]
    joints[..., 0] += np.broadcast_to(angles.get("ahead", 0.0), shape)[..., None]
    return joints


def _rest(manner: dict) -> dict:
    """The angles of a figure that stands, (clips, 1) degrees."""
    column = {name: value[:, None] for name, value in manner.items()}
    sides = ("left", "right")
    still = {f"{name}_{side}": 0.0 for name in ("hip", "knee", "arm", "spread", "outward") for side in sides}
    return still | {"lean": 3 + column["stoop"], "elbow_left": column["elbow"], "elbow_right": column["elbow"]}


def _times(n: int, frames: int, rng, low: float, high: float) -> np.ndarray:
    """A phase in radians for each frame, (n, frames): low to high turns in a clip, from anywhere."""
    turns, start = rng.uniform(low, high, (n, 1)), rng.uniform(0, 1, (n, 1))
    return 2 * np.pi * (start + turns * np.arange(frames) / frames)


def _part(n: int, frames: int, rng, shortest: float, longest: float) -> np.ndarray:
    """How much of a movement is over, 0 to 1, (n, frames): rest, movement, rest, each of its own length."""
    takes = rng.uniform(shortest, longest, (n, 1))
    begins = rng.uniform(0, 1 - takes)
    return np.clip((np.linspace(0, 1, frames) - begins) / takes, 0, 1)


def _progress(n: int, frames: int, rng) -> np.ndarray:
    """How far a change of posture has come, 0 to 1, (n, frames), without a jerk."""
    part = _part(n, frames, rng, 0.5, 0.85)
    return part * part * (3 - 2 * part)


def _gait(n, frames, rng, manner, turns, stride, lift, arms, elbow, lean) -> dict:
    """Legs and arms that swing against each other; a knee bends while its leg comes forward.

    A turn takes the body ahead by two steps, each as long as the legs (half the body) spread; in the middle of the clip
    it is at 0.
    """
    phase, extent = _times(n, frames, rng, *turns), manner["extent"][:, None] * rng.uniform(0.9, 1.1, (n, 1))
    angles = _rest(manner)
    angles["lean"] = angles["lean"] + lean
    turned = (phase - phase.mean(axis=1, keepdims=True)) / (2 * np.pi)
    angles["ahead"] = (1 - _FOLLOWED) * turned * 2 * np.sin(extent * stride * _TURN)
    for side, at in (("left", phase), ("right", phase + np.pi)):
        angles[f"hip_{side}"] = extent * stride * np.sin(at) + 0.25 * stride
        angles[f"knee_{side}"] = extent * lift * np.maximum(0, np.cos(at)) + 6
        angles[f"arm_{side}"] = -extent * arms * np.sin(at)
        angles[f"elbow_{side}"] = elbow + angles[f"elbow_{side}"]
    return angles


def _crouched(depth: np.ndarray, rng, manner: dict) -> dict:
    """A figure whose hips go down by depth, 0 (standing) to 1 (thighs level), its arms held forward a little."""
    angles, extent = _rest(manner), rng.uniform(0.9, 1.05, (len(depth), 1))
    forward = rng.uniform(10, 70, (len(depth), 1))
    angles["lean"] = angles["lean"] + 28 * np.sin(np.pi * 0.75 * depth)
    for side in ("left", "right"):
        angles[f"hip_{side}"], angles[f"knee_{side}"] = 88 * extent * depth, 92 * extent * depth
        angles[f"arm_{side}"] = forward * depth
    return angles


def _sit(n, frames, rng, manner) -> dict:
    return _crouched(_progress(n, frames, rng), rng, manner)


def _squat(n, frames, rng, manner) -> dict:
    return _crouched(np.sin(np.pi * _part(n, frames, rng, 0.75, 1.0)) ** 2, rng, manner)


def _jump(n, frames, rng, manner) -> dict:
    part = _part(n, frames, rng, 0.75, 1.0)
    air = np.clip((part - 0.4) / 0.4, 0, 1)  # crouch, then off the ground, then land
    before, after = np.clip(part / 0.4, 0, 1), np.clip((part - 0.8) / 0.2, 0, 1)
    depth = 0.5 * np.sin(np.pi * before) + 0.35 * np.sin(np.pi * after)
    angles = _crouched(depth, rng, manner)
    angles["height"] = rng.uniform(0.16, 0.26, (n, 1)) * 4 * air * (1 - air)
    swing = rng.uniform(20, 100, (n, 1)) * np.sin(np.pi * air)
    for side in ("left", "right"):
        angles[f"arm_{side}"] = swing - 40 * np.sin(np.pi * before)
    return angles


def _raise(n, frames, rng, manner) -> dict:
    angles, up = _rest(manner), _progress(n, frames, rng)
    sideways = rng.uniform(0, 1, (n, 1)) < 0.5  # some through the side, some through the front
    top = rng.uniform(145, 172, (n, 1))
    for side in ("left", "right"):
        angles[f"arm_{side}"] = np.where(sideways, 0.0, top * up)
        angles[f"spread_{side}"] = np.where(sideways, (top - 10) * up, 0.0)
    return angles


def _wave(n, frames, rng, manner) -> dict:
    angles, phase = _rest(manner), _times(n, frames, rng, 1.2, 2.2)
    left = rng.uniform(0, 1, (n, 1)) < 0.5
    spread, forward = rng.uniform(115, 150, (n, 1)), rng.uniform(0, 20, (n, 1))
    swing = rng.uniform(25, 45, (n, 1)) * manner["extent"][:, None] * np.sin(phase)
    for side, this in (("left", left), ("right", ~left)):
        angles[f"spread_{side}"] = np.where(this, spread, 0.0)
        angles[f"arm_{side}"] = np.where(this, forward, 0.0)
        angles[f"outward_{side}"] = np.where(this, 175 - spread + swing, 0.0)
        angles[f"elbow_{side}"] = np.where(this, 0.0, angles[f"elbow_{side}"])
    return angles


def _box(n, frames, rng, manner) -> dict:
    angles, phase = _rest(manner), _times(n, frames, rng, 1.0, 1.8)
    angles["lean"] = angles["lean"] + 6
    for side, sign in (("left", 1.0), ("right", -1.0)):
        reach = np.maximum(0, sign * np.sin(phase)) ** 0.7  # 0: the fist at the chin, 1: the arm straight
        angles[f"arm_{side}"] = 25 + 62 * reach
        angles[f"elbow_{side}"] = 125 - 118 * reach
        angles[f"hip_{side}"] = 14.0 * sign
        angles[f"knee_{side}"] = 12.0
    return angles


_ANGLES = {
    "walk forward": partial(_gait, turns=(0.7, 1.1), stride=28, lift=55, arms=26, elbow=5, lean=2),
    "run": partial(_gait, turns=(1.2, 1.7), stride=42, lift=95, arms=42, elbow=75, lean=12),
    "jump": _jump,
    "squat": _squat,
    "sit down": _sit,
    "raise arms": _raise,
    "wave": _wave,
    "box": _box,
}


def _drawn(joints: np.ndarray, scale: np.ndarray, bones: Sequence[tuple], size: int) -> np.ndarray:
    """(pictures, size × size) of (pictures, joints, 2 or 3), by additions, products, roots and comparisons alone."""
    column = np.arange(size, dtype="float32")
    x, y = np.tile(column, size), np.repeat(column, size)  # (size²,) each
    drawn = np.zeros((len(joints), size * size), dtype="float32")
    for start, end, thickness in bones:
        a, b = joints[:, start], joints[:, end]
        ax, ay = a[:, :1], a[:, 1:2]
        dx, dy = b[:, :1] - ax, b[:, 1:2] - ay
        length = np.maximum(dx * dx + dy * dy, np.float32(1e-6))
        px, py = x - ax, y - ay
        part = np.clip((px * dx + py * dy) / length, 0, 1)
        px -= part * dx
        py -= part * dy
        px *= px
        py *= py
        px += py
        bright = np.sqrt(px, out=px)
        np.subtract(
            np.float32(0.5) + np.maximum(np.float32(thickness) * scale[:, None], np.float32(0.45)), bright, out=bright
        )
        np.clip(bright, 0, 1, out=bright)
        if joints.shape[2] == 3:
            near = (a[:, 2:] + b[:, 2:]) / (2 * scale[:, None])
            bright *= np.clip(np.float32(0.78) + np.float32(1.1) * near, np.float32(0.5), np.float32(1))
        np.maximum(drawn, bright, out=drawn)
    return drawn
