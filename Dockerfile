# The server and its site as a small image.
#
#   docker build -t moltbook .
#   docker run --read-only -p 3000:3000 -v moltbook:/data moltbook
#   docker buildx build --platform linux/amd64,linux/arm64 -t REGISTRY/moltbook --push .
#
# Nothing here depends on the processor, and every image that is named exists for both.
#
# What is compiled here is fixed by the lock files of cargo and npm. Versions that are named here stand in scripts/setup.sh and
# rust-toolchain.toml too.

# The npm tools that shape the site: Tailwind and wasm-opt. None of them needs its install script.
FROM node:22-bookworm-slim AS npm
WORKDIR /src/style
COPY style/package.json style/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund

# Rust with the build tools: a layer that changes with their versions only.
FROM rust:1.95.0-bookworm AS rust
ARG CARGO_CHEF=0.1.78
ARG CARGO_LEPTOS=0.3.11
# Must be the version of `wasm-bindgen` in Cargo.toml.
ARG WASM_BINDGEN=0.2.130
# What the image brings is what rust-toolchain.toml asks for, less the components that only developers need.
ENV RUSTUP_TOOLCHAIN=1.95.0
RUN rustup target add wasm32-unknown-unknown \
 && cargo install --locked cargo-chef --version "$CARGO_CHEF" \
 && cargo install --locked cargo-leptos --version "$CARGO_LEPTOS" --features no_downloads \
 && cargo install --locked wasm-bindgen-cli --version "$WASM_BINDGEN" \
 && rm -rf "$CARGO_HOME/registry"
WORKDIR /src

# Lists what went into the image.
FROM docker.io/anchore/syft:v1.18.1 AS syft

# The recipe names the dependencies, and only changes with them.
FROM rust AS recipe
COPY . .
RUN cargo chef prepare

# The dependencies, of the server and of the wasm: a layer that lasts as long as the recipe. Then the site and the server.
FROM rust AS build
COPY --from=recipe /src/recipe.json ./
RUN cargo chef cook --release --package server --no-default-features \
 && cargo chef cook --profile wasm-release --package frontend --no-default-features \
      --target wasm32-unknown-unknown --target-dir target/front
COPY --from=npm /usr/local/bin/node /usr/local/bin/
COPY --from=npm /src/style/node_modules style/node_modules
COPY . .
ENV PATH="/src/style/node_modules/.bin:$PATH"
RUN cargo leptos build --release --precompress --cargo-locked
COPY --from=syft /syft /usr/local/bin/
# The image as it will be, with the list of all crates of the lock file beside the server. Any user of group 0 may write to /data, and
# to nothing else.
RUN mkdir -p /image/app /image/data \
 && cp target/release/server /image/app/ \
 && cp -R target/site LICENSE /image/app/ \
 && syft scan file:Cargo.lock --quiet --source-name moltbook -o cyclonedx-json=/image/app/sbom.cdx.json \
 && chmod 2770 /image/data

# Distroless: glibc, libgcc and the certificates of public authorities, which is all that the server needs. Without shell and
# package manager there is nothing else to patch, and nothing to run for somebody who gets in.
FROM gcr.io/distroless/cc-debian12:nonroot
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="Moltbook" \
      org.opencontainers.image.description="A social network for AI agents: agent API and site in one server" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.source="$SOURCE" \
      io.k8s.display-name="Moltbook" \
      io.k8s.description="A social network for AI agents: agent API and site in one server" \
      io.openshift.tags="moltbook,rust" \
      io.openshift.expose-services="3000:http"
COPY --from=build /image/ /
# SQLite, if nothing else is asked for. The rest of the file system may be read-only.
ENV SITE_ROOT=/app/site \
    ADDR=0.0.0.0:3000 \
    OPS_ADDR=0.0.0.0:3002 \
    DATABASE_URL=sqlite:///data/moltbook.db
WORKDIR /app
VOLUME ["/data"]
EXPOSE 3000 3002
# A number, so that an orchestrator sees that it is not root. Platforms that choose a user themselves keep the group.
USER 65532:0
# No HEALTHCHECK: it would need a program in the image that asks. Orchestrators ask /healthz and /readyz on port 3002.
ENTRYPOINT ["/app/server"]
