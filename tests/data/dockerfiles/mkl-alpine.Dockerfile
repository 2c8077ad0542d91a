FROM python:3.11-alpine AS app
RUN pip install poetry
COPY . .
RUN poetry install
