"""What a CMake project asks for, by the commands that look for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from posixpath import join, normpath

_FETCHING = frozenset({"fetchcontent_declare", "externalproject_add", "cpmaddpackage"})
_REPOSITORIES = frozenset({"GIT_REPOSITORY", "GITHUB_REPOSITORY", "GITLAB_REPOSITORY"})
_MODULE_OPTIONS = frozenset(
    {"REQUIRED", "QUIET", "IMPORTED_TARGET", "GLOBAL", "NO_CMAKE_PATH", "STATIC_TARGET"}
    | {"NO_CMAKE_ENVIRONMENT_PATH"}
)
# Keywords of find_package_handle_standard_args() that end the variables.
_AFTER_VARIABLES = frozenset(
    {"FOUND_VAR", "VERSION_VAR", "HANDLE_VERSION_RANGE", "HANDLE_COMPONENTS", "CONFIG_MODE"}
    | {"NAME_MISMATCHED", "REASON_FAILURE_MESSAGE", "FAIL_MESSAGE"}
)
# Keywords of find_program() and find_library() that end the names.
_NO_NAMES = frozenset(
    {"HINTS", "PATHS", "PATH_SUFFIXES", "DOC", "REQUIRED", "NO_DEFAULT_PATH", "NAMES_PER_DIR"}
    | {"NO_CMAKE_FIND_ROOT_PATH", "NO_SYSTEM_ENVIRONMENT_PATH", "REGISTRY_VIEW", "VALIDATOR"}
)
# Commands that build Python modules, and what other targets are that are built by themselves.
MODULE_COMMANDS = frozenset(
    {"pybind11_add_module", "nanobind_add_module"}
    | {"python_add_library", "python3_add_library", "python_add_module", "python_extension_module"}
)
_INSTALLED = frozenset({"MODULE", "SHARED"})


@dataclass(slots=True)
class Asked:
    """Something that is looked for: its names, the least version, and whether it must be there."""

    names: tuple[str, ...]
    version: str = ""
    required: bool = False


@dataclass(slots=True)
class Project:
    """What a CMake project asks for.

    `languages` are CMake's names; `packages`, `programs` and `libraries` what it looks for, by
    the variable that says whether it was found, in upper case; `modules` those of pkg-config
    (`zlib>=1.2`); `minimums` are the arguments of each `cmake_minimum_required(VERSION …)`;
    `clones` says that it fetches sources with git, `fetches` that it fetches any. `sources` are
    those of its Python modules and shared libraries that are surely built, as paths.
    """

    languages: dict[str, None] = field(default_factory=dict)
    packages: dict[str, Asked] = field(default_factory=dict)
    programs: dict[str, Asked] = field(default_factory=dict)
    libraries: dict[str, Asked] = field(default_factory=dict)
    modules: dict[str, Asked] = field(default_factory=dict)
    minimums: list[str] = field(default_factory=list)
    clones: bool = False
    fetches: bool = False
    sources: list[str] = field(default_factory=list)

    def note(self, name: str, words: list[str]) -> None:
        """Note what a command looks for."""
        required = "REQUIRED" in words
        match name, words:
            case "find_package", [package, *rest]:
                version = rest[0] if rest and rest[0][:1].isdigit() else ""
                _note(self.packages, package, Asked((package,), version, required))
            case "find_program", [variable, *rest]:
                _note(self.programs, variable, Asked(_names(rest), required=required))
            case "find_library", [variable, *rest]:
                _note(self.libraries, variable, Asked(_names(rest), required=required))
            case "pkg_check_modules" | "pkg_search_module", [variable, *rest]:
                modules = tuple(each for each in rest if each not in _MODULE_OPTIONS)
                modules = modules[:1] if name == "pkg_search_module" else modules
                _note(self.modules, variable, Asked(modules, required=required))
            case "cmake_minimum_required", ["VERSION", version, *_]:
                self.minimums.append(version)
            case _ if name in _FETCHING:
                self.fetches = True
                self.clones |= not _REPOSITORIES.isdisjoint(words)

    def build(self, name: str, words: list[str], folder: str) -> None:
        """Note the sources of a target in `folder`, if it is one that is installed."""
        if name in MODULE_COMMANDS or not _INSTALLED.isdisjoint(words):
            paths = (normpath(join(folder, each)) for each in words[1:] if "." in each)
            self.sources += [] if "EXCLUDE_FROM_ALL" in words else paths

    def require(self, variable: str) -> None:
        """Note that what `variable` is about must be there."""
        absent = variable.upper()
        for found in (self.packages, self.programs, self.libraries, self.modules):
            if asked := found.get(absent) or found.get(absent.removesuffix("_FOUND")):
                asked.required = True


def required_variables(words: list[str]) -> list[str]:
    """Return the variables without which a package is not there.

    `words` are what follows its name in `find_package_handle_standard_args()`.
    """
    if words[:1] == ["DEFAULT_MSG"]:
        return words[1:]
    if "REQUIRED_VARS" not in words:
        return []
    listed = words[words.index("REQUIRED_VARS") + 1 :]
    end = next((at for at, word in enumerate(listed) if word in _AFTER_VARIABLES), len(listed))
    return listed[:end]


def _names(words: list[str]) -> tuple[str, ...]:
    if words[:1] != ["NAMES"]:
        return tuple(words[:1])
    end = next((at for at, word in enumerate(words) if word in _NO_NAMES), len(words))
    return tuple(words[1:end])


def _note(found: dict[str, Asked], name: str, asked: Asked) -> None:
    known = found.setdefault(name.upper(), asked)
    known.required |= asked.required
    known.version = known.version or asked.version
