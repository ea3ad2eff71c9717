"""What users would write by hand: Keras on padded arrays, torch on length-bucketed batches."""

from __future__ import annotations

import numpy as np

N_TOKENS, EMBEDDING_DIM = 20_000, 64


class KerasPadded:
    """A Keras model with masking, every sequence padded to the longest: the usual tutorial."""

    def __init__(self, ids, y, *, cell="lstm", units=64, layers=1, bidirectional=False, batch=64):
        import keras

        layer = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU}[cell]
        stack = [keras.layers.Embedding(N_TOKENS, EMBEDDING_DIM, mask_zero=True)]
        for i in range(layers):
            one = layer(units, return_sequences=i < layers - 1)
            stack.append(keras.layers.Bidirectional(one) if bidirectional else one)
        self.model = keras.Sequential([*stack, keras.layers.Dense(1, activation="sigmoid")])
        self.model.compile(keras.optimizers.Adam(clipnorm=1.0), "binary_crossentropy")
        longest = max(map(len, ids))
        self.x = np.zeros((len(ids), longest), np.int32)
        for row, sequence in zip(self.x, ids, strict=True):
            row[: len(sequence)] = sequence
        self.y, self.batch = np.asarray(y, np.float32), batch

    def train(self):
        self.model.fit(self.x, self.y, batch_size=self.batch, verbose=0)

    def predict(self):
        return self.model.predict(self.x, batch_size=self.batch, verbose=0)[:, 0]


class TorchBucketed:
    """A torch module and loop whose batches hold sequences of similar length."""

    def __init__(self, ids, y, *, cell="lstm", units=64, layers=1, bidirectional=False, batch=64):
        import torch

        self.torch = torch
        layer = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell]
        n_directions = 2 if bidirectional else 1
        rnn = layer(EMBEDDING_DIM, units, layers, batch_first=True, bidirectional=bidirectional)
        self.module = torch.nn.ModuleDict(
            {
                "embedding": torch.nn.Embedding(N_TOKENS, EMBEDDING_DIM, padding_idx=0),
                "rnn": rnn,
                "out": torch.nn.Linear(units * n_directions, 1),
            }
        )
        self.bidirectional, self.units = bidirectional, units
        self.ids = [torch.as_tensor(np.asarray(sequence, np.int64)) for sequence in ids]
        self.lengths = np.asarray([len(sequence) for sequence in ids])
        self.y, self.batch = torch.as_tensor(np.asarray(y, np.float32)), batch
        self.optimizer = torch.optim.Adam(self.module.parameters())
        self.rng = np.random.default_rng(0)

    def logits(self, x, lengths):
        torch = self.torch
        states, _ = self.module["rnn"](self.module["embedding"](x))
        last = states[torch.arange(len(x)), torch.as_tensor(lengths - 1)]
        if self.bidirectional:  # the backward half has read everything at the first step
            last = torch.cat([last[:, : self.units], states[:, 0, self.units :]], 1)
        return self.module["out"](last)[:, 0]

    def batches(self, shuffled):
        order = self.rng.permutation(len(self.ids)) if shuffled else np.arange(len(self.ids))
        window = 50 * self.batch if shuffled else len(order)
        batches = []
        for start in range(0, len(order), window):
            rows = order[start : start + window]
            rows = rows[np.argsort(self.lengths[rows], kind="stable")]
            batches += [rows[i : i + self.batch] for i in range(0, len(rows), self.batch)]
        if shuffled:
            batches = [batches[i] for i in self.rng.permutation(len(batches))]
        pad = self.torch.nn.utils.rnn.pad_sequence
        for rows in batches:
            yield rows, pad([self.ids[i] for i in rows], batch_first=True), self.lengths[rows]

    def train(self):
        functional = self.torch.nn.functional
        self.module.train()
        for rows, x, lengths in self.batches(shuffled=True):
            self.optimizer.zero_grad()
            logits = self.logits(x, lengths)
            functional.binary_cross_entropy_with_logits(logits, self.y[rows]).backward()
            self.torch.nn.utils.clip_grad_norm_(self.module.parameters(), 1.0)
            self.optimizer.step()

    def predict(self):
        self.module.eval()
        out = np.empty(len(self.ids), np.float32)
        with self.torch.inference_mode():
            for rows, x, lengths in self.batches(shuffled=False):
                out[rows] = self.torch.sigmoid(self.logits(x, lengths)).numpy()
        return out
