FROM nvidia/cuda:12.4.1-devel-ubuntu22.04
ENV DEBIAN_FRONTEND=noninteractive
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-pip libpq-dev
RUN pip3 install poetry
COPY . /srv
WORKDIR /srv
RUN poetry sync --only main
