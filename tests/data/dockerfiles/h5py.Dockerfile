FROM python:3.12-slim-bookworm
RUN apt-get update && apt-get install -y build-essential
COPY . /app
WORKDIR /app
RUN pip install poetry && poetry install
