// A static host of the built site with byte ranges, the fallback for /r, a log of requests, and damaged files on demand.

import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

export const DIST = process.env.KINORA_DIST ?? new URL("../../../dist", import.meta.url).pathname;

/** Starts a host. `damage` maps a path to a function of the file's bytes and may change while the host runs. */
export async function serve() {
  const log = [];
  const damage = new Map();
  const server = createServer((request, response) => answer(request, response, log, damage));
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise((closed) => server.close(closed));
  };
  return { origin, log, damage, close };
}

function answer(request, response, log, damage) {
  const path = decodeURIComponent(new URL(request.url, "http://host").pathname);
  log.push({ path, range: request.headers.range });
  const file = resolve(path);
  if (!file) return response.writeHead(404).end("not found");
  const headers = { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream", "Cache-Control": "no-cache" };
  const change = damage.get(path);
  if (change) return send(response, headers, change(readFileSync(file)));
  const size = statSync(file).size;
  const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
  const start = range ? Number(range[1]) : 0;
  if (range) headers["Content-Range"] = `bytes ${start}-${size - 1}/${size}`;
  response.writeHead(range ? 206 : 200, { ...headers, "Content-Length": size - start });
  createReadStream(file, { start }).pipe(response);
}

/** Sends bytes; if fewer than `announced`, breaks the connection after them. */
function send(response, headers, { bytes, announced = bytes.length, status = 200 }) {
  response.writeHead(status, { ...headers, "Content-Length": announced });
  response.write(bytes, () => (announced === bytes.length ? response.end() : response.destroy()));
}

const FIXTURES = new URL("../../fixtures/", import.meta.url).pathname;

/** Maps a path to a file: the toy's to its fixture, all others to the site. */
function resolve(path) {
  if (path.startsWith("/models/toy/")) return within(FIXTURES, path.slice("/models/".length));
  const file = normalize(join(DIST, path));
  if (!file.startsWith(DIST)) return null;
  if (existsSync(file) && statSync(file).isFile()) return file;
  const index = join(DIST, "index.html");
  return extname(path) === "" && existsSync(index) ? index : null;
}

function within(folder, path) {
  const file = normalize(join(folder, path));
  return file.startsWith(folder) && existsSync(file) && statSync(file).isFile() ? file : null;
}
