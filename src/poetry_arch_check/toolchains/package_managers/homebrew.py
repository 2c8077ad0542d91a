"""Homebrew: what builds have to be told to find its formulas."""

from __future__ import annotations

from functools import cache

from poetry_arch_check.data.tables import table


@cache
def _keg_only() -> frozenset[str]:
    return frozenset(table("homebrew")["rows"]["keg-only"])


def environment(formulas: tuple[str, ...]) -> tuple[str, ...]:
    """Return the lines of a shell with which compilers and pkg-config find libraries.

    Compilers do not look into `/opt/homebrew`, and nothing looks into formulas that are keg-only:
    those are not linked there (docs.brew.sh/FAQ: "What does keg-only mean?").
    """
    if not formulas:
        return ()
    kegs = [_prefix(formula) for formula in formulas if formula in _keg_only()]
    prefixes = kegs if len(kegs) == len(formulas) else [_prefix(), *kegs]
    lines = [
        _export("CPPFLAGS", " ".join(f"-I{prefix}/include" for prefix in prefixes)),
        _export("LDFLAGS", " ".join(f"-L{prefix}/lib" for prefix in prefixes)),
    ]
    if kegs:
        programs = ":".join(f"{prefix}/bin" for prefix in kegs)
        lines += [
            _export("PKG_CONFIG_PATH", ":".join(f"{prefix}/lib/pkgconfig" for prefix in kegs)),
            _export("PATH", f"{programs}:$PATH"),
        ]
    return tuple(lines)


def _prefix(formula: str = "") -> str:
    return f"$(brew --prefix{formula and f' {formula}'})"


def _export(name: str, value: str) -> str:
    return f'export {name}="{value}"'
