import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SECRET } from "./app.ts";
import { portableCases } from "./portable.ts";
import { buildServers, runtimes, type Started } from "./runtimes.ts";

beforeAll(buildServers);

function signed(body: string, headers: Record<string, string> = {}): RequestInit {
  const mac = createHmac("sha256", SECRET).update(body).digest("hex");
  return {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "X-Hub-Signature-256": `sha256=${mac}`,
      "X-GitHub-Event": "ping",
      "X-GitHub-Delivery": "1",
      ...headers,
    },
    body,
  };
}

describe.each(runtimes)("$name", (runtime) => {
  let started: Started;
  let shown: Record<string, string>;
  beforeAll(async () => {
    started = await runtime.start();
    const response = await fetch(`${started.url}/cases`);
    shown = (await response.json()) as Record<string, string>;
  });
  afterAll(() => started?.stop());

  test.each(portableCases)("$name", ({ name }) => {
    expect(shown[name]).toBe("yes");
  });

  test(`verifies with ${runtime.backend}`, async () => {
    const response = await fetch(`${started.url}/backend`);
    expect(await response.json()).toEqual({ webCrypto: runtime.backend === "WebCrypto" });
  });

  test.each(["fetch", "hono"] as const)(
    "real deliveries by %s: genuine, again, forged, too large, by a slow chunk",
    async (kind) => {
      const url = `${started.url}/${kind}`;
      const body = JSON.stringify({ zen: `${runtime.name} ä`, kind });
      const first = await fetch(url, signed(body));
      expect(first.status).toBe(202);
      const answer = kind === "hono" ? { type: "ping", again: JSON.parse(body) } : "taken";
      expect(await (kind === "hono" ? first.json() : first.text())).toEqual(answer);
      expect((await fetch(url, signed(body))).status).toBe(200);
      const forged = await fetch(url, { ...signed(body), body: `${body} ` });
      expect(forged.status).toBe(401);
      expect(await forged.json()).toMatchObject({ code: "signature_mismatch" });
      expect((await fetch(url, { method: "POST", body: "{}" })).status).toBe(401);
      expect((await fetch(url, signed(JSON.stringify("x".repeat(20_000))))).status).toBe(413);

      const chunked = JSON.stringify({ zen: "chunked", kind });
      expect(await deliverInChunks(url, chunked)).toContain("HTTP/1.1 202");

      const runs = (await (await fetch(`${started.url}/runs`)).json()) as Record<string, number>;
      expect(runs[kind]).toBe(2);
    },
  );

  test("a lease is renewed in each request, also after another one has ended", async () => {
    expect(await held(started.url, "short", 1)).toEqual({ beats: 0 });
    const [first, second] = await Promise.all([
      held(started.url, "one", 1000),
      held(started.url, "two", 1500),
    ]);
    expect(first).not.toEqual({ beats: 0 });
    expect(second).not.toEqual({ beats: 0 });
  });

  test("a compressed delivery is inflated", async () => {
    const body = JSON.stringify({ zen: "compressed" });
    const response = await fetch(`${started.url}/fetch`, {
      ...signed(body, { "Content-Encoding": "gzip" }),
      body: gzipSync(body) as BodyInit,
    });
    expect(response.status).toBe(202);
  });
});

/** Has a delivery held for some time, and returns how often its lease was renewed. */
async function held(url: string, id: string, ms: number): Promise<unknown> {
  return (await fetch(`${url}/lease?ms=${ms}`, signed(JSON.stringify({ id })))).json();
}

/** One byte a chunk; resolves to what came back. */
function deliverInChunks(url: string, body: string): Promise<string> {
  const { hostname, port, pathname, host } = new URL(url);
  const headers = Object.entries(signed(body).headers as Record<string, string>)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let received = "";
    socket.on("data", (data) => {
      received += String(data);
    });
    socket.once("error", reject);
    socket.once("close", () => resolve(received));
    socket.write(
      `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n${headers}\r\n`,
    );
    for (const byte of Buffer.from(body)) socket.write(Buffer.from([49, 13, 10, byte, 13, 10]));
    socket.write("0\r\n\r\n");
  });
}
