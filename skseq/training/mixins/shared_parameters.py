"""Parameters that are fitted by what they are, and shared by clones."""

from __future__ import annotations

import copy
from typing import Any


class SharedParametersMixin:
    """Keeps ``clone`` from taking away what fitted models among the parameters have learned."""

    _shared_parameters: tuple[str, ...] = ()

    def __sklearn_clone__(self) -> Any:
        without = copy.copy(self)
        for name in self._shared_parameters:
            setattr(without, name, None)
        cloned = super(SharedParametersMixin, without).__sklearn_clone__()  # type: ignore[misc]
        for name in self._shared_parameters:
            setattr(cloned, name, getattr(self, name))
        return cloned
