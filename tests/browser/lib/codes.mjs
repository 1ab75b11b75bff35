// The authenticator of a member of staff: six digits every 30 seconds, each accepted once by the house.
import { createHmac } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const STEP = 30_000;

/** The code of a secret in base 32 for a time step (RFC 6238, SHA-1). */
export function codeAt(secret, step) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const letter of secret.toUpperCase().replace(/[^A-Z2-7]/g, "")) {
    bits += letters.indexOf(letter).toString(2).padStart(5, "0");
  }
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac("sha1", key).update(counter).digest();
  const offset = digest[19] & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/**
 * A code that this person has not used yet. The house takes one a step early, so two sign-ins fit into
 * half a minute; a third waits. Which were used stands beside the demo's data: test files are processes.
 */
export async function freshCode(who, folder) {
  const file = join(folder, "used-codes.json");
  const used = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  let step = Math.floor(Date.now() / STEP);
  const last = used[who.login] ?? 0;
  if (last >= step) step = last + 1;
  while (step > Math.floor(Date.now() / STEP) + 1) await pause(500);
  used[who.login] = step;
  writeFileSync(file, JSON.stringify(used));
  return codeAt(who.totp_secret, step);
}
