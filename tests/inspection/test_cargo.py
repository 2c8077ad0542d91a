"""Which Rust the manifests of a crate ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.inspection.cargo import rust_needs
from poetry_arch_check.inspection.inspect_tree import inspect_tree
from support.interpreters import LINUX
from support.trees import needs_of_script, tree_of

if TYPE_CHECKING:
    from poetry_arch_check.inspection.tree import Tree

RUST = "dep:virtual/compiler/rust"
PACKAGE = '[package]\nname = "a"\n'


def rust_of(tree: Tree, manifest: str = "Cargo.toml") -> str:
    """Return the Rust that the crate of a manifest takes."""
    return str(rust_needs(tree, manifest)[0])


@pytest.mark.parametrize(
    ("manifest", "versions"),
    [
        (PACKAGE, ""),
        (f'{PACKAGE}rust-version = "1.65"', "@>=1.65"),
        (f'{PACKAGE}rust-version = "1.65.0"', "@>=1.65"),
        (f'{PACKAGE}edition = "2021"', "@>=1.56"),
        (f'{PACKAGE}edition = "2024"', "@>=1.85"),
        (f'{PACKAGE}edition = "2018"\nrust-version = "1.40"', "@>=1.40"),
        (f'{PACKAGE}resolver = "3"', "@>=1.84"),
        (f'{PACKAGE}[features]\nb = ["dep:c"]', "@>=1.60"),
        (f"{PACKAGE}rust-version = 'new'", ""),
        ("[package\n", ""),
    ],
)
def test_a_manifest_says_which_rust_it_takes(manifest: str, versions: str) -> None:
    """By `rust-version`, by its edition, and by what older cargos cannot read."""
    assert rust_of(tree_of({"Cargo.toml": manifest})) == f"{RUST}{versions}"


@pytest.mark.parametrize(("version", "versions"), [(2, ""), (3, "@>=1.53"), (4, "@>=1.78")])
def test_older_cargos_do_not_read_newer_locks(version: int, versions: str) -> None:
    """A package of the lock may have any version, that says nothing."""
    lock = f'version = {version}\n[[package]]\nname = "a"\nversion = "4"\n'
    assert rust_of(tree_of({"Cargo.toml": PACKAGE, "Cargo.lock": lock})) == f"{RUST}{versions}"


def test_what_the_workspace_says_is_inherited() -> None:
    """`rust-version.workspace`, in a member that another one depends on; its lock is at the root.

    Inheritance itself takes cargo 1.64.
    """
    files = {
        "src/Cargo.toml": '[workspace.package]\nrust-version = "1.70"\n[package]\nname = "a"\n'
        '[dependencies]\nb = { path = "b" }\n',
        "src/b/Cargo.toml": '[package]\nname = "b"\nrust-version.workspace = true\n',
        "Cargo.toml": '[package]\nname = "other"\nedition = "2024"\n',
    }
    assert rust_of(tree_of(files), "src/Cargo.toml") == f"{RUST}@>=1.70"
    files["src/Cargo.toml"] = files["src/Cargo.toml"].replace("1.70", "1.50")
    assert rust_of(tree_of(files), "src/Cargo.toml") == f"{RUST}@>=1.64"


def test_vendored_crates_count_if_they_are_used() -> None:
    """Those that the lock leads to on this system, by the directory that the configuration says."""
    lock = "\n".join(
        f'[[package]]\nname = "{name}"\nversion = "1.0"\ndependencies = {depends}\n'
        for name, depends in (("a", '["b", "w"]'), ("b", "[]"), ("w", "[]"), ("unused", "[]"))
    )
    files = {
        "Cargo.toml": f"{PACKAGE}[dependencies]\nb = '1'\n"
        "[target.'cfg(windows)'.dependencies]\nw = '1'\n",
        "Cargo.lock": lock,
        ".cargo/config.toml": '[source.vendored]\ndirectory = "vendor"\n',
        "vendor/b/Cargo.toml": '[package]\nname = "b"\nrust-version = "1.60"\n',
        "vendor/w-1.0/Cargo.toml": '[package]\nname = "w"\nrust-version = "1.80"\n',
        "vendor/unused/Cargo.toml": '[package]\nname = "unused"\nrust-version = "1.90"\n',
    }
    # The root's manifest says what is for Windows alone.
    assert rust_of(tree_of(files)) == f"{RUST}@>=1.60"


def test_crates_that_link_to_a_library() -> None:
    """`openssl-sys` looks for OpenSSL with pkg-config, unless OpenSSL is built along with it."""
    lock = 'version = 3\n[[package]]\nname = "openssl-sys"\nversion = "0.9"\n'
    vendored = f'{lock}[[package]]\nname = "openssl-src"\nversion = "3"\n'
    needs = rust_needs(tree_of({"Cargo.toml": PACKAGE, "Cargo.lock": lock}), "Cargo.toml")
    assert [each.dependency for each in needs[1:]] == [
        "dep:generic/openssl",
        "dep:generic/pkg-config",
    ]
    assert (
        len(rust_needs(tree_of({"Cargo.toml": PACKAGE, "Cargo.lock": vendored}), "Cargo.toml")) == 1
    )


def test_the_manifest_is_where_the_build_says() -> None:
    """`manifest-path` of maturin, `path` of setuptools-rust in either file."""
    new = {"rust/b/Cargo.toml": f'{PACKAGE}edition = "2024"', "Cargo.toml": PACKAGE}
    project = (
        '[build-system]\nrequires = ["maturin"]\nbuild-backend = "maturin"\n'
        '[tool.maturin]\nmanifest-path = "rust/b/Cargo.toml"\n'
    )
    assert (
        inspect_tree(tree_of({"pyproject.toml": project, **new}), LINUX).requires[0].dependency
        == RUST
    )
    script = """\
        from setuptools import setup
        from setuptools_rust import RustExtension
        setup(rust_extensions=[RustExtension('a', path='rust/b/Cargo.toml')])
    """
    assert needs_of_script(script, new) == {f"{RUST}@>=1.85"}


def test_a_cargo_toml_that_points_to_itself_ends() -> None:
    """Crates may depend on each other by their paths."""
    files = {"Cargo.toml": f"{PACKAGE}[dependencies]\nb = {{path = 'b'}}\nc = {{path = '../..'}}"}
    files["b/Cargo.toml"] = '[package]\nname = "b"\n[dependencies]\na = {path = ".."}'
    assert rust_of(tree_of(files)) == RUST


TIME = '[[package]]\nname = "time"\nversion = "{}"\n\n[[package]]\nname = "b"\nversion = "0.3.1"\n'
CAST = """
fn f(words: &[Word], i: usize) {
    let w = &words[i] as *const _ as *mut _;
    unsafe { let word: &mut Word = &mut (*w); word.x() }
}
"""
NO_CAST = CAST.replace("&words[i]", "&mut words[i]")


@pytest.mark.parametrize(
    ("files", "versions"),
    [
        ({"Cargo.lock": TIME.format("0.3.34")}, "@<1.80"),
        ({"Cargo.lock": TIME.format("0.3.35")}, ""),
        ({"Cargo.lock": TIME.format("0.1.45")}, ""),
        ({"Cargo.lock": TIME.format("new")}, ""),
        ({"src/lib.rs": CAST}, "@<1.73"),
        ({"src/lib.rs": NO_CAST}, ""),
        ({"src/lib.rs": CAST.replace("unsafe {", "unsafe { //")}, ""),  # tokenizers 0.15.0
        ({"src/lib.rs": CAST.replace("&mut (*w)", "&*w")}, ""),
        ({"benches/a.rs": CAST}, ""),
        ({"vendor/b/src/lib.rs": CAST}, ""),
        ({"src/lib.rs": CAST, "Cargo.lock": TIME.format("0.3.20")}, "@<1.73"),
    ],
)
def test_newer_releases_of_rust_refuse_some_crates(files: dict[str, str], versions: str) -> None:
    """`time` of a lock since 1.80, casts of a crate beside the package since 1.73."""
    assert rust_of(tree_of({"Cargo.toml": PACKAGE, **files})) == f"{RUST}{versions}"


def test_the_crate_beside_it_is_refused_as_well() -> None:
    """Another path, and a floor with the ceiling."""
    files = {
        "Cargo.toml": f'{PACKAGE}edition = "2021"\n[dependencies]\nb = {{ path = "lib-b" }}\n',
        "lib-b/Cargo.toml": '[package]\nname = "b"\n',
        "lib-b/src/models/x.rs": CAST,
    }
    assert rust_of(tree_of(files)) == f"{RUST}@>=1.56,<1.73"
