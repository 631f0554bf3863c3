import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import type { Provider } from "@countersign/core";
import { github, stripe } from "@countersign/core/providers";
import { signedRequest, type SignedRequestOptions } from "@countersign/sender/testing";
import { afterEach, describe, expect, test } from "vitest";
import { servers } from "../round-trip/servers.ts";
import { countersign } from "./countersign.ts";
import { type Listening, listening } from "./listening.ts";
import { type RawApp, rawApp } from "./raw-app.ts";

const SECRET = "the-canary-secret-of-this-test";
const OTHER = "the-other-canary-secret";
const env = { GITHUB_SECRET: SECRET, STRIPE_SECRET: OTHER };
const FROM_GITHUB = ["--provider", "github", "--secret-env", "GITHUB_SECRET"];

let running: Listening | undefined;
const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await running?.stop();
  running = undefined;
  for (const each of closing.splice(0)) await each.close();
});

async function listen(...args: string[]): Promise<Listening> {
  running = await listening(args, env);
  return running;
}

async function app(answer: string): Promise<RawApp> {
  const started = await rawApp(answer);
  closing.push(started);
  return started;
}

/** Posts a signed delivery; returns the status. */
async function post(url: string, options: Partial<SignedRequestOptions> = {}): Promise<number> {
  const request = await signedRequest({
    provider: github,
    secret: SECRET,
    body: { a: 1 },
    type: "push",
    ...options,
    url,
  });
  const response = await fetch(request.toRequest());
  await response.arrayBuffer();
  return response.status;
}

describe("countersign listen", () => {
  test("verifies each delivery, and answers as a receiver would", async () => {
    const { url, deliveries, said, stop } = await listen(...FROM_GITHUB);
    const id = "7b1e";
    expect(await post(`${url}/github`, { id })).toBe(200);
    expect(await post(`${url}/github`, { id })).toBe(200);
    expect(await post(`${url}/github`, { tamper: "body" })).toBe(401);
    const [first, again, spoilt] = await deliveries(3);
    expect(first).toMatchObject({
      id: "1",
      verdict: "verified",
      provider: "github",
      event: { id, type: "push" },
      answered: { by: "countersign", status: 200 },
    });
    expect(again).toMatchObject({ verdict: "duplicate" });
    expect(spoilt).toMatchObject({ verdict: "refused", code: "signature_mismatch" });
    expect(String(spoilt?.["text"])).toContain("does not verify");
    expect(said()).not.toContain(SECRET);
    expect(await stop()).toBe(0);
  });

  test("keeps several providers in one process apart, by route", async () => {
    const { url, deliveries } = await listen(
      "--route",
      "/stripe=stripe:STRIPE_SECRET",
      "--route",
      "/gh=github:GITHUB_SECRET",
    );
    expect(await post(`${url}/gh`)).toBe(200);
    expect(await post(`${url}/stripe`, { provider: stripe, secret: OTHER })).toBe(200);
    expect(await post(`${url}/stripe`)).toBe(401);
    expect(await post(`${url}/nobody`)).toBe(200);
    expect((await deliveries(4)).map(({ verdict }) => verdict)).toEqual([
      "verified",
      "verified",
      "refused",
      "unchecked",
    ]);
  });

  test("does not show the secret in the list of processes, or in a delivery that carries it", async () => {
    const { url, deliveries, said, pid } = await listen(...FROM_GITHUB);
    expect(readFileSync(`/proc/${pid}/cmdline`, "latin1")).not.toContain(SECRET);
    await fetch(`${url}/?token=${SECRET}`, {
      method: "POST",
      headers: {
        "x-token": SECRET,
        authorization: `Basic ${Buffer.from(`user:${SECRET}`).toString("base64")}`,
      },
    });
    await deliveries(1);
    expect(said()).toContain("[secret]");
    expect(said()).not.toContain(SECRET);
  });

  test("prints nothing that a terminal would obey", async () => {
    const request = await signedRequest({ provider: github, secret: SECRET, body: { a: 1 } });
    const headers = { ...request.headers, "x-github-event": "push\u009b31mred" };
    const shown = await listening([...FROM_GITHUB], env);
    await fetch(shown.url, { method: "POST", headers, body: request.body as BodyInit });
    const [delivery] = await shown.deliveries(1);
    await shown.stop();
    expect(delivery).toMatchObject({ verdict: "verified", event: { type: "push\u009b31mred" } });
    expect(shown.said()).not.toContain("\u001b");
  });
});

