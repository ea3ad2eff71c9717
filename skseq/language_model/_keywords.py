"""Errors for wrong arguments of methods that name the class of the user."""

from __future__ import annotations

import difflib
import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast

Method = TypeVar("Method", bound=Callable[..., Any])


def check_keywords(method: Method) -> Method:
    """Return the method with an error for wrong arguments that names class and parameters.

    Python's own error names the class in which a method is defined, which may be a private base.
    """
    signature = inspect.signature(method)
    names = list(signature.parameters)[1:]

    @functools.wraps(method)
    def checked(self: Any, *args: Any, **keywords: Any) -> Any:
        try:
            signature.bind(self, *args, **keywords)
        except TypeError as error:
            unknown = [name for name in keywords if name not in names]
            nearest = difflib.get_close_matches(unknown[0], names, 1) if unknown else []
            advice = f" Did you mean {nearest[0]!r}?" if nearest else ""
            raise TypeError(
                f"{type(self).__name__}.{method.__name__}(): {error}.{advice} Its parameters are "
                f"{', '.join(names)}."
            ) from None
        return method(self, *args, **keywords)

    return cast(Method, checked)
