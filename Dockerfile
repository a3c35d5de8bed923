FROM python:3.12-slim AS build
WORKDIR /src
COPY requirements.txt ./
RUN python -m venv /opt/entrain && /opt/entrain/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY pyproject.toml README.md ./
COPY alembic alembic
COPY bot bot
COPY content content
COPY digests digests
COPY nudges nudges
COPY projects projects
COPY storage storage
COPY surveys surveys
RUN /opt/entrain/bin/pip install --no-cache-dir --no-deps .

FROM python:3.12-slim
# For the digest as PDF: what WeasyPrint draws text with, and a font.
RUN apt-get update && apt-get install -y --no-install-recommends \
    libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core && rm -rf /var/lib/apt/lists/*
RUN useradd --system --create-home --uid 10001 entrain && install -d -o entrain -g entrain /data
COPY --from=build /opt/entrain /opt/entrain
ENV PATH=/opt/entrain/bin:$PATH PYTHONUNBUFFERED=1 ENTRAIN_DATA_DIR=/data ENTRAIN_HOST=0.0.0.0 ENTRAIN_LOG_JSON=true
USER entrain
WORKDIR /data
VOLUME /data
EXPOSE 3978
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ.get('ENTRAIN_PORT', '3978')}/healthz\", timeout=2)"]
# For PostgreSQL and several workers: docker-compose.yml.
# `entrain run` brings the database to the newest schema before it listens.
CMD ["entrain", "run"]
