"""Keras layers for right-padded batches with lengths. Floor 2; TensorFlow may be used here."""

from ._attention import SelfAttention
from ._blocks import DecoderBlock, TransformerBlock
from ._characters import CharacterCNN, CharacterLSTM
from ._crf import CRF
from ._embedding import TokenEmbedding
from ._pooling import AttentionPooling, SequencePooling
from ._positions import LearnedPositions, SinusoidalPositions
from ._recurrent import GRU, LSTM, SimpleRNN, n_cores
from ._reverse import ReverseSequence
from ._scheduled_sampling import ScheduledSampling
from ._step_attention import StepAttention
from ._step_losses import CRFLoss, SampledCrossentropy, StepCrossentropy
from ._tokens import OneHot, TokenOutput
from ._word_dropout import WordDropout

__all__ = [
    "CRF",
    "GRU",
    "LSTM",
    "AttentionPooling",
    "CRFLoss",
    "CharacterCNN",
    "CharacterLSTM",
    "DecoderBlock",
    "LearnedPositions",
    "OneHot",
    "ReverseSequence",
    "SampledCrossentropy",
    "ScheduledSampling",
    "SelfAttention",
    "SequencePooling",
    "SimpleRNN",
    "SinusoidalPositions",
    "StepAttention",
    "StepCrossentropy",
    "TokenEmbedding",
    "TokenOutput",
    "TransformerBlock",
    "WordDropout",
    "n_cores",
]
