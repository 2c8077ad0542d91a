FROM python:3.12-slim-bookworm
COPY scripts/prepare.sh /prepare.sh
RUN /prepare.sh
RUN if [ -f /etc/with-compiler ]; then apt-get update && apt-get install -y gcc libpq-dev; fi
COPY . /app
WORKDIR /app
RUN pip install poetry && poetry install --only main
