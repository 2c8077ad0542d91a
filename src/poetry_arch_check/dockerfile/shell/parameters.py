"""The positional parameters of a shell: those of a script, of a function, or of `set --`.

They are kept among the variables, under `1`, `2`, …, `@`, `*` and `#`, and are not known
where none of these is set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, MutableMapping

    from poetry_arch_check.dockerfile.shell.words import Value

_COUNT = "#"
_ALL = ("@", "*")


def is_parameter(name: str) -> bool:
    """Return whether `name` is that of a positional parameter, or of all of them."""
    return name.isdecimal() or name in {*_ALL, _COUNT}


def held(name: str, values: Mapping[str, Value]) -> Value:
    """Return the value of a variable or a parameter; a parameter beyond the last is empty."""
    if name.isdecimal() and name not in values and values.get(_COUNT) is not None:
        return ""
    return values.get(name)


def parameters(values: Mapping[str, Value]) -> list[Value] | None:
    """Return the parameters, None if it is not known how many there are."""
    count = values.get(_COUNT)
    if count is None:
        return None
    return [values.get(str(index + 1)) for index in range(int(count))]


def set_parameters(values: MutableMapping[str, Value], words: Iterable[Value] | None) -> None:
    """Replace the parameters by `words`; None: they are not known any more."""
    for name in [name for name in values if is_parameter(name) and name != "0"]:
        del values[name]
    if words is None:
        return
    words = tuple(words)
    values.update({str(index): word for index, word in enumerate(words, 1)})
    values[_COUNT] = str(len(words))
    values.update(dict.fromkeys(_ALL, _joined(words)))


def taken(values: Mapping[str, Value]) -> dict[str, Value]:
    """Return what `set_parameters` would replace."""
    return {name: value for name, value in values.items() if is_parameter(name) and name != "0"}


def _joined(words: tuple[Value, ...]) -> Value:
    """Return all parameters as one value, None if splitting that would give other words."""
    parts = [word for word in words if word and not any(map(str.isspace, word))]
    return " ".join(parts) if len(parts) == len(words) else None
