"""The target codec of taggers: a label for each step, as numbers for the network and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from ..batches.batching import Batch, join_steps
from ..decoding import LinearChain
from ..decoding._log_probabilities import log_softmax
from ..metrics import span_f1
from ..metrics._schemes import allowed_transitions, check_scheme, detect_scheme, is_tag_set
from ..sequences import Sequences, gather_steps
from .base import SampleCodec
from .label_rows import as_label_rows, check_step_counts
from .step_weights import StepWeightsMixin, step_weights

_TINY = np.finfo(np.float64).tiny
_LOWEST = -1e4  # stands for the log-probability of what is forbidden in the mean of a loss


class StepTarget(StepWeightsMixin, SampleCodec):
    """Labels of single steps.

    Parameters
    ----------
    y : list of label lists
        The labels of the first samples, as ``label_rows.as_label_rows`` returns them.
    classes : array-like or None
        All labels there will ever be; None goes by ``y``.
    crf : bool
        Whether labels depend on their neighbours, so that whole paths are decoded.
    constraints : {"auto", "bio", "bioes"} or None
        The scheme whose invalid transitions a CRF forbids; ``"auto"`` takes the one, if any, that
        the labels are written in.
    score_metric : {"token_accuracy", "span_f1"}
        What a validation score is.

    Attributes
    ----------
    classes : ndarray of shape (n_classes,)
        The user's labels in sorted order.
    n_outputs : int
        Width of the network's output.
    loss : str
        Name of the loss, see ``training.losses.LOSS_KINDS``.
    scheme : {"IOB2", "IOBES"} or None
        The scheme of the constraints.
    forbidden : tuple of (start, end, transitions) or None
        What the constraints forbid, as the ``CRF`` layer takes it.
    """

    classes: np.ndarray
    is_per_step = True

    def __init__(
        self,
        y: list[list[Any]],
        classes: Any = None,
        *,
        crf: bool | str = False,
        constraints: str | None = "auto",
        score_metric: str = "token_accuracy",
    ):
        found = {label for row in y for label in row}
        if classes is not None:
            found = set(as_label_rows([list(classes)], "classes")[0])
        if not found:
            raise ValueError("y holds no label at all; at least one sequence needs steps.")
        if len({isinstance(label, str) for label in found}) > 1:
            raise ValueError("y mixes text and numbers as labels; use one of both.")
        self.classes = np.array(sorted(found))
        if score_metric == "span_f1" and not is_tag_set(found):
            raise ValueError(
                f"score_metric='span_f1' counts entities, but the labels {sorted(found)!r:.80} are "
                "not written as entity tags such as B-PER, I-PER and O."
            )
        self.crf = detect_scheme(self.classes.tolist()) is not None if crf == "auto" else crf
        self.score_metric = score_metric
        self.scheme = self._scheme(constraints) if self.crf else None
        self.forbidden = None
        if self.scheme is not None:
            self.forbidden = self._forbidden(y, self.scheme, is_strict=constraints != "auto")

    def _scheme(self, constraints: str | None) -> str | None:
        labels = self.classes.tolist()
        if constraints is None:
            return None
        return detect_scheme(labels) if constraints == "auto" else check_scheme(labels, constraints)

    def _forbidden(
        self, rows: list[list[Any]], scheme: str, is_strict: bool
    ) -> tuple[list, list, list]:
        """Return what the scheme forbids, but for what the labels do all the same.

        Real corpora have a broken sequence here and there, and a loss must not be infinite.
        """
        numbers = {label: i for i, label in enumerate(self.classes.tolist())}
        start, end, transitions = map(
            np.logical_not, allowed_transitions(self.classes.tolist(), scheme)
        )
        for i, row in enumerate(rows):
            path = [numbers[label] for label in row]
            if not _breaks(path, start, end, transitions):
                continue
            if is_strict:
                raise ValueError(
                    f"y[{i}] is not valid {scheme}: {row!r:.80}. Mend it, or leave constraints at "
                    "'auto', which allows what the labels do."
                )
            start[path[0]] = end[path[-1]] = False
            transitions[path[:-1], path[1:]] = False
        return start.tolist(), end.tolist(), transitions.tolist()

    def _check_paths(self, encoded: Sequences) -> None:
        assert self.forbidden is not None
        start, end, transitions = (np.array(part) for part in self.forbidden)
        for i, path in enumerate(encoded):
            if _breaks(path, start, end, transitions):
                row = self.classes[path].tolist()
                raise ValueError(
                    f"y[{i}] is not valid {self.scheme}: {row!r:.80}, and nothing like it was in "
                    "the first samples, which decided the constraints. Mend it, or set "
                    "constraints=None."
                )

    @property
    def n_outputs(self) -> int:
        return len(self.classes)

    @property
    def loss(self) -> str:
        return "crf" if self.crf else "step_softmax"

    def arguments(self) -> dict[str, Any]:
        """Return what the network needs to know about its output."""
        found: dict[str, Any] = {"n_outputs": self.n_outputs}
        if self.forbidden is not None:
            found["forbidden"] = self.forbidden
        return found

    def encode(self, y: list[list[Any]], name: str = "y", X: Sequences | None = None) -> Sequences:
        """Return the number of each step's label.

        Raises
        ------
        ValueError
            If ``y`` has labels that were not seen when the codec was made, or, with ``X``, another
            number of labels than a sequence has steps.
        """
        if X is not None:
            check_step_counts(y, name, X.lengths)
        numbers = {label: i for i, label in enumerate(self.classes.tolist())}
        try:
            values = [numbers[label] for row in y for label in row]
        except KeyError:
            unseen = sorted({label for row in y for label in row} - set(numbers), key=repr)
            advice = " With partial_fit, pass all labels as classes= in the first call."
            raise ValueError(
                f"{name} contains labels {unseen} that were not seen in fit; known are "
                f"{self.classes.tolist()}.{advice if name == 'y' else ''}"
            ) from None
        offsets = np.concatenate([[0], np.cumsum([len(row) for row in y])])
        return Sequences(np.array(values, np.int32), offsets)

    def weights(
        self, sample_weight: Any, y: Any, class_weight: Any, encoded: Sequences, normalize: bool
    ) -> Sequences:
        """Return the weight of each step in the loss of training.

        Raises
        ------
        ValueError
            If the labels do what the constraints forbid, besides what step_weights raises.
        """
        if self.forbidden is not None:
            self._check_paths(encoded)
        return step_weights(
            sample_weight, class_weight, encoded, classes=self.classes, normalize=normalize
        )

    # ---------------------------------------------------------------- decoding
    def paths(self, batches: Iterable[Batch], offsets: np.ndarray) -> np.ndarray:
        """Return the number of each step's label in the best labelling, flat (total_steps,)."""

        def read(batch: Batch) -> np.ndarray:
            if batch.linear_chain is None:
                return batch.outputs.argmax(axis=-1).astype(np.int32)
            return batch.linear_chain.viterbi(batch.outputs, batch.lengths)[0]

        return join_steps(batches, offsets, read)

    def probabilities(self, batches: Iterable[Batch], offsets: np.ndarray) -> np.ndarray:
        """Return the probability of each label at each step, flat (total_steps, n_classes)."""

        def read(batch: Batch) -> np.ndarray:
            if batch.linear_chain is None:
                return np.exp(log_softmax(batch.outputs))
            return batch.linear_chain.marginals(batch.outputs, batch.lengths)

        return join_steps(batches, offsets, read)

    def log_likelihood(self, batches: Iterable[Batch], encoded: Sequences) -> np.ndarray:
        """Return the log-probability of the given labels of each sequence, (n_samples,)."""
        found = np.empty(len(encoded))
        for batch in batches:
            found[batch.rows] = _log_likelihood(batch, encoded)
        return found

    def best_paths(
        self, batches: Iterable[Batch], k: int
    ) -> Iterator[tuple[int, list[np.ndarray], np.ndarray]]:
        """Yield each sample's row, its ``k`` best paths, best first, and their log-probabilities.

        There are fewer where a sequence has fewer possible labellings.
        """
        for batch in batches:
            n_classes = batch.outputs.shape[-1]
            chain = batch.linear_chain or LinearChain(np.zeros((n_classes, n_classes)))
            paths, scores = chain.n_best(batch.outputs, batch.lengths, k)
            for row, length, found, score in zip(
                batch.rows, batch.lengths, paths, scores, strict=True
            ):
                possible = np.flatnonzero(np.isfinite(score))
                yield int(row), [found[i, :length] for i in possible], score[possible]

    def labels(self, numbers: np.ndarray, offsets: np.ndarray) -> list[list[Any]]:
        """Return flat numbers as lists of the user's labels, one list a sequence."""
        flat = self.classes[numbers].tolist()
        ends = offsets.tolist()
        return [flat[a:b] for a, b in pairwise(ends)]

    def loss_and_score(
        self, batches: Iterable[Batch], encoded: Sequences, weight: Sequences
    ) -> tuple[float, float]:
        """Return the mean loss per step (nats) and the score: token accuracy, or span F1."""
        total = 0.0
        offsets = encoded.offsets
        predicted = np.empty(offsets[-1], np.int32)
        for batch in batches:
            total -= np.maximum(_log_likelihood(batch, encoded), _LOWEST).sum()
            positions, _ = gather_steps(offsets, batch.rows)
            local = batch._replace(rows=np.arange(len(batch.rows)))
            predicted[positions] = self.paths([local], np.append(0, np.cumsum(batch.lengths)))
        loss = total / max(1, len(encoded.codes))
        if self.score_metric == "span_f1":
            rows = (self.labels(numbers, offsets) for numbers in (encoded.codes, predicted))
            return loss, float(span_f1(*rows))
        right = weight.codes[predicted == encoded.codes].sum(dtype=float)
        return loss, float(right / max(_TINY, weight.codes.sum(dtype=float)))


def _breaks(path: Any, start: np.ndarray, end: np.ndarray, transitions: np.ndarray) -> bool:
    """Whether a path of label numbers does anything forbidden."""
    if len(path) == 0:
        return False
    return bool(start[path[0]] or end[path[-1]] or transitions[path[:-1], path[1:]].any())


def _log_likelihood(batch: Batch, encoded: Sequences) -> np.ndarray:
    """Return the log-probability of the right labels of each row, (B,)."""
    tags = np.zeros((len(batch.rows), batch.outputs.shape[1]), np.int32)
    is_real = np.arange(tags.shape[1]) < batch.lengths[:, None]
    tags[is_real] = encoded[batch.rows].codes
    if batch.linear_chain is not None:
        return batch.linear_chain.log_likelihood(batch.outputs, batch.lengths, tags)
    steps = np.take_along_axis(log_softmax(batch.outputs), tags[:, :, None], axis=2)[:, :, 0]
    return np.where(is_real, steps, 0.0).sum(axis=1)
