FROM public.ecr.aws/lambda/python:3.12
RUN pip install poetry
COPY pyproject.toml poetry.lock ${LAMBDA_TASK_ROOT}/
RUN poetry config virtualenvs.create false && poetry install --only=main --extras monitoring
CMD ["service.handler"]
