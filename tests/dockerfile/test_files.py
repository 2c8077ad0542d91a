"""What lies where in an image: which project a command installs, what scripts and lists say."""

from __future__ import annotations

import fnmatch
from contextlib import suppress
from dataclasses import replace

import pytest

from poetry_arch_check.dockerfile import Build, BuildContext, Choice, InstallStep, install_steps_of
from poetry_arch_check.errors import DockerfileError
from poetry_arch_check.platforms.names import parse_name
from poetry_arch_check.toolchains.toolchain import short_form

SLIM = "FROM python:3.11-slim-bookworm\n"
BUILD = f"{SLIM.strip()} AS build\nWORKDIR /b\nCOPY . .\nRUN poetry build\n{SLIM}"
MAIN = Choice(only=("main",), solved=True, root=False)
FOLDER = replace(MAIN, root=True)
PROJECT = {"pyproject.toml": "", "poetry.lock": "", "demo/__init__.py": ""}


def context_of(files: dict[str, str], project: str = "", name: str = "demo") -> BuildContext:
    """Return a build context with `files`, in whose folder `project` the project is."""
    folders = {path.rpartition("/")[0] for path in files} | {""}
    everything = sorted({*files, *folders})

    def matching(pattern: str) -> tuple[str, ...]:
        if pattern in everything:
            return (pattern,)
        return tuple(path for path in everything if fnmatch.fnmatchcase(path, pattern))

    return BuildContext(
        project=project,
        name=name,
        text=files.get,
        matching=matching,
        is_folder=folders.__contains__,
    )


def read(text: str, files: dict[str, str], project: str = "") -> tuple[InstallStep, ...]:
    """Return where a Dockerfile installs that is built from `files`."""
    platform = parse_name("linux/arm64").platform
    build = Build(
        platform=platform, host=platform, arguments={}, context=context_of(files, project)
    )
    return install_steps_of(text, "Dockerfile", build)


def only(text: str, files: dict[str, str] | None = None, project: str = "") -> InstallStep:
    """Return the one place where it installs."""
    (step,) = read(text, PROJECT if files is None else files, project)
    return step


# --- what pip installs ---

PIP = {
    f"{SLIM}COPY . /app\nRUN pip install /app\n": FOLDER,
    f"{SLIM}COPY . /app\nRUN uv pip install -r /app/pyproject.toml\n": MAIN,
    f"{SLIM}COPY . /app\nRUN pip install '/app[x, y]'\n": replace(FOLDER, extras=("x", "y")),
    f"{SLIM}COPY . /app/\nRUN pip install --no-deps /app[x]\n": replace(
        FOLDER, extras=("x",), dependencies=False
    ),
    f"{SLIM}COPY . /app\nRUN cd /app && pip install -e .\n": FOLDER,
    f"{SLIM}COPY . /app\nRUN uv pip install --system -e /app\n": FOLDER,
    f"{SLIM}COPY . /app\nRUN pipx install /app\n": FOLDER,
    f"{SLIM}COPY . /app\nRUN pip install 'demo @ file:///app'\n": FOLDER,
    f"{SLIM}WORKDIR /src\nCOPY . app\nRUN pip install ./app\n": FOLDER,
    f"{SLIM}ENV HOME=/h\nCOPY . /h/app\nRUN pip install ~/app\n": FOLDER,
    f"{SLIM}COPY pyproject.toml /app/\nRUN D=/app; pip install $D\n": FOLDER,
    f"{SLIM}RUN --mount=type=bind,target=/src pip install /src\n": FOLDER,
    f"{BUILD}COPY --from=build /b/dist/*.whl /tmp/\nRUN pip install /tmp/*.whl\n": MAIN,
    f"{BUILD}COPY --from=build /b/dist /w\nRUN pip install /w/demo-0.1-py3-none-any.whl\n": MAIN,
    f"{BUILD}COPY --from=build /b/dist/*.whl /tmp/\nRUN w=$(echo /tmp/demo-*.whl) && pip install"
    ' "${w}[x]"\n': replace(MAIN, extras=("x",)),
    f'{BUILD}COPY --from=build /b/dist/*.whl /tmp/\nRUN pip install "$(ls /tmp/*.whl 2>/dev/null)[x]"\n': replace(
        MAIN, extras=("x",)
    ),
    f"{BUILD}COPY --from=0 /b/dist/*.whl /tmp/\nRUN uv pip install $(find /tmp -name '*.whl')\n": MAIN,
    f"{BUILD}COPY --from=0 /b /c\nRUN cd /c/dist && mv *.whl /w && cp -r /w /x/ && pip install /w/*.whl\n": MAIN,
    f"{BUILD}COPY --from=0 /b/dist/*.whl .\nARG X=[x,y]\nRUN p=$(find ./ -name 'demo*.whl' | head -n 1) &&"
    " pip install ${p}${X}\n": replace(MAIN, extras=("x", "y")),
    f"{BUILD}COPY --from=0 /b/dist/*.whl /w/\nRUN pip install $(ls -t /w/*.whl | head -1)\n": MAIN,
    f"{SLIM}COPY . /app\nWORKDIR /app\nRUN python -m build -o /w . && pip install /w/*.whl\n": MAIN,
    f"{SLIM}COPY . /app\nRUN uv build /app && pip install /app/dist/demo-*.tar.gz\n": MAIN,
    f"{SLIM}COPY . /app\nWORKDIR /app\nRUN poetry build -o /w && pip install /w/*\n": MAIN,
    f"{BUILD}RUN --mount=type=bind,from=build,source=/b/dist,target=/w pip install /w/*.whl\n": MAIN,
}


