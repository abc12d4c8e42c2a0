# The gateway alone. docker-compose.yml adds PostgreSQL and Asterisk; docs/operations/containers.md tells how to run it.

FROM node:24-trixie-slim AS app
WORKDIR /opt/ivrs-gateway
COPY package.json package-lock.json ./
# Without the embedded PostgreSQL (it is optional): a container's database is another container. Of the packages that are
# left, none has to run anything to be installed.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund
COPY . .
# Whoever cloned with a umask of 077 would otherwise make an image that its own user cannot read.
RUN chmod -R a+rX .

FROM node:24-trixie-slim
# tini: the gateway would otherwise be process 1, which the kernel lets ignore SIGTERM until there is a handler for it, and
# which would have to reap what ffmpeg and espeak-ng leave behind.
RUN apt-get update \
  && apt-get install -y --no-install-recommends espeak-ng ffmpeg tini \
  && rm -rf /var/lib/apt/lists/*
# The numbers are those of asterisk/Dockerfile: both write to the data volume.
RUN groupadd --gid 10001 ivrs \
  && useradd --uid 10001 --gid ivrs --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin ivrs \
  && install -d -o ivrs -g ivrs /data
COPY --from=app /opt/ivrs-gateway /opt/ivrs-gateway
WORKDIR /opt/ivrs-gateway
# A container's loopback is its own: HTTP listens on all its addresses, and what is published is decided outside.
ENV NODE_ENV=production IVRS_HOST=0.0.0.0 IVRS_PORT=8080 IVRS_DATA_DIR=/data NODE_COMPILE_CACHE=/data/.node MALLOC_ARENA_MAX=1
USER 10001:10001
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# That the process lives, not that calls can be placed: a restart mends no trunk.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.IVRS_PORT + '/healthz', { signal: AbortSignal.timeout(4000) }).then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--"]
CMD ["node", "--max-semi-space-size=8", "--no-parallel-scavenge", "--heap-growing-percent=100", "src/main.ts"]
