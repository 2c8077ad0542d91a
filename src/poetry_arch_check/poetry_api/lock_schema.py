"""What Poetry's Locker takes for granted of a lock file, checked before it reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


_FIELDS: dict[str, tuple[type, ...]] = {
    "name": (str,),
    "version": (str,),
    "optional": (bool,),
    "python-versions": (str,),
}


_OPTIONAL_FIELDS: dict[str, tuple[type, ...]] = {
    "groups": (list,),
    "markers": (str, dict),
    "files": (list,),
    "dependencies": (dict,),
    "extras": (dict,),
    "source": (dict,),
}


_SOURCES = {None, "legacy", "url", "file", "directory", "git"}


_WORDS = {str: "a string", bool: "a boolean", list: "an array", dict: "a table"}


def _mistakes(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is not of the type that Poetry's Locker expects, with its path."""
    if not isinstance(data["metadata"], dict):
        yield "metadata must be a table"
        return
    files = data["metadata"].get("files", {})
    if not isinstance(files, dict):
        yield "metadata.files must be a table"
    else:
        for name, entries in files.items():
            yield from _file_mistakes(f"metadata.files.{name}", entries)
    extras = data.get("extras", {})
    if not isinstance(extras, dict) or not all(isinstance(e, list) for e in extras.values()):
        yield "extras must be a table of arrays"
    packages = data.get("package")
    if not isinstance(packages, list):
        yield "package must be an array of tables"
        return
    apart = {"files", "hashes"} & data["metadata"].keys()
    grouped = str(data["metadata"].get("lock-version", "")) >= "2.1"
    for index, package in enumerate(packages):
        yield from _package_mistakes(f"package[{index}]", package, grouped=grouped)
        if not apart and isinstance(package, dict) and "files" not in package:
            yield f"package[{index}].files is missing"


def _package_mistakes(at: str, package: object, *, grouped: bool) -> Iterator[str]:
    if not isinstance(package, dict):
        yield f"{at} must be a table"
        return
    required = {**_FIELDS, "groups": (list,)} if grouped else _FIELDS
    for key, types in {**_OPTIONAL_FIELDS, **required}.items():
        if key not in package:
            if key in required:
                yield f"{at}.{key} is missing"
        elif not isinstance(package[key], types):
            yield f"{at}.{key} must be {' or '.join(_WORDS[kind] for kind in types)}"
    if not all(isinstance(group, str) for group in _list(package.get("groups"))):
        yield f"{at}.groups must be an array of strings"
    if isinstance(package.get("files", []), list):
        yield from _file_mistakes(f"{at}.files", package.get("files", []))
    yield from _source_mistakes(f"{at}.source", package.get("source", {}))


def _source_mistakes(at: str, source: object) -> Iterator[str]:
    if not isinstance(source, dict):
        return
    for key in ("type", "url", "reference", "resolved_reference", "subdirectory"):
        if not isinstance(source.get(key, ""), str):
            yield f"{at}.{key} must be a string"
            return
    if source.get("type") not in _SOURCES or (source.get("type") and "url" not in source):
        yield f"{at}.type is not one that Poetry knows, or has no url"


def _file_mistakes(at: str, files: object) -> Iterator[str]:
    if not isinstance(files, list):
        yield f"{at} must be an array"
        return
    for index, file in enumerate(files):
        for key in ("file", "hash"):
            if not isinstance(file, dict) or not isinstance(file.get(key), str):
                yield f"{at}[{index}].{key} must be a string"


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
