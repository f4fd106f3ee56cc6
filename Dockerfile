# Miti's image, and Caddy's. Built by `docker compose build`; the tests run the same commands without an engine.

# Official images of these releases. Their digests are not known to this source: docs/install.md says how to pin them.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
ARG CADDY_IMAGE=caddy:2.11.7-alpine

# The Python on which every test runs.
FROM ${PYTHON_IMAGE} AS build
WORKDIR /srv/miti
RUN python -m venv /venv
COPY requirements.lock ./
RUN /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY miti miti
COPY wakeups wakeups
COPY partners partners
COPY roster roster
COPY routing_rules routing_rules
COPY simulation simulation
COPY indicators indicators
COPY chat chat
COPY widget widget
COPY counsellor_console counsellor_console
COPY coordination coordination
COPY accounts accounts
COPY server server
COPY operations operations
COPY demo demo
COPY SECURITY.md ./
# The keys that this makes in passing stay behind in this stage.
RUN MITI_DATA_DIR=/built /venv/bin/python -m miti build && /venv/bin/python -m compileall -q .

FROM ${PYTHON_IMAGE} AS miti
RUN groupadd --gid 10001 miti && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin miti
COPY --from=build /venv /venv
COPY --from=build /srv/miti /srv/miti
COPY --from=build /built/static /srv/miti/var/static
# Where a volume with the static files of this release and the one before is mounted.
RUN mkdir /srv/miti/var/releases && chown 10001:10001 /srv/miti/var/releases
WORKDIR /srv/miti
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
EXPOSE 8000
CMD ["python", "-m", "miti", "serve"]

FROM ${CADDY_IMAGE} AS caddy
# The copy comes first in the path. It has lost the file's right to bind low ports, which a container without any rights may not run;
# ours listens on high ones.
RUN cp /usr/bin/caddy /usr/local/bin/caddy && mkdir -p /data/caddy && chown -R 10001:10001 /data
USER 10001:10001
