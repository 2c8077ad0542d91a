FROM python:3.12-slim-bookworm
ARG INSTALL_DEV=false
ARG TARGETARCH
RUN <<EOF
set -e
apt-get update
if [ "$TARGETARCH" = "arm64" ]; then
  apt-get install -y gcc libpq-dev
fi
EOF
RUN pip install poetry
COPY ./pyproject.toml ./poetry.lock* /app/
WORKDIR /app
RUN bash -c "if [ $INSTALL_DEV == 'true' ] ; then poetry install --no-root ; else poetry install --no-root --only main ; fi"
