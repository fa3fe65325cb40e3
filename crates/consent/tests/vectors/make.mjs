// Writes requests.json: requests signed by Node's WebCrypto, an independent implementation.
// Run: node crates/consent/tests/vectors/make.mjs BLAKE3_OF_EMPTY BLAKE3_OF_BODY  (from b3sum; Node has no BLAKE3)

import { writeFileSync } from "node:fs";
import { webcrypto } from "node:crypto";

const [EMPTY, HASHED] = process.argv.slice(2);
const BODY = '{"title":"a red ball"}';
const url = (bytes) => Buffer.from(bytes).toString("base64url");
const subtle = webcrypto.subtle;

const kinds = {
  ed25519: { make: { name: "Ed25519" }, sign: { name: "Ed25519" } },
  p256: { make: { name: "ECDSA", namedCurve: "P-256" }, sign: { name: "ECDSA", hash: "SHA-256" } },
};

const vectors = [];
for (const [kind, { make, sign }] of Object.entries(kinds)) {
  const pair = await subtle.generateKey(make, false, ["sign", "verify"]);
  const key = `${kind}:${url(await subtle.exportKey("raw", pair.publicKey))}`;
  for (const [method, path, body, hash] of [
    ["DELETE", "/api/clips/ab12", "", EMPTY],
    ["POST", "/api/clips?x=1", BODY, HASHED],
  ]) {
    const time = 1_790_000_000;
    const nonce = url(webcrypto.getRandomValues(new Uint8Array(16)));
    const message = `Kinora-1\nhttps://clips.example\n${method}\n${path}\n${hash}\n${time}\n${nonce}\n`;
    const signature = url(await subtle.sign(sign, pair.privateKey, Buffer.from(message)));
    vectors.push({ origin: "https://clips.example", method, path, body, message, authorization: `Kinora-1 ${key} ${time} ${nonce} ${signature}` });
  }
}
writeFileSync(new URL("requests.json", import.meta.url), `${JSON.stringify(vectors, null, 2)}\n`);
