"""Times between steps, as features of irregular sequences."""

from __future__ import annotations

import numpy as np

from ..sequences import Sequences


def check_elapsed(X: Sequences, column: int, name: str = "X") -> None:
    """Check that a feature can be the time since the previous step.

    Raises
    ------
    ValueError
        If there is no such feature, no other beside it, or a time is negative.
    """
    if not X.codes.size:
        return
    n_features = X.codes.shape[1]
    if not -n_features <= column < n_features:
        raise ValueError(
            f"time_feature={column} is not there: {name} has {n_features} feature(s) a step."
        )
    if n_features == 1:
        raise ValueError(
            f"{name} has one feature a step, the time since the previous step (time_feature="
            f"{column}); there must be at least one more to learn from."
        )
    times = X.codes[:, column]
    if (times >= 0).all():
        return
    place = int(np.argmax(times < 0))
    row = int(np.searchsorted(X.offsets, place, side="right")) - 1
    raise ValueError(
        f"{name}[{row}] has the time {times[place]:g} at step {place - int(X.offsets[row])}, but "
        f"time_feature={column} is the time since the previous step, at least 0. Of time stamps t "
        "take the differences, np.diff(t, prepend=t[0]), and do not standardise them."
    )
