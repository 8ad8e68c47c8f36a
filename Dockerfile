# App and probe in one image.
#
#   docker run -d --name scope --privileged --net=host --pid=host --cgroupns=host \
#     -v /var/run/docker.sock:/var/run/docker.sock -v scope-state:/var/lib/scope scope
#
# A link that signs a browser in: docker exec scope node src/main.ts token --link
#
# Options follow the name of the image after "run": scope run --no-app scope.example:4040

FROM node:24-bookworm-slim AS page
WORKDIR /opt/scope
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN node node_modules/vite/bin/vite.js build

FROM node:24-bookworm-slim AS packages
WORKDIR /opt/scope
COPY package.json package-lock.json .npmrc ./
# The image has Node 24 of its own.
RUN npm ci --ignore-scripts --omit=dev && rm -rf node_modules/node-linux-*

FROM node:24-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends libbpf1 \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/scope
COPY --from=packages /opt/scope/node_modules node_modules
COPY --from=page /opt/scope/dist/web dist/web
COPY package.json LICENSE ./
COPY bpf/prebuilt bpf/prebuilt
COPY src src
LABEL works.weave.role=system
ENV SCOPE_STATE_DIR=/var/lib/scope
VOLUME /var/lib/scope
EXPOSE 4040
ENTRYPOINT ["node", "--disable-sigusr1", "--expose-gc", "/opt/scope/src/main.ts"]
CMD ["run"]
