"""Reading files of word vectors row by row: only the needed rows are in memory.

Formats: word2vec text (with a header) and binary, GloVe text (without), each also gzipped, gensim's
``save`` and Facebook's fastText ``.bin``.
"""

from __future__ import annotations

import gzip
import os
import re
import struct
import warnings
import zlib
from collections.abc import Container, Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np

FORMATS = (
    "Formats understood: word2vec text or binary, GloVe text (each also as .gz), gensim's own "
    "save() and fastText's .bin."
)
_HEADER = re.compile(rb"\s*(\d+)\s+(\d+)\s*")
_FASTTEXT_MAGIC = struct.pack("<i", 793712314)
_CHUNK = 1 << 20  # bytes of a binary file read at a time

Row = tuple[str, np.ndarray]


def check_vector_file(path: str | os.PathLike[str]) -> Path:
    """Return the path of an existing file."""
    path = Path(path).expanduser()
    if not path.is_file():
        raise FileNotFoundError(
            f"There is no file of vectors at '{path}'. {FORMATS} To learn vectors from the "
            "training documents pass 'word2vec' or 'fasttext'."
        )
    return path


def is_native(path: Path) -> bool:
    """Whether gensim has to load the file: a pickle, or Facebook's fastText format."""
    with path.open("rb") as file:
        start = file.read(4)
    return start[:1] == b"\x80" or start == _FASTTEXT_MAGIC


def load_native(path: Path) -> Any:
    """Return the gensim vectors in a file; arrays are memory-mapped if possible."""
    from gensim.models import KeyedVectors
    from gensim.models.fasttext import load_facebook_vectors

    with path.open("rb") as file:
        is_facebook = file.read(4) == _FASTTEXT_MAGIC
    try:
        loaded = (
            load_facebook_vectors(str(path))
            if is_facebook
            else KeyedVectors.load(str(path), mmap="r")
        )
    except FileNotFoundError:
        raise  # one of the arrays that gensim saves beside the file; the error names it
    except Exception as error:  # a damaged pickle can fail in any way
        raise _unreadable(path, f"gensim cannot load it ({error})") from error
    loaded = getattr(loaded, "wv", loaded)
    if not hasattr(loaded, "key_to_index"):
        raise _unreadable(path, f"it holds {type(loaded).__name__}, not vectors")
    return loaded


def iterate_vectors(path: Path, wanted: Container[bytes] | None = None) -> Iterator[Row]:
    """Yield the token and the float32 vector of each wanted row of a text or binary file.

    ``wanted`` holds the tokens as UTF-8 bytes; None is all tokens. The numbers of other rows are
    not parsed.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rb") as file:
            yield from _rows(file, path, wanted)  # type: ignore[arg-type]
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _unreadable(path, f"the compressed data is damaged or truncated ({error})") from error


def _rows(file: IO[bytes], path: Path, wanted: Container[bytes] | None) -> Iterator[Row]:
    first = file.readline(_CHUNK)
    header = _HEADER.fullmatch(first)
    if header is None:
        n_features = len(first.split()) - 1
        if n_features < 1 or _parse(first, n_features) is None:
            raise _unreadable(
                path,
                "its first line is neither a header (number of vectors and of features) nor a "
                "token followed by numbers",
            )
        return _text_rows(file, path, wanted, n_features, None, first)
    n_vectors, n_features = int(header[1]), int(header[2])
    if n_features < 1:
        raise _unreadable(path, "its header says that vectors have 0 features")
    second = file.read(_CHUNK)
    line = second.split(b"\n", 1)[0]
    if _parse(line, n_features) is not None or (_is_text(second) and n_vectors):
        return _text_rows(file, path, wanted, n_features, n_vectors, second)
    return _binary_rows(file, path, wanted, n_features, n_vectors, second)


def _is_text(start: bytes) -> bool:
    """Whether bytes look like lines of numbers: float32 data has control bytes almost at once."""
    return re.search(rb"[\x00-\x08\x0e-\x1f]", start) is None


# -------------------------------------------------------------------------------- text
def _text_rows(
    file: IO[bytes],
    path: Path,
    wanted: Container[bytes] | None,
    n_features: int,
    n_vectors: int | None,
    start: bytes,
) -> Iterator[Row]:
    n_lines = 0
    offset = 1 if n_vectors is None else 2  # number of the first line of vectors
    damaged: int | None = None
    for line in _lines(file, start):
        if not line.strip():
            continue
        if damaged is not None:
            raise _bad_line(path, damaged, n_features)
        number = n_lines + offset
        n_lines += 1
        # The token is everything before the numbers: in some GloVe files it has spaces inside.
        token = line.split(b" ", 1)[0]
        n_fields = line.rstrip().count(b" ")
        if n_fields == n_features and wanted is not None and token not in wanted:
            continue
        row = _parse(line, n_features)
        if row is None:
            damaged = number  # an error unless it is the last line
        elif wanted is None or row[0] in wanted:
            yield row[0].decode("utf-8", "replace"), row[1]
    if n_vectors is not None and n_lines < n_vectors:
        raise _unreadable(
            path, f"it is truncated: its header promises {n_vectors} vectors, it holds {n_lines}"
        )
    if damaged is not None:
        warnings.warn(
            f"The last line ({damaged}) of '{path}' is incomplete and was skipped; the file may be "
            "truncated.",
            stacklevel=2,
        )


def _lines(file: IO[bytes], start: bytes) -> Iterator[bytes]:
    """Yield the lines of a file whose first bytes, ``start``, have been read already."""
    head, separator, rest = start.rpartition(b"\n")
    if separator:
        yield from head.split(b"\n")
    yield rest + file.readline()
    yield from file


def _parse(line: bytes, n_features: int) -> tuple[bytes, np.ndarray] | None:
    """Return token and vector of a line, or None if it does not hold them."""
    line = line.rstrip()
    for separator in (b" ", None):  # None also takes tabs and doubled spaces, but no empty token
        parts = line.rsplit(separator, n_features)
        if len(parts) == n_features + 1:
            try:
                return parts[0], np.array([float(part) for part in parts[1:]], np.float32)
            except ValueError:
                continue
    return None


# ------------------------------------------------------------------------------ binary
def _binary_rows(
    file: IO[bytes],
    path: Path,
    wanted: Container[bytes] | None,
    n_features: int,
    n_vectors: int,
    data: bytes,
) -> Iterator[Row]:
    size = 4 * n_features
    place = 0
    for number in range(n_vectors):
        space = data.find(b" ", place)
        while space < 0 or len(data) < space + 1 + size:
            more = file.read(max(_CHUNK, size))
            if not more:
                raise _unreadable(
                    path,
                    f"it is truncated or of another format: its header promises {n_vectors} "
                    f"vectors of {n_features} features, it holds {number}",
                )
            data, place = data[place:] + more, 0
            space = data.find(b" ")
            if space < 0 and len(data) > 4 * _CHUNK:
                raise _unreadable(path, f"vector {number + 1} has no token")
        token = data[place:space].lstrip(b"\n")  # the original tool ends each vector by a newline
        place = space + 1 + size
        if wanted is None or token in wanted:
            vector = np.frombuffer(data, "<f4", n_features, space + 1)
            yield token.decode("utf-8", "replace"), vector.astype(np.float32)


# ------------------------------------------------------------------------------ errors
def _bad_line(path: Path, number: int, n_features: int) -> ValueError:
    return _unreadable(path, f"line {number} is not a token followed by {n_features} numbers")


def _unreadable(path: Path, reason: str) -> ValueError:
    return ValueError(f"Cannot read vectors from '{path}': {reason}. {FORMATS}")
