FROM python:3.11-slim
WORKDIR app/
RUN apt-get update && apt-get install -y build-essential && rm -rf /var/lib/apt/lists/*
COPY . .
RUN pip install poetry
RUN poetry install --no-interaction