@pytest.mark.parametrize("text", PIP)
def test_what_pip_installs(text: str) -> None:
    """The project's folder or its wheel, wherever that has gone, by whatever words name it."""
    assert only(text).choice == PIP[text]


def test_a_wheel_of_the_context() -> None:
    """It is the project's by its name, or because it lies in `dist`."""
    files = {**PROJECT, "dist/demo-0.1-py3-none-any.whl": "", "vendored/other-1.whl": ""}
    assert only(f"{SLIM}COPY dist/*.whl /w/\nRUN pip install /w/*.whl\n", files).choice == MAIN
    for copied in ("COPY dist /w", "COPY ./dist/*.whl /w/", "COPY dist/ /w"):
        assert only(f"{SLIM}{copied}\nRUN pip install /w/*.whl\n").choice == MAIN
    with pytest.raises(DockerfileError) as caught:
        read(f"{SLIM}COPY vendored /w\nRUN pip install /w/other-1.whl\n", files)
    assert caught.value.problems[1] == "not read: Dockerfile:3: pip install /w/other-1.whl"


NOT_PIP = {
    f"{BUILD}COPY --from=build /b/dist/*.whl /tmp/\nRUN pip install /tmp/other-*.whl\n": "pip install /tmp/other-*.whl",
    f"{SLIM}RUN git clone https://x.example/y.git && pip install ./y\n": "pip install ./y",
    f"{SLIM}COPY . /app\nRUN pip install $WHERE\n": "pip install …",
    f"{SLIM}COPY . /app\nRUN pip install /opt/$WHERE/x\n": "pip install /opt/…/x",
    f"{SLIM}COPY . /app\nRUN pip install -r $FILES\n": "pip install -r …",
    f"{SLIM}COPY . /app\nRUN pip install dist/*.whl\n": "pip install dist/*.whl",
}


@pytest.mark.parametrize("text", NOT_PIP)
def test_what_pip_may_install(text: str) -> None:
    """What is not known, or not the project's, is named."""
    with pytest.raises(DockerfileError) as caught:
        read(text, PROJECT)
    assert caught.value.problems[1].endswith(NOT_PIP[text])


def test_what_pip_may_install_in_another_stage() -> None:
    """It is named where another stage installs, as it may be the project as well."""
    step = only(f"{SLIM}COPY . /app\nRUN pip install /app\n{SLIM}RUN pip install $WHERE\n")
    assert step.notes[-1] == "Not checked: Dockerfile:5: pip install …."
    # A stage that goes on from there says it itself, once.
    base = f"{SLIM.strip()} AS base\nRUN pip install $WHERE\nFROM base\n"
    step = only(f"{base}COPY . /app\nRUN pip install --no-deps /app\n")
    assert [note for note in step.notes if "Dockerfile:2" in note] == [
        "Not read, so what it installs is not known: Dockerfile:2: pip install …."
    ]


def test_packages_of_an_index_are_not_named() -> None:
    """Their names say what they are, even where a version is not known."""
    text = f'{SLIM}COPY . /app\nRUN pip install "poetry==$V" pip git+https://$TOKEN@x.example/y.git'
    assert only(f"{text}\nRUN cd /app && poetry install\n").notes == ()


