FROM python:3.12-slim-trixie AS builder
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev libpq-dev
RUN pip install poetry poetry-plugin-export
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN poetry export --only main -o requirements.txt \
    && pip install --prefix /install --no-deps -r requirements.txt

FROM python:3.12-slim-bullseye
RUN apt-get update && apt-get install -y --no-install-recommends libpq5
COPY --from=builder /install /usr/local
