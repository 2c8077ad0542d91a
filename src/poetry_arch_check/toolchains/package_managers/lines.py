"""How packages are installed and removed: lines for a shell and for a Dockerfile."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The commands of one package manager; `{}` stands for the packages' names.

    `interactive` installs at a terminal, with sudo where `sudo` says so; `root` is for a shell of
    root, which is most often a fresh container's: without lists of packages, or a terminal.

    `install` and `remove` are for a Dockerfile. `update` comes before them, `clean` after them in
    the same layer, and `clean_layer` where packages are removed there, too. `install_tools`
    installs those that `remove` removes, where that takes another command.
    """

    interactive: str
    root: str
    sudo: bool = True
    install: str
    remove: str
    update: str | None = None
    clean: str | None = None
    clean_layer: str | None = None
    install_tools: str | None = None

    def shell(
        self, packages: tuple[str, ...], *, root: bool, first: tuple[str, ...] = ()
    ) -> tuple[str, ...]:
        """Return the lines that install `packages` in a shell, with sudo where it is not root's.

        The commands `first` make the packages known.
        """
        line = (self.root if root else self.interactive).format(" ".join(packages))
        sudo = "sudo " if self.sudo and not root else ""
        return tuple(f"{sudo}{each}" for each in (*first, line))

    def dockerfile(
        self, packages: tuple[str, ...], *, first: tuple[str, ...] = ()
    ) -> tuple[str, ...]:
        """Return the lines that install `packages` in a Dockerfile."""
        return _layer(self.update, *first, self.install.format(" ".join(packages)), self.clean)

    def dockerfile_around(
        self,
        commands: tuple[str, ...],
        packages: tuple[str, ...],
        tools: tuple[str, ...],
        *,
        first: tuple[str, ...] = (),
    ) -> tuple[str, ...]:
        """Return the lines that run `commands` with `packages` there, and remove `tools` again.

        `tools` are among `packages`. It is all one layer: what a later one removes still counts.
        """
        apart = tools if self.install_tools else ()
        others = " ".join(package for package in packages if package not in apart)
        return _layer(
            self.update,
            *first,
            self.install.format(others) if others else None,
            self.install_tools.format(" ".join(apart)) if self.install_tools and apart else None,
            *commands,
            self.remove.format(" ".join(tools)) if tools else None,
            self.clean or self.clean_layer,
        )


def _layer(*steps: str | None) -> tuple[str, ...]:
    """Return one RUN instruction with a line for each of `steps` that there is."""
    first, *rest = (step for step in steps if step)
    lines = [f"RUN {first}", *(f"    && {step}" for step in rest)]
    return (*(f"{line} \\" for line in lines[:-1]), lines[-1])
