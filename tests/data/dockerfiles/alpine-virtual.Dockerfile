FROM python:3.12-alpine3.20
RUN pip install poetry
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN apk add --no-cache --virtual .build-deps build-base \
    && poetry install --only main \
    && apk del .build-deps
