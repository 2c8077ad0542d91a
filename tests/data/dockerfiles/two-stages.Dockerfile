FROM --platform=$BUILDPLATFORM node:20-alpine AS assets
RUN npm ci && npm run build

FROM python:3.12-slim-bookworm AS base
RUN pip install poetry
COPY pyproject.toml poetry.lock /app/
WORKDIR /app

FROM base AS production
RUN poetry install --only main

FROM base AS development
RUN apt-get update && apt-get install -y build-essential libpq-dev
RUN poetry install