def test_wheels_that_were_built_before() -> None:
    """Where they are installed, they are not built again: only the project's own is new."""
    text = (
        f"{SLIM.strip()} AS build\nWORKDIR /b\nCOPY . .\nRUN poetry export -o r.txt && pip wheel -w /w -r"
        f" r.txt && poetry build -o /w\n{SLIM}COPY --from=build /w /wheels\nRUN pip install {{}}\n"
    )
    exported = Choice(only=("main",), root=False)
    built, installed = read(text.format("/wheels/*.whl"), PROJECT)
    assert (built.choice, installed.choice) == (exported, MAIN)
    assert installed.installation.previous == (exported,)
    built, installed = read(text.format("-f /wheels /wheels/demo-*.whl"), PROJECT)
    assert installed.installation.previous == (exported,)


# --- which project, which lock ---

OTHER = {**PROJECT, "api/pyproject.toml": "", "api/poetry.lock": "", "api/x.py": ""}


@pytest.mark.parametrize(
    "text",
    [
        f"{SLIM}COPY api /app\nWORKDIR /app\nRUN poetry install\n",
        f"{SLIM}COPY . /src\nRUN cd /src/api && poetry install\n",
        f"{SLIM}COPY . /src\nRUN poetry -C /src/api install\n",
        f"{SLIM}COPY . /src\nWORKDIR /src\nRUN poetry install --directory=api\n",
        f"{SLIM}COPY . /src\nWORKDIR /src\nRUN poetry install -P api\n",
        f"{SLIM}WORKDIR /app\nCOPY api/pyproject.toml api/poetry.lock ./\nRUN poetry install\n",
        f"{SLIM}WORKDIR /app\nCOPY api/*.toml api/poetry.lock* /app/\nRUN poetry install\n",
        f"{SLIM}COPY api/pyproject.toml /app/pyproject.toml\nWORKDIR /app/x\nRUN poetry install\n",
        f"{SLIM}WORKDIR /app\nCOPY --parents api/pyproject.toml ./\nRUN cd api && poetry install\n",
        f"{SLIM.strip()} AS a\nCOPY . /x\n{SLIM}COPY --from=a /x/api /app\nRUN cd /app && poetry install\n",
        f"{SLIM}WORKDIR /app\nRUN --mount=type=bind,source=api,target=/app poetry install\n",
        f"{SLIM}COPY . /x\nRUN mv /x/api /y && cd /y && poetry install\n",
        f"{SLIM}COPY . /x\nRUN pushd /x/api; poetry export -o r.txt; pip install -r r.txt\n",
        f"{SLIM}COPY api /app\nRUN pip install /app\n",
    ],
)
def test_one_of_several_projects(text: str) -> None:
    """An install counts for the project whose files are where it runs; others are named."""
    assert only(text, OTHER, "api").line == text.count("\n")
    with pytest.raises(DockerfileError, match="no stage installs") as caught:
        read(text, OTHER, "")
    assert caught.value.problems[1] == (
        f"Dockerfile:{text.count(chr(10))} installs the project of api/pyproject.toml,"
        " which is not checked."
    )


def test_several_projects_in_one_file() -> None:
    """Each report is about one of them, and names the other."""
    text = f"{SLIM}COPY . /src\nRUN cd /src && poetry install\nRUN cd /src/api && poetry install\n"
    step = only(text, OTHER)
    assert step.line == 3
    assert step.notes == (
        "Dockerfile:4 installs the project of api/pyproject.toml, which is not checked.",
    )
    assert only(text, OTHER, "api").line == 4


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        ("COPY pyproject.toml ./\n", True),
        ("COPY pyproject.toml poetry.lock* ./\n", False),
        ("COPY . .\nRUN rm poetry.lock\n", True),
        ("COPY . .\nRUN if [ -f x ]; then rm poetry.lock; fi\n", False),
        ("COPY . .\nRUN mv poetry.lock /tmp\n", True),
        ("COPY pyproject.toml ./\nRUN poetry lock\n", False),
        ("COPY pyproject.toml ./\nRUN curl -o poetry.lock https://x.example\n", False),
        ("COPY pyproject.toml ./\nRUN tar xf /x.tar\n", False),
        ("COPY pyproject.toml ./\nCOPY $SOMETHING ./\n", False),
        ("COPY pyproject.toml ./\nADD files.tar.gz ./\n", False),
        ("COPY pyproject.toml ./\nCOPY --from=ghcr.io/acme/x /app /app\n", False),
        ("COPY pyproject.toml ./\nCOPY not-in-git ./\n", False),
    ],
)
def test_a_lock_that_is_not_there(lines: str, missing: bool) -> None:
    """Then Poetry resolves anew; where that is not sure, nothing is said."""
    step = only(f"{SLIM}WORKDIR /app\n{lines}RUN poetry install\n")
    assert step.choice.solved is missing
    line = 3 + lines.count("\n")
    said = f"Dockerfile:{line}: poetry.lock is not in the image there: Poetry resolves all versions anew."
    assert (said in step.notes) is missing


