// Signatures of ours, judged by sm-crypto-v2: a code base that shares nothing with ours. TONGBAN_SPECIMEN is the folder that
// `cargo run -p ofd --example specimen` wrote.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import sm from "sm-crypto-v2";

const folder = process.env.TONGBAN_SPECIMEN;
assert.ok(folder, "TONGBAN_SPECIMEN names the folder of the specimen");
const parts = JSON.parse(readFileSync(join(folder, "parts.json"), "utf8"));
const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const holds = (part, userId = "1234567812345678") =>
  sm.sm2.doVerifySignature(bytes(part.message), part.value, part.key, { der: true, hash: true, userId });

for (const part of parts) {
  test(`the value of the ${part.name} holds, and nothing else does`, () => {
    assert.equal(holds(part), true);
    const bent = (hex, at) => {
      const copy = bytes(hex);
      copy[at] ^= 1;
      return Buffer.from(copy).toString("hex");
    };
    const message = bent(part.message, part.message.length / 4 | 0);
    assert.equal(holds({ ...part, message }), false, "another message");
    const value = bent(part.value, part.value.length / 2 - 1);
    assert.equal(holds({ ...part, value }), false, "another value");
    assert.equal(holds(part, "8765432187654321"), false, "another user id");
    const other = parts.find((one) => one.key !== part.key);
    assert.equal(holds({ ...part, key: other.key }), false, "another key");
  });
}

test("every signature of the document is there", () => {
  assert.deepEqual(
    parts.map((part) => part.name),
    ["signature", "seal", "signer's certificate", "root's certificate"],
  );
});