describe("countersign listen --forward", () => {
  const bodies: readonly [string, Buffer, string][] = [
    ["a binary body", Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)), ""],
    ["5 MiB", Buffer.alloc(5 * 1024 * 1024, "0123456789\n"), ""],
    [
      "Latin-1 in body and headers",
      Buffer.from("caf\xe9 \xa3", "latin1"),
      "X-Name: caf\xe9 \xa3\r\n",
    ],
    ["gzip", gzipSync('{"a":1}'), "Content-Encoding: gzip\r\n"],
    [
      "repeated headers in any case",
      Buffer.from("{}"),
      "X-Twice: 1\r\nx-twice: 2\r\nSET-cookie: a=1\r\nset-Cookie: b=2\r\n",
    ],
    ["no body", Buffer.alloc(0), "X-Empty: \r\n"],
  ];

  test.each(bodies)("passes on %s, byte for byte", async (_, body, headers) => {
    const target = await app("HTTP/1.1 204 No Content\r\n\r\n");
    const { url, deliveries } = await listen(...FROM_GITHUB, "--forward", target.url);
    const { port, host } = new URL(url);
    const head = `POST /github?a=%20b HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: Sender/1\r\n${headers}X-Last: é\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
    const answer = await overSocket(
      Number(port),
      Buffer.concat([Buffer.from(head, "latin1"), body]),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 204 /);
    expect(target.requests).toHaveLength(1);
    expect(target.requests[0]?.head).toBe(Buffer.from(head, "latin1").toString("latin1"));
    expect(target.requests[0]?.body.equals(body)).toBe(true);
    expect(await deliveries(1)).toMatchObject([{ bytes: body.length, answered: { status: 204 } }]);
  });

  test("passes on a chunked body as it was sent", async () => {
    const target = await app("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    const { url } = await listen(...FROM_GITHUB, "--forward", target.url);
    const { port, host } = new URL(url);
    const head = `POST / HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`;
    await overSocket(Number(port), Buffer.from(`${head}3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n`));
    expect(target.requests[0]?.head).toBe(head);
    expect(target.requests[0]?.body.toString()).toBe("7\r\nabcdefg\r\n0\r\n\r\n");
  });

  test("gives the sender the application's answer, and frees the event when that is no success", async () => {
    const target = await app(
      "HTTP/1.1 503 Not Now\r\nRetry-After: 7\r\nX-App: 1\r\nx-app: 2\r\nContent-Length: 4\r\n\r\nbusy",
    );
    const { url, deliveries } = await listen(...FROM_GITHUB, "--forward", `${target.url}/hook`);
    const id = "retry-me";
    const request = await signedRequest({
      provider: github,
      secret: SECRET,
      body: { a: 1 },
      id,
      url,
    });
    const response = await fetch(request.toRequest());
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("7");
    expect(response.headers.get("x-app")).toBe("1, 2");
    expect(await response.text()).toBe("busy");
    await post(url, { id });
    expect(target.requests.map(({ head }) => head.split(" ")[1])).toEqual(["/hook", "/hook"]);
    expect((await deliveries(2)).map(({ verdict }) => verdict)).toEqual(["verified", "verified"]);
  });

  test("answers 502 where the application is not there", async () => {
    const { url, deliveries } = await listen(...FROM_GITHUB, "--forward", "http://127.0.0.1:9/");
    expect(await post(url)).toBe(502);
    expect(await deliveries(1)).toMatchObject([{ answered: { failure: "ECONNREFUSED" } }]);
  });

  test.each(servers)("shows what a receiver on $name answers", async ({ start }) => {
    const server = await start(
      { provider: github as unknown as Provider, secret: SECRET },
      () => 200,
    );
    closing.push(server);
    const { url, deliveries } = await listen(...FROM_GITHUB, "--forward", server.url);
    expect(await post(url)).toBe(200);
    expect(await post(url, { tamper: "body" })).toBe(401);
    expect(await deliveries(2)).toMatchObject([
      { verdict: "verified", answered: { by: "app", status: 200 } },
      { verdict: "refused", answered: { by: "app", status: 401 } },
    ]);
  });
});

test.each([
  [["--route", "nonsense"], /--route takes/],
  [["--route", "/x=github:NOT_SET"], /NOT_SET is not set/],
  [["--port", "port"], /not a port/],
  [["--forward", "localhost:3000"], /not an http: or https: URL/],
])("countersign listen %s is a usage error", async (args, message) => {
  const { code, stderr } = await countersign(["listen", ...args], { env });
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});

/** Writes bytes to a port, and returns all that comes back. */
async function overSocket(port: number, bytes: Buffer): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(bytes);
  let answer = "";
  for await (const piece of socket) answer += (piece as Buffer).toString("latin1");
  return answer;
}
