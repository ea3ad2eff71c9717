"""Short videos of a shape that moves or turns."""

from __future__ import annotations

import numpy as np

from skseq._seeding import draw_seed
from skseq.datasets._numbers import check_integer, check_n_samples

# How each action changes the column, the row and the angle; rows count downwards, as in images.
_ACTIONS = {
    "anticlockwise": (0, 0, -1),
    "clockwise": (0, 0, 1),
    "down": (0, 1, 0),
    "left": (-1, 0, 0),
    "right": (1, 0, 0),
    "up": (0, -1, 0),
}
_SHAPES = ("bar", "cross", "triangle")
_PIXELS_PER_FRAME = (0.5, 1.5)
# A cross looks the same after a quarter turn: from an eighth on it would seem to turn back.
_DEGREES_PER_FRAME = (10.0, 30.0)
_BRIGHTNESS = (0.6, 1.0)
_NOISE = 0.05
_SMALLEST = 8


def make_moving_shapes(
    n_samples: int = 200,
    *,
    n_frames: int = 12,
    size: int = 12,
    random_state: int | np.random.RandomState | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Generate videos of one shape that moves or turns; the label is its motion.

    A single frame has no information about the label. The frames without their order show the axis
    of the motion, or that the shape turns. Only their order shows left or right, up or down, and
    clockwise or anticlockwise.

    Parameters
    ----------
    n_samples : int, default=200
        Number of videos.
    n_frames : int, default=12
        Frames of each video, 2 or more.
    size : int, default=12
        Height and width of the frames in pixels, 8 or more.
    random_state : int, RandomState instance or None, default=None
        An int gives the same videos in every call; one number is drawn from a RandomState; None
        gives others every time. The global generator is not used.

    Returns
    -------
    X : ndarray of float32, shape (n_samples, n_frames, size, size)
        Brightness of the pixels, from 0 to 1, with axes sample, frame, row from the top and
        column from the left. For a network that needs channels use ``X[..., np.newaxis]``.
    y : ndarray of str, shape (n_samples,)
        "anticlockwise", "clockwise", "down", "left", "right" or "up", each for a sixth of the
        videos.

    Raises
    ------
    ValueError
        If a number is too small, or ``random_state`` is invalid.
    TypeError
        If a number is not an integer.

    Notes
    -----
    For every video a shape (bar, cross or triangle, six tenths of the frame wide), a position, an
    angle and a brightness from 0.6 to 1 are drawn uniformly and independently of the label, and a
    speed: 0.5 to 1.5 pixels per frame for a shape that moves, 10 to 30 degrees per frame for one
    that turns. A shape that leaves the frame on one side enters it on the other, so all positions
    are equally probable in every frame. Edges are smooth. Gaussian noise of standard deviation 0.05
    is added to every pixel; then values are clipped to 0 to 1.

    Examples
    --------
    >>> from skseq.datasets import make_moving_shapes
    >>> X, y = make_moving_shapes(6, random_state=0)
    >>> X.shape, sorted(y.tolist())[:3]
    ((6, 12, 12, 12), ['anticlockwise', 'clockwise', 'down'])
    """
    check_n_samples(n_samples)
    check_integer(n_frames, "n_frames", at_least=2)
    check_integer(size, "size", at_least=_SMALLEST)
    # The legacy generator: its stream is frozen, so a seed always gives the same videos.
    rng = np.random.RandomState(draw_seed(random_state))
    names = np.array(list(_ACTIONS))
    y = names[rng.permutation(np.arange(n_samples) % len(names))]
    X = np.empty((n_samples, n_frames, size, size), dtype=np.float32)
    for video, action in zip(X, y, strict=True):
        video[:] = _draw_video(rng, _ACTIONS[action], n_frames, size)
    return X, y


def _draw_video(
    rng: np.random.RandomState, directions: tuple[int, int, int], n_frames: int, size: int
) -> np.ndarray:
    shape = _SHAPES[rng.randint(len(_SHAPES))]
    start = rng.uniform(size=3) * (size, size, 2 * np.pi)
    pixels, angle = rng.uniform(*_PIXELS_PER_FRAME), np.deg2rad(rng.uniform(*_DEGREES_PER_FRAME))
    brightness = rng.uniform(*_BRIGHTNESS)
    speeds = np.multiply(directions, (pixels, pixels, angle))
    # One axis more for the rows and one for the columns of the frames.
    column, row, turned = (start + np.arange(n_frames)[:, np.newaxis] * speeds).T[..., None, None]
    right = _wrap(np.arange(size) - column, size)
    down = _wrap(np.arange(size)[:, np.newaxis] - row, size)
    along = np.cos(turned) * right + np.sin(turned) * down
    across = np.cos(turned) * down - np.sin(turned) * right
    # Half of a pixel on either side of the outline, brightness falls to nothing.
    inside = np.clip(_depth(shape, along, across, 0.3 * size) + 0.5, 0, 1)
    video = brightness * inside + _NOISE * rng.standard_normal(inside.shape)
    return np.clip(video, 0, 1)


def _wrap(offset: np.ndarray, size: int) -> np.ndarray:
    """Return the offset from the nearest copy of a shape that goes round the frame."""
    wrapped: np.ndarray = (offset + size / 2) % size - size / 2
    return wrapped


def _depth(shape: str, along: np.ndarray, across: np.ndarray, radius: float) -> np.ndarray:
    """Return how deep in the shape each pixel lies, in pixels; outside less than zero."""
    along_bar = np.minimum(radius - np.abs(along), radius / 3 - np.abs(across))
    if shape == "bar":
        return along_bar
    if shape == "cross":
        return np.maximum(
            along_bar, np.minimum(radius - np.abs(across), radius / 3 - np.abs(along))
        )
    sides = np.deg2rad([60.0, 180.0, 300.0])
    return np.min(
        [radius / 2 - np.cos(side) * along - np.sin(side) * across for side in sides], axis=0
    )
