"""A learning rate that rises before it falls."""

from __future__ import annotations

from ..runtime.backend import keras

ops = keras.ops


@keras.saving.register_keras_serializable(package="skseq")
class WarmUp(keras.optimizers.schedules.LearningRateSchedule):
    """Rise evenly to a rate, then fall with the square root of the number of batches.

    Parameters
    ----------
    learning_rate : float
        The highest rate.
    warmup_steps : int
        After how many batches it is reached.

    References
    ----------
    Vaswani et al., "Attention Is All You Need", NeurIPS 2017, section 5.3, with the highest rate
    given instead of the width of the network.
    """

    def __init__(self, learning_rate, warmup_steps) -> None:
        self.learning_rate, self.warmup_steps = learning_rate, warmup_steps

    def __call__(self, step):
        share = (ops.cast(step, "float32") + 1.0) / self.warmup_steps
        return self.learning_rate * ops.minimum(share, ops.rsqrt(share))

    def get_config(self):
        return {"learning_rate": self.learning_rate, "warmup_steps": self.warmup_steps}
