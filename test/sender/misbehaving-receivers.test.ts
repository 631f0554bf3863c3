import { createSender, retryPolicies, type RetryPolicy, type Sender } from "@countersign/sender";
import { github } from "@countersign/core/providers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answer, rawServer, type RawServer } from "./raw-server.ts";

const secret = "a secret of some length, as text";
const timeoutMs = 1000;
let sender: Sender;
beforeAll(() => {
  sender = createSender({ allowPrivateAddresses: true, timeoutMs });
});
afterAll(() => sender.close());

const request = (url: string): Parameters<Sender["send"]>[0] => ({
  url,
  provider: github,
  secret,
  body: { a: 1 },
});

async function against(
  onRequest: Parameters<typeof rawServer>[0],
): Promise<{ record: Awaited<ReturnType<Sender["send"]>>; server: RawServer }> {
  const server = await rawServer(onRequest);
  const record = await sender.send(request(server.url));
  await server.close();
  return { record, server };
}

describe("a receiver that", () => {
  test("refuses the connection: refused", async () => {
    const server = await rawServer(() => {});
    await server.close();
    const record = await sender.send(request(server.url));
    expect(record).toMatchObject({ outcome: "failed", attempts: [{ error: "refused" }] });
    expect(record.attempts[0]?.status).toBeUndefined();
  });

  test("resets it: reset", async () => {
    const { record } = await against((socket) => socket.resetAndDestroy());
    expect(record).toMatchObject({ outcome: "failed", attempts: [{ error: "reset" }] });
  });

  test("closes it in the middle of an answer: reset, with the status that came", async () => {
    const { record } = await against((socket) =>
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"),
    );
    expect(record).toMatchObject({
      outcome: "failed",
      attempts: [{ error: "reset", status: 200 }],
    });
  });

  test("says that it is gone, and breaks off then: gone", async () => {
    const { record } = await against((socket) =>
      socket.end("HTTP/1.1 410 Gone\r\ncontent-length: 100\r\n\r\nhalf"),
    );
    expect(record).toMatchObject({ outcome: "gone", attempts: [{ status: 410, error: "reset" }] });
  });

  test("asks for a wait with more digits than a number has: a record that JSON can hold", async () => {
    const { record } = await against((socket) =>
      socket.write(answer("503 Busy", `retry-after: ${"9".repeat(400)}\r\n`)),
    );
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
    expect(record.attempts[0]?.retryAfterMs).toBe(Number.MAX_SAFE_INTEGER);
  });

  test("never answers: timeout, when the whole attempt's time is over", async () => {
    const { record } = await against(() => {});
    expect(record).toMatchObject({ outcome: "failed", attempts: [{ error: "timeout" }] });
    expect(record.attempts[0]?.durationMs).toBeGreaterThanOrEqual(timeoutMs - 5);
    expect(record.attempts[0]?.durationMs).toBeLessThan(timeoutMs + 3000);
  });

  test("answers one byte at a time: timeout, though something always comes", async () => {
    const { record } = await against((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
      const timer = setInterval(() => socket.write("x"), 50);
      socket.once("close", () => clearInterval(timer));
    });
    expect(record).toMatchObject({
      outcome: "failed",
      attempts: [{ error: "timeout", status: 200 }],
    });
    expect(record.attempts[0]?.receivedBytes).toBeGreaterThan(1);
    expect(record.attempts[0]?.durationMs).toBeLessThan(timeoutMs + 3000);
  });

  test("sends a head one byte at a time: timeout", async () => {
    let sent = 0;
    const { record } = await against((socket) => {
      const timer = setInterval(() => socket.write("HTTP/1.1 200 OK"[sent++] ?? "K"), 50);
      socket.once("close", () => clearInterval(timer));
    });
    expect(record.attempts[0]?.error).toBe("timeout");
  });

  test("sends a body of 100 MB: what its status says, and the rest is not read", async () => {
    let written = 0;
    const { record } = await against((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${100 * 1024 * 1024}\r\n\r\n`);
      const piece = Buffer.alloc(64 * 1024);
      const more = (): void => {
        while (!socket.destroyed && written < 100 * 1024 * 1024) {
          written += piece.length;
          if (!socket.write(piece)) return void socket.once("drain", more);
        }
      };
      more();
    });
    expect(record).toMatchObject({ outcome: "delivered", attempts: [{ status: 200 }] });
    expect(record.attempts[0]?.receivedBytes).toBeLessThan(256 * 1024);
    expect(written).toBeLessThan(20 * 1024 * 1024);
  });

  test("sends endless headers: protocol", async () => {
    const { record } = await against((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      for (let sent = 0; sent < 100; sent++) socket.write(`x-${sent}: ${"y".repeat(1000)}\r\n`);
    });
    expect(record).toMatchObject({ outcome: "failed", attempts: [{ error: "protocol" }] });
  });

  test("talks something else than HTTP: protocol", async () => {
    const { record } = await against((socket) => socket.write("220 mail.example ESMTP\r\n"));
    expect(record).toMatchObject({ outcome: "failed", attempts: [{ error: "protocol" }] });
  });

  test("redirects, to itself in a loop or to somewhere inside: a failure, and nothing is followed", async () => {
    const inside = await rawServer((socket) => socket.write(answer("200 OK")));
    for (const location of [inside.url, "/webhooks", "http://169.254.169.254/"]) {
      // oxlint-disable-next-line no-await-in-loop
      const { record, server } = await against((socket) =>
        socket.write(answer("307 Temporary Redirect", `location: ${location}\r\n`)),
      );
      expect(record).toMatchObject({
        outcome: "failed",
        attempts: [{ status: 307, error: "status" }],
      });
      expect(server.requests).toBe(1);
    }
    expect(inside.connections).toBe(0);
    await inside.close();
  });

  test("answers 500 five times and then 200: delivered with the sixth attempt", async () => {
    const patient = createSender({
      allowPrivateAddresses: true,
      retry: { ...retryPolicies.standardWebhooks, delaysSeconds: Array(9).fill(0.01) as number[] },
    });
    const server = await rawServer((socket, count) =>
      socket.write(answer(count <= 5 ? "500 Oops" : "200 OK")),
    );
    const record = await patient.send(request(server.url));
    expect(record.outcome).toBe("delivered");
    expect(record.attempts.map(({ status }) => status)).toEqual([500, 500, 500, 500, 500, 200]);
    await server.close();
    await patient.close();
  });

  test("does something else each time leaves the sender fit for the next delivery", async () => {
    const patient = createSender({ allowPrivateAddresses: true });
    const server = await rawServer((socket, count) => {
      if (count % 3 === 0) socket.resetAndDestroy();
      else if (count % 3 === 1) socket.write(answer("200 OK"));
      else socket.end("nonsense\r\n\r\n");
    });
    const records = await Promise.all(
      Array.from({ length: 90 }, () => patient.send(request(server.url))),
    );
    const errors = records.map(({ attempts }) => attempts[0]?.error);
    expect(errors.filter((error) => error === undefined)).toHaveLength(30);
    expect(errors.filter((error) => error === "reset")).toHaveLength(30);
    expect(errors.filter((error) => error === "protocol")).toHaveLength(30);
    await server.close();
    await patient.close();
  });
});

/** How long a sender waits that is asked to, and what it made of that; it gives up after 10 s. */
async function waitAsked(
  header: string,
  policy: Partial<RetryPolicy> = {},
): Promise<{ waitedMs: number; retryAfterMs: number | undefined }> {
  const retrying = createSender({
    allowPrivateAddresses: true,
    retry: { delaysSeconds: [0, 0], jitter: 0, ...policy },
  });
  const server = await rawServer((socket, count) =>
    socket.write(
      count === 1
        ? answer("503 Service Unavailable", `retry-after: ${header}\r\n`)
        : answer("200 OK"),
    ),
  );
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 10_000);
  const startMs = performance.now();
  const record = await retrying.send(request(server.url), { signal: stop.signal });
  const waitedMs = performance.now() - startMs;
  clearTimeout(timer);
  await server.close();
  await retrying.close();
  expect(record.outcome).toBe("delivered");
  return { waitedMs, retryAfterMs: record.attempts[0]?.retryAfterMs };
}

describe("a Retry-After", () => {
  test("in seconds is waited for", async () => {
    const { waitedMs, retryAfterMs } = await waitAsked("1");
    expect(waitedMs).toBeGreaterThanOrEqual(995);
    expect(retryAfterMs).toBe(1000);
  });

  test("as an HTTP date, in each of its three forms, is waited for", async () => {
    const at = new Date(Date.now() + 3000);
    const imf = at.toUTCString();
    const [, day = "", month = "", year = "", time = ""] =
      /^\w+, (\d+) (\w+) (\d+) (\S+) GMT$/.exec(imf) ?? [];
    const asctime = `${imf.slice(0, 3)} ${month} ${day.replace(/^0/, " ")} ${time} ${year}`;
    const rfc850 = `${at.toLocaleDateString("en", { weekday: "long", timeZone: "UTC" })}, ${day}-${month}-${year.slice(2)} ${time} GMT`;
    const waits = await Promise.all([imf, asctime, rfc850].map((header) => waitAsked(header)));
    for (const { waitedMs, retryAfterMs } of waits) {
      expect(waitedMs).toBeGreaterThan(500);
      expect(retryAfterMs).toBeGreaterThan(500);
      expect(retryAfterMs).toBeLessThanOrEqual(3000);
    }
  });

  test("of an hour, or of a year, is capped by the policy", async () => {
    for (const header of [
      "3600",
      "31536000",
      "9".repeat(400),
      new Date(Date.now() + 3.2e10).toUTCString(),
    ]) {
      // oxlint-disable-next-line no-await-in-loop
      const { retryAfterMs } = await waitAsked(header, { maxRetryAfterSeconds: 0.2 });
      expect(retryAfterMs).toBeGreaterThan(3_000_000);
    }
  });

  test("that says nothing is as if it were not there", async () => {
    for (const header of ["soon", "-5", "1.5", "2026-11-22T04:00:00Z"]) {
      // oxlint-disable-next-line no-await-in-loop
      const { waitedMs, retryAfterMs } = await waitAsked(header);
      expect(retryAfterMs).toBeUndefined();
      expect(waitedMs).toBeLessThan(4000);
    }
  });
});
