# syntax=docker/dockerfile:1
ARG PYTHON=3.12
FROM python:${PYTHON}-slim-bookworm AS builder

ENV POETRY_HOME=/opt/poetry \
    POETRY_VIRTUALENVS_IN_PROJECT=1
RUN --mount=type=cache,target=/var/cache/apt \
    apt-get update \
    && apt-get install -y --no-install-recommends \
        # what psycopg2 takes, or so we thought
        curl \
        gcc \
        libc6-dev \
    && rm -rf /var/lib/apt/lists/*
RUN curl -sSL https://install.python-poetry.org | python3 -

WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN $POETRY_HOME/bin/poetry install --only main --no-root

FROM python:${PYTHON}-slim-bookworm AS runtime
RUN apt-get update && apt-get install -y --no-install-recommends libpq5
COPY --from=builder /app/.venv /app/.venv
COPY . /app
CMD ["/app/.venv/bin/python", "-m", "service"]