def test_a_lock_that_an_installation_writes() -> None:
    """A later one reads it: what is installed stays, unless the project's lock is copied since."""
    first = f"{SLIM}WORKDIR /app\nCOPY pyproject.toml ./\nRUN poetry install --only main\n"
    for between, resolved in (("", "Dockerfile:4"), ("COPY poetry.lock ./\n", "")):
        one, two = read(f"{first}{between}RUN poetry install\n", PROJECT)
        assert one.choice.solved
        assert not one.installation.resolved
        assert two.installation.resolved == resolved
        assert two.choice.solved is bool(resolved)
        assert two.installation.previous == (one.choice,)
    text = f"{first}FROM python:3.11-slim-bookworm\nRUN poetry install\n"
    assert [step.installation.resolved for step in read(text, PROJECT)] == ["", ""]


def test_what_is_said_of_a_lock_that_an_installation_writes() -> None:
    """Which line it is of, in place of that it is not there."""
    text = f"{SLIM}WORKDIR /app\nCOPY pyproject.toml ./\nRUN poetry install --only main\n"
    _, step = read(f"{text}RUN poetry install\n", PROJECT)
    assert step.notes == (
        "Dockerfile:5: its poetry.lock is that of Dockerfile:4, where Poetry resolved anew.",
    )


@pytest.mark.parametrize(
    "line",
    [
        "RUN printf '[project]' > pyproject.toml",
        "COPY <<EOF pyproject.toml\n[project]\nEOF",
        "COPY <<EOF ./\n[project]\nEOF".replace("<<EOF", "<<pyproject.toml").replace(
            "\nEOF", "\npyproject.toml"
        ),
        "RUN poetry init -n",
        "RUN poetry new . ",
    ],
)
def test_a_project_that_the_file_writes(line: str) -> None:
    """It is another one, unless the lock beside it is the project's."""
    text = f"{SLIM}WORKDIR /app\n{line}\nRUN poetry install\n"
    with pytest.raises(DockerfileError) as caught:
        read(text, PROJECT)
    assert "installs the project that line 3 writes, which is not checked" in str(
        caught.value.problems
    )
    text = f"{SLIM}WORKDIR /app\n{line}\nCOPY poetry.lock .\nRUN poetry install\n"
    assert only(text).choice == Choice()


def test_what_is_not_known_is_the_project() -> None:
    """A folder, or a file, that the Dockerfile does not tell."""
    for line in (
        "WORKDIR $W",
        "COPY $X /app\nWORKDIR /app",
        "RUN git clone x.example/y /app && cd /app",
    ):
        assert only(f"{SLIM}{line}\nRUN poetry install\n", OTHER).choice == Choice()
    text = f"{SLIM}COPY --from=x.example/y /app /app\nRUN poetry -C /app install\n"
    assert only(text, OTHER).choice == Choice()


# --- scripts, lists of packages, settings ---

SCRIPTS = {
    "apt.txt": "gcc\n# make\nlibc6-dev\n",
    "deps.sh": "#!/bin/sh\nset -e\napt-get update\napt-get install -y --no-install-recommends $@\n",
    "setup.py": "",
    "run.py": "#!/usr/bin/env python3\n",
    "Makefile": "deps:\n\tapt-get install gcc\n",
    "env.sh": "install() { apt-get install -y gcc libc6-dev; }\n",
}
LISTS = [
    "COPY apt.txt /tmp/\nRUN apt-get install -y $(cat /tmp/apt.txt)",
    "COPY apt.txt .\nRUN xargs -a apt.txt apt-get install -y",
    "COPY apt.txt .\nRUN xargs apt-get install -y < apt.txt",
    "COPY apt.txt /x.txt\nRUN grep -v '^#' /x.txt | xargs -r apt-get install -y --no-install-recommends",
    "COPY . .\nRUN sed 's/#.*//' apt.txt | tr '\\n' ' ' | xargs apt-get install",
    "COPY . /a\nRUN for p in $(grep -vE '^\\s*(#|$)' /a/apt.txt); do apt-get install -y $p; done",
    "COPY deps.sh /\nRUN sh /deps.sh gcc libc6-dev",
    "COPY deps.sh /x\nRUN chmod +x /x && /x gcc libc6-dev",
    "WORKDIR /a\nCOPY . .\nRUN ./deps.sh gcc 'libc6-dev'",
    "ADD deps.sh /d/\nRUN bash -eux /d/deps.sh gcc libc6-dev && rm /d/deps.sh",
    "COPY . /a\nRUN . /a/env.sh && install",
    "RUN --mount=source=deps.sh,target=/d.sh sh /d.sh gcc libc6-dev",
    "COPY <<E /e.sh\napt-get install -y gcc libc6-dev\nE\nRUN sh /e.sh",
    "RUN echo 'apt-get install -y gcc libc6-dev' > /e && sh /e",
    "RUN install_packages gcc libc6-dev",
]


