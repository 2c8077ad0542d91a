FROM debian:12-slim AS build
RUN apt-get update && \
    apt-get install --no-install-suggests --no-install-recommends --yes \
    python3-venv python3-dev gcc libc6-dev libpq-dev pipx
RUN pipx install poetry && pipx inject poetry poetry-plugin-bundle

FROM build AS build-venv
COPY . /app
WORKDIR /app
RUN /root/.local/bin/poetry bundle venv --python=/usr/bin/python3 --only=main /venv

FROM gcr.io/distroless/python3-debian12
COPY --from=build-venv /venv /venv
ENTRYPOINT ["/venv/bin/service"]
