# Builds the extension with Node. Only the bundle goes into the image.
FROM node:22-slim AS extension
WORKDIR /build
COPY extension/package.json extension/package-lock.json extension/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY extension/tsconfig.json ./
COPY extension/src ./src
RUN npm run build

# The sidecar: one image for the commands web, worker and install-extension.
FROM python:3.13-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /app
COPY pyproject.toml README.md LICENSE ./
COPY sidecar ./sidecar
RUN pip install --no-cache-dir --editable . \
    && useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin sidecar
COPY --from=extension /build/package.json ./extension/package.json
COPY --from=extension /build/dist ./extension/dist
USER sidecar
EXPOSE 8000
ENTRYPOINT ["sidecar"]
CMD ["web"]
