"""``CharLanguageModel``, whose tokens are characters."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..preprocessing import Tokenizer
from ..readers.text_documents import TextDocuments
from ._base import LanguageModel


class CharLanguageModel(LanguageModel):
    """Recurrent language model of characters: it scores, completes and generates text.

    A recurrent network reads the characters of a document one by one. After each it predicts the
    next character, and after the last one the end of the document. Documents are ``str``; a bare
    ``str`` is one document, such as a book. White space and case are learned like other characters.

    Parameters
    ----------
    lowercase : bool, default=False
        Whether to lower-case text first.
    cell : {"lstm", "gru", "simple"}, default="lstm"
        The recurrent cell.
    units : int, default=128
        Size of the state of each recurrent layer.
    layers : int, default=1
        Number of recurrent layers on top of each other.
    dropout : float or "auto", default="auto"
        Share of inputs dropped before each recurrent layer, the same at every step of a window, and
        before the output; in [0, 1). ``"auto"`` is 0.
    recurrent_dropout : float, default=0.0
        Dropout rate of the state between steps; in [0, 1). Slow.
    embedding_dim : int or "auto", default="auto"
        Width of the trained embedding; ``"auto"`` chooses 8 to 64 by the number of tokens.
    one_hot : bool, default=False
        Whether the network reads one-hot vectors instead of an embedding.
    tie_weights : bool, default=False
        Whether the output uses the embedding's table too [2]_: fewer weights, better for many
        rare tokens. Needs an embedding; best with ``embedding_dim`` near ``units``.
    n_sampled : int or None, default=None
        Number of drawn tokens that the true token is compared with in each step of training,
        instead of the whole vocabulary [3]_ (sampled softmax). A few hundred make training with a
        vocabulary of thousands many times faster. ``loss_curve_`` is then the loss over these
        samples; all scores are over the whole vocabulary. None compares with all tokens. With
        ``mode="tbptt"`` only.
    max_tokens : int or None, default=None
        Greatest size of the vocabulary, the 4 special tokens included; the most frequent tokens
        stay, the others are ``<unk>``. None keeps all.
    min_count : int, default=1
        Tokens that occur fewer times in the training documents are ``<unk>``.
    mode : {"tbptt", "windows"}, default="tbptt"
        How to train. ``"tbptt"`` is truncated back-propagation through time [1]_: the state is
        carried from window to window, so every token is predicted from all tokens before it, while
        gradients end at the beginning of the window. ``"windows"``: every window of ``n_steps``
        tokens is a sample, from which the next token is predicted, and the model never sees more
        than that; many times slower.
    tbptt_steps : int, default=64
        Length of the windows of ``mode="tbptt"``.
    n_steps : int, default=40
        Length of the windows of ``mode="windows"``.
    optimizer : str or keras.optimizers.Optimizer, default="adam"
        Keras optimiser; an object's settings are copied for each fit.
    learning_rate : float, "auto", keras schedule or None, default="auto"
        Learning rate. ``"auto"`` rises over the first updates, to 0.003 for Adam and batches of 32
        (0.001 with Transformers), and falls when there is no more progress, or towards the end of a
        given number of ``epochs``. None keeps that of the optimiser (0.001 for Adam).
    clipnorm : float or None, default=1.0
        Maximum norm of the gradient of each weight; None does not clip.
    epochs : int or "auto", default="auto"
        Number of passes over the training documents. ``"auto"`` trains until the loss on a
        validation part no longer improves, for 2000 to 8000 updates at most, or ten epochs if that
        is more; where there is too little to set aside, for 600 updates.
    max_time : float or None, default=None
        Seconds after which ``fit`` stops training, in the middle of an epoch too; with early
        stopping it restores the best weights. At least one batch is trained on. None sets no limit.
    batch_size : int or "auto", default="auto"
        Documents per gradient update, with ``"auto"`` 32. A few long documents are cut into this
        many pieces, each of which begins without a state.
    early_stopping : bool or "auto", default="auto"
        Whether to set documents (or pieces of long ones) aside, to stop when the score on them no
        longer improves, and to restore the best weights. ``"auto"`` does so if ``epochs`` is "auto"
        and there is enough to set aside; then, of up to 5000 documents and 500,000 steps, it trains
        once more on all, for as long as the best weights took.
    validation_fraction : float, default=0.1
        Share set aside for early stopping.
    n_iter_no_change : int or "auto", default="auto"
        Epochs without improvement before stopping early. ``"auto"`` is 3; with ``epochs="auto"`` it
        is 300 updates or a quarter of those made, whichever is more, after which the learning rate
        is cut twice before training ends.
    tol : float, default=1e-4
        Smallest change of score or loss that counts as improvement; with ``epochs="auto"`` at least
        0.5 % of the first validation loss.
    callbacks : list or None, default=None
        Keras callbacks: classes, functions returning one, or objects, which are copied for each
        fit.
    verbose : int, default=0
        1 tells what "auto" has chosen and shows a progress bar with loss, validation score and time
        left; 0 prints nothing at all.
    warm_start : bool, default=False
        Whether ``fit`` continues training from the last ``fit``.
    random_state : int, RandomState instance or None, default=None
        Controls initial weights, order and dropout; :meth:`generate` has a ``random_state`` of its
        own.

    Attributes
    ----------
    vocabulary_ : Vocabulary
        The tokens by id: 0 to 3 special, then the most frequent first.
    classes_ : ndarray of shape (n_tokens,)
        The tokens in the order of the columns of :meth:`predict_proba`.
    conditions_ : ndarray of shape (n_conditions,)
        The conditions that a document may have, if ``y`` was given.
    chosen_ : dict
        The value of each parameter that is "auto"; each is an attribute too, such as
        ``batch_size_``.
    epochs_ : int
        Number of epochs that led to the weights that are kept.
    n_iter_ : int
        Number of epochs trained.
    loss_curve_ : list of float
        Mean loss (nats per token, ends included) of each round.
    history_ : dict of str to list of float
        Everything measured after each round. A round is an epoch, or with ``epochs="auto"`` as many
        updates as an epoch has, at least 50 and usually at most 200.
    validation_scores_ : list of float or None
        Mean log-probability per token of the validation documents after each round.
    engine_ : Engine
        ``engine_.network_`` is the trained Keras model.

    See Also
    --------
    WordLanguageModel : The same by words.
    TokenLanguageModel : The same for any symbols.

    Notes
    -----
    There is no ``bidirectional`` and ``merge_mode`` as in other estimators: a model that reads
    backwards would see the tokens that it has to predict.

    References
    ----------
    .. [1] Williams and Peng, "An Efficient Gradient-Based Algorithm for On-Line Training of
       Recurrent Network Trajectories", Neural Computation 2 (4), 1990.
    .. [2] Press and Wolf, "Using the Output Embedding to Improve Language Models", EACL 2017.
    .. [3] Jean et al., "On Using Very Large Target Vocabulary for Neural Machine Translation",
       ACL 2015.

    Examples
    --------
    >>> from skseq import CharLanguageModel
    >>> model = CharLanguageModel(units=32, epochs=30, learning_rate=0.02, random_state=0)
    >>> model = model.fit(["she sells sea shells", "she sees the sea shore"] * 8)
    >>> model.predict(["she s", "sea sh"]).shape
    (2,)
    >>> model.generate("she se", max_new_tokens=3, strategy="greedy")[:6]
    'she se'
    >>> model.perplexity("she sees") < model.perplexity("ssss eeee")
    True
    """

    _parameter_constraints: dict[str, list[Any] | str] = {
        **LanguageModel._parameter_constraints,
        "lowercase": ["boolean"],
    }

    def __init__(
        self,
        *,
        lowercase=False,
        cell="lstm",
        units=128,
        layers=1,
        dropout="auto",
        recurrent_dropout=0.0,
        embedding_dim="auto",
        one_hot=False,
        tie_weights=False,
        n_sampled=None,
        max_tokens=None,
        min_count=1,
        mode="tbptt",
        tbptt_steps=64,
        n_steps=40,
        optimizer="adam",
        learning_rate="auto",
        clipnorm=1.0,
        epochs="auto",
        max_time=None,
        batch_size="auto",
        early_stopping="auto",
        validation_fraction=0.1,
        n_iter_no_change="auto",
        tol=1e-4,
        callbacks=None,
        verbose=0,
        warm_start=False,
        random_state=None,
    ) -> None:
        super().__init__(
            cell=cell,
            units=units,
            layers=layers,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            embedding_dim=embedding_dim,
            one_hot=one_hot,
            tie_weights=tie_weights,
            n_sampled=n_sampled,
            max_tokens=max_tokens,
            min_count=min_count,
            mode=mode,
            tbptt_steps=tbptt_steps,
            n_steps=n_steps,
            optimizer=optimizer,
            learning_rate=learning_rate,
            clipnorm=clipnorm,
            epochs=epochs,
            max_time=max_time,
            batch_size=batch_size,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            n_iter_no_change=n_iter_no_change,
            tol=tol,
            callbacks=callbacks,
            verbose=verbose,
            warm_start=warm_start,
            random_state=random_state,
        )
        self.lowercase = lowercase

    def _documents(self) -> TextDocuments:
        return TextDocuments(
            Tokenizer(
                level="char",
                lowercase=self.lowercase,
                max_tokens=self.max_tokens,
                min_count=self.min_count,
                add_start_end=True,
            )
        )

    def bits_per_character(self, X: Any, y: Any = None) -> float:
        """Return the mean number of bits per character: ``-score(X, y) / log(2)``.

        Parameters
        ----------
        X, y
            As in :meth:`score`.

        Returns
        -------
        float
            At least 0, lower is better: the size of the text if compressed with this model.
        """
        return -self.score(X, y) / float(np.log(2.0))
