# Builds the extension with Node. Only the bundle goes into the image.
FROM node:22-slim@sha256:c3de60bf2f9dd0ac6370e6117950ff62d6e339527e7472301c9c78a017978392 AS extension
WORKDIR /build
COPY extension/package.json extension/package-lock.json extension/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY extension/tsconfig.json extension/extension.config.js ./
COPY extension/src ./src
RUN npm run build

# Builds the sidecar's wheel, which holds the bundle, and installs it with the pinned packages.
FROM python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b AS wheel
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
COPY requirements.lock requirements-build.lock ./
RUN pip install --require-hashes --requirement requirements-build.lock \
    && python -m venv /sidecar \
    && /sidecar/bin/pip install --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY sidecar ./sidecar
COPY --from=extension /build/package.json ./extension/package.json
COPY extension/third-party-licenses.txt ./extension/
COPY --from=extension /build/dist ./extension/dist
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /sidecar/bin/pip install --no-deps /wheels/*.whl

# The sidecar: one image for the commands web, worker, doctor and install-extension.
FROM python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b
ENV PATH=/sidecar/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    MIGRATION_STORE=/data
# New volumes get the owners of these folders: the sidecar, and the user of the Directus image.
RUN useradd --system --uid 10001 --shell /usr/sbin/nologin sidecar \
    && install --directory --owner=sidecar --mode=0700 /data \
    && install --directory --owner=1000 --group=1000 /extensions
COPY --from=wheel /sidecar /sidecar
USER sidecar
EXPOSE 8000
ENTRYPOINT ["sidecar"]
CMD ["web"]
