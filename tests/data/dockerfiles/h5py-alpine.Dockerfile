FROM python:3.12-alpine3.20
RUN apk add --no-cache build-base
COPY . /app
WORKDIR /app
RUN pip install poetry && poetry install
