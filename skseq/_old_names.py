"""Where classes in saved files of earlier versions stand today.

A pickle, and a file of ``skseq.save``, names the module of every class in it. Version 0.1 had these
classes in private modules that have moved since; an entry here keeps such files readable. Whoever
moves a class that fitted estimators hold adds a line. Nothing is imported before it is asked for.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

# Old module → old name of a class → its module today, and its name.
_MOVED: dict[str, dict[str, tuple[str, str]]] = {
    "_documents": {"DocumentReader": ("readers.documents", "DocumentReader")},
    "_encoder": {"EncoderReader": ("readers.encoder", "EncoderReader")},
    "_horizon_target": {"HorizonTarget": ("targets.horizon", "HorizonTarget")},
    "_language_reader": {"LanguageReader": ("readers.language", "LanguageReader")},
    "_next_tokens": {"NextToken": ("targets.next_token", "NextToken")},
    "_number_targets": {
        "NumberTarget": ("targets.numbers", "NumberTarget"),
        "StepNumbers": ("targets.numbers", "StepNumbers"),
    },
    "_ragged_list": {"RaggedList": ("batches.ragged_list", "RaggedList")},
    "_series": {"SeriesReader": ("readers.series", "SeriesReader")},
    "_source_reader": {"SourceReader": ("readers.source", "SourceReader")},
    "_standardization": {"Standardization": ("inputs.standardization", "Standardization")},
    "_state": {
        "NetworkSpec": ("training.state", "NetworkSpec"),
        "NetworkState": ("training.state", "NetworkState"),
    },
    "_step_targets": {"StepTarget": ("targets.step_labels", "StepTarget")},
    "_steps": {"StepReader": ("readers.steps", "StepReader")},
    "_symbols": {"SymbolDocuments": ("inputs.symbols", "SymbolDocuments")},
    "_targets": {"ClassTarget": ("targets.classes", "ClassTarget")},
    "_text_documents": {"TextDocuments": ("readers.text_documents", "TextDocuments")},
    "_text_targets": {
        "FixedLength": ("targets.texts", "FixedLength"),
        "FollowingTokens": ("targets.texts", "FollowingTokens"),
    },
    "_transcripts": {"Transcripts": ("targets.transcripts", "Transcripts")},
    "speech._log_mel": {"LogMel": ("speech.features.log_mel", "LogMel")},
    "speech._mel": {"MelSpectrogram": ("speech.features.mel", "MelSpectrogram")},
    "_word_features": {"WordFeatures": ("inputs.word_features", "WordFeatures")},
}


class _OldModule(ModuleType):
    """A module of an earlier version, of which only the classes in saved files are left."""

    def __init__(self, name: str, moved: dict[str, tuple[str, str]]):
        super().__init__(f"{__package__}.{name}", __doc__)
        self._moved = moved

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name not in self._moved:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        module, today = self._moved[name]
        return getattr(importlib.import_module(f".{module}", __package__), today)


for _name, _classes in _MOVED.items():
    sys.modules.setdefault(f"{__package__}.{_name}", _OldModule(_name, _classes))
