"""Errors for wrong parameters that name what the user wrote."""

from __future__ import annotations

import difflib
import functools
import inspect
from abc import ABCMeta
from collections.abc import Callable
from typing import Any, TypeVar, cast

Method = TypeVar("Method", bound=Callable[..., Any])


class CheckedParameters(ABCMeta):
    """Metaclass of public estimators: a wrong parameter is told by the public name of the class.

    Python would name the class that defines ``__init__``, which may be a private
    base, and would not suggest a parameter.
    """

    @property
    def __signature__(cls) -> inspect.Signature:
        """The parameters of ``__init__``, which tools would look for in ``__call__`` below."""
        own = inspect.signature(cls.__init__)  # type: ignore[misc]
        return own.replace(parameters=list(own.parameters.values())[1:])

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().__call__(*args, **kwargs)
        except TypeError:
            problem = wrong_arguments(cls.__name__, cls.__signature__, args, kwargs)
            if problem is None:
                raise
        raise TypeError(problem)


def wrong_arguments(
    name: str, signature: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> str | None:
    """Return what is wrong with arguments of a public class or method, None if nothing is."""
    known = list(signature.parameters)
    unknown = next((key for key in kwargs if key not in known), None)
    if unknown is not None:
        near = difflib.get_close_matches(unknown, known, n=1, cutoff=0.5)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        return (
            f"{name} got an unexpected parameter {unknown!r}.{hint} Its parameters are "
            f"{', '.join(known)}."
        )
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        return f"{name}: {error}. Its parameters are {', '.join(known)}."
    return None


def checked_arguments(method: Method) -> Method:
    """Return a public method whose errors for wrong arguments name the class and the parameters."""
    signature = inspect.signature(method)
    names = list(signature.parameters.values())
    public = signature.replace(parameters=names[1:])  # without self

    @functools.wraps(method)
    def checked(self: Any, *args: Any, **kwargs: Any) -> Any:
        problem = wrong_arguments(
            f"{type(self).__name__}.{method.__name__}()", public, args, kwargs
        )
        if problem is not None:
            raise TypeError(problem)
        return method(self, *args, **kwargs)

    return cast(Method, checked)
