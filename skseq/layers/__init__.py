"""Keras layers for right-padded batches with lengths. Floor 2; TensorFlow may be used here."""

from ._anchor import FromAnchor, LastStep, SinceLast
from ._attention import SelfAttention
from ._blocks import DecoderBlock, TransformerBlock
from ._characters import CharacterCNN, CharacterLSTM
from ._crf import CRF
from ._ctc import BlankPadding, CTCLoss
from ._elapsed import ReverseElapsed, SplitElapsed
from ._embedding import TokenEmbedding
from ._number_loss import NumberLoss
from ._own_history import OwnHistory
from ._peephole_lstm import PeepholeLSTM
from ._pooling import AttentionPooling, SequencePooling
from ._positions import LearnedPositions, SinusoidalPositions
from ._recurrent import GRU, LSTM, SimpleRNN
from ._reverse import ReverseSequence
from ._right_padded import n_cores
from ._scheduled_sampling import ScheduledSampling
from ._step_attention import StepAttention
from ._step_losses import CRFLoss, SampledCrossentropy, StepCrossentropy
from ._time_lstm import TimeLSTM
from ._tokens import OneHot, TokenOutput
from ._word_dropout import WordDropout

__all__ = [
    "CRF",
    "GRU",
    "LSTM",
    "AttentionPooling",
    "BlankPadding",
    "CRFLoss",
    "CTCLoss",
    "CharacterCNN",
    "CharacterLSTM",
    "DecoderBlock",
    "FromAnchor",
    "LastStep",
    "LearnedPositions",
    "NumberLoss",
    "OneHot",
    "OwnHistory",
    "PeepholeLSTM",
    "ReverseElapsed",
    "ReverseSequence",
    "SampledCrossentropy",
    "ScheduledSampling",
    "SelfAttention",
    "SequencePooling",
    "SimpleRNN",
    "SinceLast",
    "SinusoidalPositions",
    "SplitElapsed",
    "StepAttention",
    "StepCrossentropy",
    "TimeLSTM",
    "TokenEmbedding",
    "TokenOutput",
    "TransformerBlock",
    "WordDropout",
    "n_cores",
]
