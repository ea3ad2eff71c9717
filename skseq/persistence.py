"""``save`` and ``load``: whole pipelines in one file, without pickle.

skops does the writing: a zip archive of a JSON description and NumPy arrays, which can be
looked into and runs no code while it is read. Here are the safe way to the disk, the list of what
is trusted, and errors that say what to do.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_TRUSTED_PREFIXES = ("skseq.", "sklearn.", "numpy.", "scipy.")
_TRUSTED_BUILTINS = frozenset(
    f"builtins.{name}" for name in ("frozenset", "set", "tuple", "list", "dict", "slice", "range")
)


def save(model: Any, path: str | os.PathLike[str]) -> Path:
    """Write a fitted estimator or a whole pipeline to one file, without pickle.

    The write is atomic: the new file takes the old one's place only when it is complete, so a kill
    while saving leaves the old file whole. Weights, optimiser state and vocabulary are included;
    predictions after :func:`load` are the same and training goes on where it stopped.

    Parameters
    ----------
    model : estimator
        Any mixture of skseq and scikit-learn steps.
    path : str or path-like
        The file to write, conventionally ``*.skseq``.

    Returns
    -------
    pathlib.Path
        The path written to.

    Raises
    ------
    TypeError
        If the model holds something that can only be pickled, such as a lambda.

    See Also
    --------
    joblib.dump : Pickles; takes anything, but its files can run code when they are loaded.

    Examples
    --------
    >>> import os, tempfile
    >>> import skseq
    >>> tokenizer = skseq.Tokenizer().fit(["a good film"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = skseq.save(tokenizer, os.path.join(folder, "tokenizer.skseq"))
    ...     skseq.load(path).transform(["good film"])[0]
    array([6, 5], dtype=int32)
    """
    import skops.io

    path = Path(path)
    try:
        content = skops.io.dumps(model)
        nameless = [name for name in skops.io.get_untrusted_types(data=content) if "<" in name]
    except Exception as error:
        raise _cannot_save(model, error) from error
    if nameless:  # skops writes <lambda> and <locals> down, but cannot load them
        raise _cannot_save(model, ", ".join(nameless))
    write_atomically(path, content)
    return path


def _cannot_save(model: Any, reason: Any) -> TypeError:
    return TypeError(
        f"{type(model).__name__} cannot be saved without pickle because of {reason}. Give "
        "functions a name at the top level of a module (no lambdas), or use joblib.dump."
    )


def load(path: str | os.PathLike[str], *, trusted: Iterable[str] = ()) -> Any:
    """Read what :func:`save` wrote.

    Parameters
    ----------
    path : str or path-like
        The file.
    trusted : iterable of str, default=()
        Full names of further types and functions that may be imported, such as your own tokenizer
        function. Those of skseq, scikit-learn, NumPy and SciPy are known.

    Returns
    -------
    estimator
        As it was saved.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is truncated or is no skseq file.
    PermissionError
        If the file needs types that are not trusted; the error names them.
    """
    import skops.io

    path = Path(path)
    content = path.read_bytes()
    if not zipfile.is_zipfile(path):
        raise ValueError(
            f"{path} is no complete skseq file: it is truncated, or was written by something else "
            "(for a joblib or pickle file use joblib.load)."
        )
    try:
        found = skops.io.get_untrusted_types(data=content)
    except Exception as error:
        raise ValueError(f"{path} cannot be read as a skseq file: {error!r}.") from error
    own = [name for name in found if _is_trusted(name)]
    foreign = sorted(set(found) - set(own) - set(trusted))
    if foreign:
        raise PermissionError(
            f"{path} needs {foreign}, which are not trusted by default. If you trust the file, "
            f"pass trusted={foreign!r}."
        )
    try:
        return skops.io.loads(content, trusted=[*own, *trusted])
    except Exception as error:
        raise ValueError(f"{path} is damaged or of an unknown version: {error!r}.") from error


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that at any moment either the old or the new content is there, whole."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _is_trusted(name: str) -> bool:
    return name.startswith(_TRUSTED_PREFIXES) or name in _TRUSTED_BUILTINS
