// Asks an OpenID Connect provider for tokens from several clients at once, on a process of its own.
//
//   node tokens.mjs PORT CLIENTS SECONDS
//
// Prints one line of JSON: tokens of the machine-to-machine grant a second, and whole sign-ins a second: the page of the
// provider, name, consent, code, code for tokens with PKCE.
import { createHash, randomBytes } from "node:crypto";
import { Agent, request } from "node:http";

const [port, clients, seconds] = process.argv.slice(2).map(Number);
const agent = new Agent({ keepAlive: true, maxSockets: clients });
const basic = (name) => `Basic ${Buffer.from(`${name}:secret`).toString("base64")}`;

/** One request on a kept connection; cookies come from and go to `jar`. */
function call(method, path, { body, headers = {}, jar } = {}) {
  const sent = { ...headers };
  if (jar) sent.cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  if (body) {
    sent["content-type"] = "application/x-www-form-urlencoded";
    sent["content-length"] = Buffer.byteLength(body);
  }
  return new Promise((done, failed) => {
    const asked = request({ host: "127.0.0.1", port, method, path, headers: sent, agent }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part) => (text += part));
      answer.on("end", () => {
        for (const line of jar ? (answer.headers["set-cookie"] ?? []) : []) {
          const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
          if (value) jar.set(name, value);
          else jar.delete(name);
        }
        done({ status: answer.statusCode, location: answer.headers.location, text });
      });
    });
    asked.on("error", failed);
    asked.end(body);
  });
}

async function machine() {
  const answer = await call("POST", "/token", {
    body: "grant_type=client_credentials",
    headers: { authorization: basic("machine") },
  });
  if (!JSON.parse(answer.text).access_token) throw new Error(answer.text);
}

const local = (location) => location.replace(/^http:\/\/[^/]+/, "");

async function person() {
  const jar = new Map();
  const verifier = randomBytes(32).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const back = encodeURIComponent(`http://127.0.0.1:${port}/back`);
  let answer = await call(
    "GET",
    `/auth?client_id=site&response_type=code&scope=openid&redirect_uri=${back}&state=s&nonce=n` +
      `&code_challenge=${challenge}&code_challenge_method=S256`,
    { jar },
  );
  for (const form of ["prompt=login&login=citizen&password=p", "prompt=consent"]) {
    const page = local(answer.location);
    const action = /action="([^"]+)"/.exec((await call("GET", page, { jar })).text);
    answer = await call("POST", local(action?.[1] ?? page), { body: form, jar });
    answer = await call("GET", local(answer.location), { jar });
  }
  const code = new URL(answer.location).searchParams.get("code");
  const tokens = await call("POST", "/token", {
    body: `grant_type=authorization_code&code=${code}&redirect_uri=${back}&code_verifier=${verifier}`,
    headers: { authorization: basic("site") },
  });
  if (!JSON.parse(tokens.text).id_token) throw new Error(tokens.text);
}

/** How often a second all clients together do `work`, after a second to warm up. */
async function rate(work) {
  let per = 0;
  for (const limit of [1000, seconds * 1000]) {
    const begun = performance.now();
    let done = 0;
    const one = async () => {
      while (performance.now() - begun < limit) {
        await work();
        done += 1;
      }
    };
    await Promise.all(Array.from({ length: clients }, one));
    per = (done * 1000) / (performance.now() - begun);
  }
  return per;
}

const figures = [
  { work: "machine-token", unit: "1/s", value: await rate(machine) },
  { work: "code-flow", unit: "1/s", value: await rate(person) },
];
agent.destroy();
console.log(JSON.stringify({ figures }));
