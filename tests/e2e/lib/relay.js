// A relay on loopback, a maker with a device key, and a site of another origin.

import { blake3 } from "@noble/hashes/blake3.js";
import { spawn } from "node:child_process";
import { webcrypto } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const BUILT = process.env.CARGO_TARGET_DIR ?? new URL("../../../target", import.meta.url).pathname;
const BINARY = process.env.KINORA_RELAY ?? join(BUILT, "debug/kinora-relay");
/** 9 frames of 128×128 with sound. */
export const CLIP = readFileSync(new URL("../../../crates/relay/tests/fixtures/clip.mp4", import.meta.url));
export const hash = (bytes) => Buffer.from(blake3(bytes)).toString("hex");
const url = (bytes) => Buffer.from(bytes).toString("base64url");

/** Returns a remix of a clip: the recipe of its remix link with a word replaced by one of the same length. */
export function remix(clip, before, after) {
  const bytes = Buffer.from(clip.remix_link.split("#r=")[1], "base64url");
  const recipe = Buffer.from(bytes.subarray(0, -4).toString("latin1").replace(before, after), "latin1");
  const file = Buffer.from(CLIP);
  const at = file.indexOf("uuid");
  const type = file.subarray(at + 4, at + 20);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(24 + recipe.length);
  const added = Buffer.concat([size, Buffer.from("uuid"), type, recipe]);
  file.write("free", at);
  return Buffer.concat([file, added]);
}

/** Starts the relay with a new data folder. */
export async function relay(...args) {
  if (!existsSync(BINARY)) throw new Error(`There is no relay at ${BINARY}. Run: cargo build -p kinora-relay`);
  const data = mkdtempSync(join(tmpdir(), "kinora-relay-"));
  const child = spawn(BINARY, ["serve", "--data", data, "--listen", "127.0.0.1:0", ...args], { stdio: ["ignore", "pipe", "ignore"] });
  const lines = createInterface(child.stdout);
  const [line] = await new Promise((done, failed) => {
    lines.once("line", (line) => done([line]));
    child.once("exit", (code) => failed(new Error(`the relay ended with ${code}`)));
  });
  const close = () =>
    new Promise((closed) => {
      child.once("exit", () => {
        rmSync(data, { recursive: true, force: true });
        closed();
      });
      child.kill();
    });
  return { origin: line.replace("listening on ", ""), close };
}

/** Creates a maker with a new key: `ed25519`, or `p256` as in browsers without Ed25519. */
export async function maker(origin, kind = "ed25519") {
  const make = kind === "ed25519" ? { name: "Ed25519" } : { name: "ECDSA", namedCurve: "P-256" };
  const sign = kind === "ed25519" ? { name: "Ed25519" } : { name: "ECDSA", hash: "SHA-256" };
  const pair = await webcrypto.subtle.generateKey(make, false, ["sign", "verify"]);
  const key = `${kind}:${url(await webcrypto.subtle.exportKey("raw", pair.publicKey))}`;

  const ask = async (method, path, body = "", headers = {}) => {
    const time = Math.floor(Date.now() / 1000);
    const nonce = url(webcrypto.getRandomValues(new Uint8Array(16)));
    const message = `Kinora-1\n${origin}\n${method}\n${path}\n${hash(Buffer.from(body))}\n${time}\n${nonce}\n`;
    const signature = url(await webcrypto.subtle.sign(sign, pair.privateKey, Buffer.from(message)));
    return fetch(origin + path, { method, body: body || undefined, headers: { ...headers, Authorization: `Kinora-1 ${key} ${time} ${nonce} ${signature}` } });
  };
  const upload = async (bytes) => {
    const tus = { "Tus-Resumable": "1.0.0" };
    const begun = await expect(201, ask("POST", "/api/uploads", "", { ...tus, "Upload-Length": bytes.length }));
    const address = begun.headers.get("location");
    await expect(204, fetch(address, { method: "PATCH", body: bytes, headers: { ...tus, "Upload-Offset": 0, "Content-Type": "application/offset+octet-stream" } }));
    return { upload: address.split("/").pop(), blake3: hash(bytes) };
  };
  const publish = async ({ video = CLIP, poster, ...fields }) => {
    const body = { title: "A red ball", visibility: "listed", remix: true, licence: "CC-BY-4.0", video: await upload(video), ...fields };
    if (poster) body.poster = await upload(poster);
    return (await expect(201, ask("POST", "/api/clips", JSON.stringify(body)))).json();
  };
  return { ask, publish };
}

async function expect(status, request) {
  const response = await request;
  if (response.status !== status) throw new Error(`${response.status} instead of ${status}: ${await response.text()}`);
  return response;
}

/** Starts a site of one page with a content security policy. */
export async function site(html, policy) {
  const server = createServer((request, response) => {
    if (request.url !== "/") return response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy }).end(html);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const close = () => {
    server.closeAllConnections();
    return new Promise((closed) => server.close(closed));
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, close };
}