@pytest.mark.parametrize("lines", LISTS)
def test_what_files_of_the_context_install(lines: str) -> None:
    """Lists of packages, and scripts with their arguments."""
    step = only(f"{SLIM}{lines}\nRUN poetry install\n", {**PROJECT, **SCRIPTS})
    assert "c" in {short_form(each) for each in step.toolchain.dependencies}
    assert step.toolchain.unsure == ()
    assert step.notes == ()


@pytest.mark.parametrize(
    ("lines", "unread"),
    [
        ("COPY run.py /\nRUN /run.py", "/run.py"),
        ("COPY . .\nRUN make deps", "make deps"),
        ("COPY . .\nRUN sh nothing.sh", "nothing.sh"),
        ("RUN apt-get install -y $(cat nothing.txt)", "packages whose names are not known"),
    ],
)
def test_what_is_still_not_read(lines: str, unread: str) -> None:
    """Programs, makefiles, and what the context does not have."""
    step = only(f"{SLIM}{lines}\nRUN poetry install\n", {**PROJECT, **SCRIPTS})
    line = 1 + lines.count("\n") + 1
    assert step.notes[0].endswith(f"Dockerfile:{line}: {unread}.")


def test_settings_that_are_copied() -> None:
    """Poetry's configuration is a file of the user's."""
    text = (
        f"{SLIM.strip()} AS p\nRUN poetry config installer.no-binary lxml\n{SLIM}"
        "COPY --from=p /root/.config/pypoetry {}\nRUN poetry install\n"
    )
    assert only(text.format("/root/.config/pypoetry")).choice.no_binary == "lxml"
    assert only(text.format("/elsewhere")).choice.no_binary is None
    moved = text.replace("RUN poetry install", "ENV POETRY_CONFIG_DIR=/c\nRUN poetry install")
    assert only(moved.format("/root/.config/pypoetry")).choice.no_binary == "lxml"


HOSTILE = [
    "RUN ln -s /a /b && ln -s /b /a && cd /a && poetry install",
    "RUN mv /a /b; mv /b /a; pip install /a/x; pip install /b",
    "RUN for i in 1 2 3 4 5 6 7 8; do cp -r /app /app/x; cp -r /app/x /app; done; pip install /app/y",
    "COPY loop.sh /\nRUN sh /loop.sh",
]


@pytest.mark.parametrize("lines", HOSTILE)
def test_hostile_files(lines: str) -> None:
    """Links in circles, and scripts that call themselves, come to an end."""
    files = {**PROJECT, "loop.sh": "sh /loop.sh; . /loop.sh\n"}
    text = f"{SLIM}COPY . /app\n{lines}\nRUN cd /app && poetry install\n"
    with suppress(DockerfileError):
        assert read(text, files)


@pytest.mark.parametrize("source", ["$X", "/app/$A", "/usr"])
@pytest.mark.parametrize(
    "line", ["COPY --from=s {} /a/b", "RUN --mount=from=s,source={},target=/x true"]
)
def test_a_stage_that_copies_from_itself(line: str, source: str) -> None:
    """Docker refuses it; reading it ends."""
    install = "COPY . /app\nRUN cd /app && {} -o r.txt && pip wheel -r r.txt -w /usr/w && {}\n"
    text = install.format(
        "poetry export", "poetry config virtualenvs.create false && poetry install"
    )
    found = read(f"{SLIM.strip()} AS s\n{text}{line.format(source)}\n", PROJECT)
    assert len(found) == 2


