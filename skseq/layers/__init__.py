"""Keras layers for right-padded batches with lengths, and losses of steps, numbers and CTC.

Each file holds one layer, or a few that belong together, with the gradient if it is written by
hand. ``skseq.networks`` builds networks from these layers; ``skseq._tables`` lists the cells and
poolings that can be chosen by name.
"""

from .attention import SelfAttention
from .blocks import DecoderBlock, TransformerBlock
from .characters import CharacterCNN, CharacterLSTM
from .crf import CRF
from .ctc import BlankPadding, CTCLoss
from .elapsed_times import ReverseElapsed, SplitElapsed
from .embedding import TokenEmbedding
from .label_crossentropy import LabelCrossentropy
from .lagged_values import OwnHistory
from .number_loss import NumberLoss
from .one_hot import OneHot
from .peephole_lstm import PeepholeLSTM
from .pooling import AttentionPooling, SequencePooling
from .positions import LearnedPositions, SinusoidalPositions
from .recurrent import GRU, LSTM, SimpleRNN
from .relative_values import FromAnchor, LastStep, SinceLast
from .reverse import ReverseSequence
from .right_padded import n_cores
from .scheduled_sampling import ScheduledSampling
from .step_attention import StepAttention
from .step_losses import CRFLoss, SampledCrossentropy, StepCrossentropy
from .time_lstm import TimeLSTM
from .token_output import TokenOutput
from .word_dropout import WordDropout

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
    "LabelCrossentropy",
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
