"""Fingerprints: equal for values of equal content, also of different objects.

Engines are shared by the fingerprint of what decides their compiled model.
"""

from __future__ import annotations

import functools
import pickle
from collections.abc import Hashable, Mapping
from hashlib import blake2b
from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np

_PLAIN = (bool, int, float, complex, str, bytes, np.generic, type(None))
_BY_IDENTITY = (type, FunctionType, BuiltinFunctionType)


def fingerprint(*values: Any, pickles: bool = False) -> Hashable | None:
    """Return a hashable stand-in for the content of values, None where it cannot be told.

    Parameters
    ----------
    values : object
        Numbers, text, arrays, functions, and lists, tuples, dicts and partials of them.
        Functions and classes are the same only if they are one object.
    pickles : bool, default=False
        Whether the pickle of an object of any other kind tells its content.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.training.fingerprint import fingerprint
    >>> fingerprint({"table": np.arange(2000)}) == fingerprint({"table": np.arange(2000)})
    True
    >>> fingerprint({"table": np.arange(2000)}) == fingerprint({"table": np.arange(2000) % 1999})
    False
    """
    digest = _Digest(pickles)
    try:
        for value in values:
            digest.add(value)
    except _UnknownContent:
        return None
    return digest.value()


def settings(value: Any) -> Any:
    """Return an optimiser's or schedule's type and settings, which are all that engines copy."""
    if isinstance(value, type) or not hasattr(value, "get_config"):
        return value
    return type(value), value.get_config()


class _UnknownContent(Exception):
    """A value that cannot be compared by content."""


class _Digest:
    """Digests values by their content, and holds on to those that only identity can tell apart."""

    def __init__(self, pickles: bool) -> None:
        self._pickles = pickles
        self._digest = blake2b(digest_size=32)
        self._objects: list[Hashable] = []

    def value(self) -> Hashable:
        return self._digest.digest(), tuple(self._objects)

    def add(self, value: Any) -> None:
        """Take in one value; each begins with its kind and size, so that none runs into the next.

        Raises
        ------
        _UnknownContent
            If the value is of a kind whose content is not known.
        """
        if isinstance(value, _PLAIN):
            self._mark(f"{type(value).__name__} {value!r}")
        elif isinstance(value, _BY_IDENTITY):
            self._mark("object")
            self._objects.append(value)
        elif isinstance(value, np.ndarray):
            self._add_array(value)
        elif isinstance(value, (tuple, list)):
            self._add_all(type(value).__name__, value)
        elif isinstance(value, Mapping):
            self._add_all("dict", [part for item in value.items() for part in item])
        elif isinstance(value, functools.partial):
            self._add_all("partial", [value.func, value.args, value.keywords])
        elif self._pickles:
            self._add_pickle(value)
        else:
            raise _UnknownContent

    def _mark(self, text: str) -> None:
        self._add_bytes(text.encode("utf-8", "surrogatepass"))

    def _add_bytes(self, content: bytes) -> None:
        self._digest.update(len(content).to_bytes(8, "little") + content)

    def _add_all(self, kind: str, values: Any) -> None:
        self._mark(f"{kind} {len(values)}")
        for value in values:
            self.add(value)

    def _add_array(self, array: np.ndarray) -> None:
        if array.dtype.hasobject:
            self._add_all(f"objects {array.shape}", array.reshape(-1).tolist())
            return
        self._mark(f"array {array.dtype.str} {array.shape}")
        self._digest.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)

    def _add_pickle(self, value: Any) -> None:
        try:
            content = pickle.dumps(value)
        except Exception as error:  # of any kind: the class is not ours
            raise _UnknownContent from error
        self._mark(f"pickle {type(value).__module__}.{type(value).__qualname__}")
        self._add_bytes(content)
