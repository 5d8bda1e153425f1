# The whole project in one image: Airflow, the extractors, dbt, Great Expectations and the sandbox.

FROM python:3.11-slim AS environment
# What docker-compose.signin.yml adds: packages for people who sign in.
ARG SIGN_IN_LOCK=""
WORKDIR /opt/leadgen
COPY requirements-bootstrap.txt requirements.lock requirements-signin.lock ./
RUN python -m venv .venv \
 && .venv/bin/pip install --quiet --no-cache-dir --require-hashes -r requirements-bootstrap.txt \
 && .venv/bin/uv pip install --quiet --system-certs --no-cache --compile-bytecode --python .venv/bin/python --require-hashes -r requirements.lock ${SIGN_IN_LOCK:+-r ${SIGN_IN_LOCK}}

FROM python:3.11-slim
RUN useradd --uid 1000 --create-home leadgen \
 && install -d -o leadgen -g leadgen /opt/leadgen /opt/leadgen/data /opt/leadgen/config /opt/leadgen/airflow /opt/leadgen/market
WORKDIR /opt/leadgen
COPY --from=environment --chown=leadgen:leadgen /opt/leadgen/.venv .venv
COPY --chown=leadgen:leadgen . .
RUN .venv/bin/python -m pip install --quiet --no-cache-dir --no-index --no-deps --no-build-isolation --editable .
ENV PATH=/opt/leadgen/.venv/bin:$PATH \
    PYTHONPATH=/opt/leadgen \
    PYTHONUNBUFFERED=1 \
    DO_NOT_TRACK=1 \
    GX_ANALYTICS_ENABLED=false \
    AIRFLOW_HOME=/opt/leadgen/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/leadgen/dags \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    LEADGEN_CONFIG=/opt/leadgen/config \
    LEADGEN_DATA=/opt/leadgen/data
USER leadgen
CMD ["leadgen", "doctor"]