def test_stages_that_double() -> None:
    """Files of stages of stages: looking for one costs, and is refused in the end."""
    text = f"{SLIM.strip()} AS s0\nCOPY . /a\n" + "".join(
        f"FROM python:3.11-slim-bookworm AS s{i}\nCOPY --from=s{i - 1} / /a\nCOPY --from=s{i - 1} / /b\n"
        for i in range(1, 60)
    )
    with pytest.raises(DockerfileError):
        read(f"{text}RUN pip install /b{'/a' * 60}/none\n", PROJECT)


def test_wheels_that_are_copied_on_and_on() -> None:
    """A folder is looked at once, however many ways lead to it."""
    chain = "".join(
        f"{SLIM.strip()} AS s{i}\n" + 3 * f"COPY --from=s{i - 1} /w /w\n" for i in range(1, 40)
    )
    text = (
        f"{SLIM.strip()} AS s0\nWORKDIR /b\nCOPY . .\nRUN poetry export -o r.txt && pip wheel -w /w -r"
        f" r.txt && poetry build -o /w\n{chain}{SLIM}COPY --from=s39 /w /w\nRUN pip install /w/*.whl\n"
    )
    built, installed = read(text, PROJECT)
    assert installed.installation.previous == (built.choice,)


# --- tools from elsewhere ---

GO_URL = "https://go.dev/dl/go1.24.2.linux-arm64.tar.gz"
ON_PATH = "ENV PATH=/usr/local/go/bin:$PATH\n"
TOOLS = {
    f"RUN curl -L {GO_URL} | tar -C /usr/local -xz\n{ON_PATH}": ({"go"}, set()),
    f"RUN wget -q {GO_URL} && tar -xf go1.24.2.linux-arm64.tar.gz\n{ON_PATH}": ({"go"}, set()),
    f"ADD {GO_URL} /usr/local/\n{ON_PATH}": ({"go"}, set()),
    f"RUN curl -L {GO_URL} | tar -C /usr/local -xz && ln -s /usr/local/go/bin/go /bin/go\n": (
        {"go"},
        set(),
    ),
    f"RUN curl -L {GO_URL} | tar -C /opt -xz\n": (set(), {"go"}),
    f"RUN if [ -f x ]; then curl -L {GO_URL} | tar -xz; fi\n{ON_PATH}": (set(), {"go"}),
    f"COPY --from=golang:1.24 /usr/local/go /usr/local/go\n{ON_PATH}": ({"go"}, set()),
    f"COPY --from=go /usr/local/go/ /usr/local/go/\n{ON_PATH}": ({"go"}, set()),
    "COPY --from=rust:1.80 /usr/local/cargo /usr/local/cargo\n": (set(), set()),
    "RUN curl -LO https://x.example/ta-lib-0.4.0-src.tar.gz && tar xf ta-lib-0.4.0-src.tar.gz && cd ta-lib"
    " && ./configure --prefix=/usr && make -j4 && make install\n": ({"ta-lib"}, set()),
    "RUN git clone https://github.com/edenhill/librdkafka && cd librdkafka && ./configure && make\n": (
        set(),
        set(),
    ),
    "RUN curl -sSf https://sh.rustup.rs | sh -s -- -y --default-toolchain stable\n": (
        {"rust"},
        set(),
    ),
    "RUN curl -sSf https://sh.rustup.rs | sh -s -- -y --default-toolchain none\n": (set(), set()),
}


@pytest.mark.parametrize("lines", TOOLS)
def test_tools_from_elsewhere(lines: str) -> None:
    """Archives, images and sources: what is there, and what may be; nothing is unread."""
    step = only(f"FROM golang:1.24 AS go\n{SLIM}{lines}RUN poetry install\n")
    found = [
        {short_form(each) for each in names}
        for names in (step.toolchain.dependencies, step.toolchain.unsure)
    ]
    assert tuple(found) == TOOLS[lines]
    assert step.notes == ()


def test_versions_of_tools_from_elsewhere() -> None:
    """Of the address, or of the tag."""
    text = f"FROM golang:1.24 AS go\n{SLIM}{{}}{ON_PATH}RUN poetry install\n"
    go = "dep:virtual/compiler/go"
    for lines, version in (
        (f"RUN curl {GO_URL} | tar xz\n", "1.24.2"),
        ("COPY --from=go /usr/local/go /usr/local/go\n", "1.24"),
        ("COPY --from=golang:1 /usr/local/go /usr/local/go\n", None),
    ):
        assert only(text.format(lines)).toolchain.versions.get(go) == version
