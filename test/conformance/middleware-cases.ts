import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import {
  type ClaimStore,
  defineProvider,
  handlers,
  memoryStore,
  type Provider,
  type ReceiptRecord,
  type ReceiverOptions,
  type WebhookEvent,
} from "@countersign/core";
import { para, paradym } from "@countersign/core/providers";
import { chunksOf, headOf, macOf, paradymBody, requestOf, SECRET } from "./delivery.ts";
import type { Front, Reply, Running, Setup, Subject } from "./subject.ts";
import { Wire, type WireResponse } from "./wire.ts";

/** One thing that every framework has to do alike. */
export interface MiddlewareCase {
  readonly group: string;
  readonly name: string;
  /** Only for subjects that can do this. */
  readonly needs?: Subject["can"] extends ReadonlySet<infer Ability> ? Ability : never;
  /** Returns what to write in the matrix where it is not a plain yes. */
  readonly run: (subject: Subject) => Promise<string | void>;
}

const LIMIT_BYTES = 4096;
/** Long enough for a busy machine; the case of the slow sender has its own. */
const BODY_TIMEOUT_MS = 5000;

/** Signs the body, whatever it is; its events are told apart by it. */
const bytesProvider: Provider = defineProvider({
  name: "bytes",
  signature: { header: "X-Paradym-HMAC-SHA-256", encoding: "hex" },
  body: { format: "bytes" },
  dedup: "content",
});

/** Signs the URL as well. */
const urlProvider: Provider = defineProvider({
  name: "signs-url",
  signature: { header: "X-Paradym-HMAC-SHA-256", encoding: "hex", content: "{url}{body}" },
  dedup: "content",
});

/** Wants no body in the answers. */
const terseProvider: Provider = defineProvider({
  name: "terse",
  signature: { header: "X-Paradym-HMAC-SHA-256", encoding: "hex" },
  dedup: "content",
  delivery: { emptyAnswers: true },
});

interface Site extends Running {
  /** The events that reached the handler. */
  readonly events: WebhookEvent[];
  readonly records: ReceiptRecord[];
  /** Sends one request on a connection of its own. */
  readonly post: (request: Uint8Array, toHead?: boolean) => Promise<WireResponse | undefined>;
}

interface Wanted extends Partial<Omit<Setup, "options">> {
  readonly options?: Omit<Partial<ReceiverOptions>, "provider"> & { readonly provider?: unknown };
}

/** Starts the subject, runs `visit`, and stops it whatever happens. */
async function at(
  subject: Subject,
  { options, handle, ...setup }: Wanted,
  visit: (site: Site) => Promise<string | void>,
): Promise<string | void> {
  const events: WebhookEvent[] = [];
  const records: ReceiptRecord[] = [];
  const running = await subject.start({
    ...setup,
    options: {
      provider: paradym,
      secret: SECRET,
      maxBodyBytes: LIMIT_BYTES,
      bodyTimeoutMs: BODY_TIMEOUT_MS,
      onReceipt: (record) => records.push(record),
      onWarning: () => {},
      ...options,
    } as ReceiverOptions,
    handle: (event, claim) => {
      events.push(event);
      return handle?.(event, claim);
    },
  });
  try {
    return await visit({
      ...running,
      events,
      records,
      post: async (request, toHead = false) => {
        const wire = await Wire.to(running.port);
        try {
          wire.send(request);
          return await wire.response({ toHead });
        } finally {
          wire.leave();
        }
      },
    });
  } finally {
    await running.stop();
  }
}

async function eventually(what: string, is: () => boolean): Promise<void> {
  const untilMs = performance.now() + 10_000;
  while (!is()) {
    if (performance.now() > untilMs) throw new Error(`did not happen: ${what}`);
    await sleep(5);
  }
}

function assertProblem(response: WireResponse | undefined, status: number, code: string): void {
  assert.equal(response?.status, status, `${code}: ${response?.body}`);
  assert.match(response.headers.get("content-type") ?? "", /^application\/problem\+json/);
  const problem = JSON.parse(response.body) as Record<string, unknown>;
  assert.deepEqual(Object.keys(problem).toSorted(), ["code", "status", "title"]);
  assert.equal(problem["code"], code);
}

/** Sends what is to be refused; nothing may reach the handler. */
function refused(
  group: string,
  name: string,
  status: number,
  code: string,
  request: (() => Uint8Array) | Uint8Array,
  wanted: Wanted = {},
): MiddlewareCase {
  return {
    group,
    name: `${name}: ${status}`,
    run: (subject) =>
      at(subject, wanted, async ({ post, events, records }) => {
        assertProblem(
          await post(typeof request === "function" ? request() : request),
          status,
          code,
        );
        assert.equal(events.length, 0);
        assert.equal(records.at(-1)?.code, code);
      }),
  };
}

/** Sends what is to be accepted, and looks at the event. */
function accepted(
  group: string,
  name: string,
  request: () => Uint8Array,
  wanted: Wanted = {},
  look: (event: WebhookEvent) => void = () => {},
): MiddlewareCase {
  return {
    group,
    name,
    run: (subject) =>
      at(subject, wanted, async ({ post, events, records }) => {
        const response = await post(request());
        assert.equal(response?.status, 200, response?.body);
        assert.equal(events.length, 1);
        await eventually(
          "the claim is completed",
          () => records.at(-1)?.settlement === "completed",
        );
        const [event] = events;
        assert.ok(event);
        look(event);
      }),
  };
}

const genuine = (n = 1): Buffer => requestOf({ body: paradymBody(n) });
const forged = (): Buffer =>
  requestOf({ body: paradymBody(1), headers: { "X-Paradym-HMAC-SHA-256": "0".repeat(64) } });
const signature = (value: string | readonly string[] | undefined): Buffer =>
  requestOf({ body: paradymBody(1), headers: { "X-Paradym-HMAC-SHA-256": value } });
const encoded = (encoding: string, sent: Uint8Array, signed: Uint8Array = sent): Buffer =>
  requestOf({
    body: sent,
    headers: { "Content-Encoding": encoding, "X-Paradym-HMAC-SHA-256": macOf(signed) },
  });
const ofLength = (length: number): Buffer => {
  const body = paradymBody(1);
  return Buffer.concat([body, Buffer.alloc(length - body.length, " ")]);
};
/** Signed for the URL that the sender called, and passed on by a proxy that says which one it was. */
const forwarded = (): Buffer => {
  const url = Buffer.from("https://hooks.example.com:8443/hook");
  return requestOf({
    body: paradymBody(1),
    headers: {
      "X-Paradym-HMAC-SHA-256": macOf(Buffer.concat([url, paradymBody(1)])),
      "X-Forwarded-Proto": "https",
      "X-Forwarded-Host": "hooks.example.com:8443",
    },
  });
};
const signsUrl = { options: { provider: urlProvider } };
const bytes = { options: { provider: bytesProvider } };
const inflating = { options: { inflate: true } };

const SIGNATURES = "Signature";
const BODIES = "Body";
const FRONT = "In front";
const ANSWERS = "Handler";
const ONCE = "Once";
const CONNECTION = "Connection";

/** The forged bomb is one too: nothing is believed before the signature is. */
const bomb = (): Buffer => {
  const inside = ofLength(1024 * 1024);
  return encoded("gzip", gzipSync(inside), inside);
};

const signatureCases: MiddlewareCase[] = [
  accepted(
    SIGNATURES,
    "genuine: 200, handled once, body parsed",
    () => genuine(),
    {},
    (event) => {
      assert.equal(event.type, "workflowExecution.completed");
      assert.deepEqual(event.body, JSON.parse(paradymBody(1).toString()));
      assert.deepEqual(Buffer.from(event.rawBody), paradymBody(1));
    },
  ),
  refused(SIGNATURES, "forged", 401, "signature_mismatch", forged),
  refused(SIGNATURES, "missing", 401, "signature_missing", () => signature(undefined)),
  refused(SIGNATURES, "empty", 401, "signature_malformed", () => signature("")),
  refused(SIGNATURES, "garbage", 401, "signature_malformed", () => signature("\u00e9{}\u00ff;=,")),
  refused(SIGNATURES, "15 KiB", 401, "signature_malformed", () => signature("a".repeat(15 * 1024))),
  refused(SIGNATURES, "repeated, one of them genuine", 401, "signature_malformed", () =>
    signature([macOf(paradymBody(1)), "0".repeat(64)]),
  ),
  {
    group: SIGNATURES,
    name: "over what the server takes in headers: 431 from the server",
    run: (subject) =>
      at(subject, {}, async ({ post, events }) => {
        assert.equal((await post(signature("a".repeat(17 * 1024))))?.status, 431);
        assert.equal(events.length, 0);
      }),
  },
  {
    group: SIGNATURES,
    name: "every method of the route: nothing reaches the handler unverified",
    run: (subject) =>
      at(subject, {}, async ({ post, events }) => {
        for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
          for (const headers of [
            { "X-Paradym-HMAC-SHA-256": undefined, "Content-Type": undefined },
            { "X-Paradym-HMAC-SHA-256": "0".repeat(64) },
          ]) {
            const response = await post(requestOf({ method, headers }), method === "HEAD");
            assert.equal(response?.status, 401, method);
          }
        }
        assert.equal(events.length, 0);
      }),
  },
  refused(SIGNATURES, "an empty POST without a content type", 401, "signature_missing", () =>
    requestOf({ headers: { "X-Paradym-HMAC-SHA-256": undefined, "Content-Type": undefined } }),
  ),
  {
    group: SIGNATURES,
    name: "the answer names the code and nothing else",
    run: (subject) =>
      at(subject, {}, async ({ post }) => {
        const response = await post(forged());
        assert.ok(response);
        const all = [...response.headers.values(), response.body].join("\n");
        assert.ok(!all.includes(SECRET) && !all.includes(macOf(paradymBody(1))));
        assert.ok(!/\bat .*\.(ts|js)/.test(all));
      }),
  },
];

const bodyCases: MiddlewareCase[] = [
  accepted(BODIES, "exactly at the limit", () => requestOf({ body: ofLength(LIMIT_BYTES) })),
  refused(BODIES, "one byte over, declared", 413, "body_too_large", () =>
    requestOf({ body: ofLength(LIMIT_BYTES + 1) }),
  ),
  refused(BODIES, "one byte over, chunked", 413, "body_too_large", () =>
    requestOf({ body: ofLength(LIMIT_BYTES + 1), chunkBytes: 1000 }),
  ),
  {
    group: BODIES,
    name: "chunked, one byte at a time",
    run: (subject) =>
      at(subject, {}, async ({ port, events }) => {
        const body = paradymBody(1);
        const wire = await Wire.to(port);
        wire.send(headOf({ body, chunkBytes: 1 }));
        for (const chunk of chunksOf(body, 1)) {
          wire.send(chunk);
          await new Promise(setImmediate);
        }
        wire.send("0\r\n\r\n");
        assert.equal((await wire.response())?.status, 200);
        assert.equal(events.length, 1);
        wire.leave();
      }),
  },
  {
    group: BODIES,
    name: "too slow: 408, and the connection is closed",
    run: (subject) =>
      at(subject, { options: { bodyTimeoutMs: 250 } }, async ({ port, events }) => {
        for (const chunkBytes of [undefined, 1000]) {
          const wire = await Wire.to(port);
          wire.send(headOf({ body: paradymBody(1), ...(chunkBytes && { chunkBytes }) }));
          if (chunkBytes === undefined) wire.send(paradymBody(1).subarray(0, 10));
          assertProblem(await wire.response(), 408, "body_timeout");
          await wire.closed;
          assert.equal(wire.rest, "");
        }
        assert.equal(events.length, 0);
      }),
  },
  {
    group: BODIES,
    name: "aborted in the middle: no claim, no handler",
    run: (subject) => {
      const kept = memoryStore();
      let claims = 0;
      const store: ClaimStore = {
        ...kept,
        claim: (...args) => {
          claims++;
          return kept.claim(...args);
        },
      };
      return at(subject, { options: { store } }, async ({ port, events, records, post }) => {
        const wire = await Wire.to(port);
        wire.send(genuine().subarray(0, -10));
        await sleep(20);
        wire.leave();
        await eventually("the abort is seen", () => records.length === 1);
        assert.match(String(records[0]?.code), /^body_(aborted|timeout)$/);
        assert.equal(claims, 0);
        assert.equal(events.length, 0);
        assert.equal((await post(genuine()))?.status, 200);
      });
    },
  },
  {
    group: BODIES,
    name: "aborted in the middle of a compressed body: seen at once",
    run: (subject) =>
      at(
        subject,
        { options: { inflate: true, bodyTimeoutMs: 60_000 } },
        async ({ port, events, records }) => {
          const inside = ofLength(LIMIT_BYTES / 2);
          const wire = await Wire.to(port);
          wire.send(encoded("gzip", gzipSync(inside, { level: 0 }), inside).subarray(0, -500));
          await sleep(20);
          wire.leave();
          await eventually("the abort is seen", () => records[0]?.code === "body_aborted");
          assert.equal(events.length, 0);
        },
      ),
  },
  ...["gzip", "deflate", "br"].map((encoding) =>
    refused(BODIES, `${encoding}, not asked for`, 415, "body_encoding_unsupported", () =>
      encoded(encoding, gzipSync(paradymBody(1))),
    ),
  ),
  accepted(BODIES, "encoded as identity, which is not encoded", () =>
    encoded("identity", paradymBody(1)),
  ),
  accepted(
    BODIES,
    "gzip with inflate: true",
    () => encoded("gzip", gzipSync(paradymBody(1)), paradymBody(1)),
    inflating,
  ),
  accepted(
    BODIES,
    "deflate with inflate: true",
    () => encoded("deflate", deflateSync(paradymBody(1)), paradymBody(1)),
    inflating,
  ),
  {
    group: BODIES,
    name: "br with inflate: true",
    run: (subject) =>
      at(subject, inflating, async ({ post, events }) => {
        const response = await post(
          encoded("br", brotliCompressSync(paradymBody(1)), paradymBody(1)),
        );
        if (subject.can.has("inflate br")) {
          assert.equal(response?.status, 200);
          assert.equal(events.length, 1);
          return undefined;
        }
        // Where the runtime's DecompressionStream can't, it is refused.
        if (response?.status !== 200) assertProblem(response, 415, "body_encoding_unsupported");
        return "as the runtime can";
      }),
  },
  refused(BODIES, "a decompression bomb", 413, "body_too_large", bomb, inflating),
  refused(
    BODIES,
    "damaged gzip",
    400,
    "body_aborted",
    () => encoded("gzip", Buffer.concat([gzipSync("x").subarray(0, 12), Buffer.alloc(30, 7)])),
    inflating,
  ),
  refused(
    BODIES,
    "an encoding that nobody knows",
    415,
    "body_encoding_unsupported",
    () => encoded("constructor", paradymBody(1)),
    inflating,
  ),
  accepted(
    BODIES,
    "Latin-1",
    () => requestOf({ body: Buffer.from('{"name":"Zo\u00eb"}', "latin1") }),
    bytes,
    (event) => assert.ok(Buffer.from(event.rawBody).includes(0xeb)),
  ),
  accepted(
    BODIES,
    "a byte order mark",
    () => requestOf({ body: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), paradymBody(1)]) }),
    {},
    (event) => assert.equal(event.rawBody[0], 0xef),
  ),
  accepted(
    BODIES,
    "binary",
    () =>
      requestOf({
        body: Buffer.from(Array.from({ length: 512 }, (_, i) => i % 256)),
        headers: { "Content-Type": "application/octet-stream" },
      }),
    bytes,
    (event) => assert.equal(event.rawBody.length, 512),
  ),
  accepted(
    BODIES,
    "Para, form-encoded",
    () => {
      const payload = JSON.stringify({
        appid: "scoold",
        event: "create",
        timestamp: 1_700_000_000_000,
        items: [{ name: "a b + ä" }],
      });
      const form = Buffer.from(new URLSearchParams({ payload }).toString());
      return requestOf({
        body: form,
        headers: {
          "Content-Type": "application/x-www-form-urlencoded",
          "X-Paradym-HMAC-SHA-256": undefined,
          "X-Webhook-Signature": macOf(Buffer.from(payload), "base64"),
        },
      });
    },
    { options: { provider: para } },
    (event) => assert.equal(event.type, "create"),
  ),
  ...[
    "text/plain",
    "application/vnd.acme+json; charset=utf-8",
    "multipart/form-data; boundary=x",
  ].map((type) =>
    accepted(BODIES, `content type ${type}`, () =>
      requestOf({ body: paradymBody(1), headers: { "Content-Type": type } }),
    ),
  ),
  accepted(BODIES, "no content type", () =>
    requestOf({ body: paradymBody(1), headers: { "Content-Type": undefined } }),
  ),
  accepted(BODIES, "genuine and empty", () => requestOf({ body: new Uint8Array() }), bytes),
  refused(BODIES, "verified, but not JSON", 500, "body_malformed", () =>
    requestOf({ body: Buffer.from("{") }),
  ),
];

function inFront(
  front: Front,
  name: string,
  wanted: Wanted = {},
  request = genuine,
): MiddlewareCase {
  return { ...accepted(FRONT, name, () => request(), { ...wanted, front }), needs: front };
}

const frontCases: MiddlewareCase[] = [
  inFront("a parser to bytes", "a parser to bytes"),
  {
    ...refused(
      FRONT,
      "a parser to bytes, of one more than the limit",
      413,
      "body_too_large",
      () => requestOf({ body: ofLength(LIMIT_BYTES + 1), chunkBytes: 1000 }),
      { front: "a parser to bytes" },
    ),
    needs: "a parser to bytes",
  },
  inFront("a parser that keeps the bytes", "a parser that keeps the bytes"),
  inFront("a parser that keeps text", "a parser that keeps text"),
  {
    group: FRONT,
    name: "a parser that keeps text, a body that is not UTF-8: 500, unless the bytes are there as well",
    needs: "a parser that keeps text",
    run: (subject) =>
      at(subject, { ...bytes, front: "a parser that keeps text" }, async ({ post, events }) => {
        const body = Buffer.from('{"name":"Zo\u00eb"}', "latin1");
        const response = await post(requestOf({ body }));
        if (response?.status === 200) {
          assert.deepEqual(Buffer.from(events[0]?.rawBody ?? []), body);
          return "200";
        }
        assertProblem(response, 500, "body_already_read");
        return "500";
      }),
  },
  {
    ...refused(FRONT, "a parser that keeps nothing", 500, "body_already_read", () => genuine(), {
      front: "a parser that keeps nothing",
    }),
    needs: "a parser that keeps nothing",
  },
  {
    group: FRONT,
    name: "a parser that keeps nothing: the log says once which line to change",
    needs: "a parser that keeps nothing",
    run: async (subject) => {
      const warnings: string[] = [];
      await at(
        subject,
        {
          front: "a parser that keeps nothing",
          options: { onWarning: ({ message }) => warnings.push(message) },
        },
        async ({ post }) => {
          await post(genuine(1));
          await post(genuine(2));
        },
      );
      assert.equal(warnings.length, 1);
      assert.match(warnings.join(), /Register|put|Put|register/);
    },
  },
  ...(["compression", "sessions"] as const).flatMap((front) => [
    inFront(front, front),
    {
      group: FRONT,
      name: `${front}: an answer with a body, and by stream`,
      needs: front,
      run: (subject: Subject) =>
        at(
          subject,
          {
            front,
            handle: (event) =>
              JSON.stringify(event.body).includes("workflow 1")
                ? { body: "hello ".repeat(500) }
                : { stream: () => Readable.from(["one ", "two"]) },
          },
          async ({ post, records }) => {
            const first = await post(genuine(1));
            assert.equal(first?.status, 200);
            assert.equal(first.body, "hello ".repeat(500));
            const second = await post(genuine(2));
            assert.equal(second?.body, "one two");
            await eventually(
              "both are completed",
              () => records.filter(({ settlement }) => settlement === "completed").length === 2,
            );
          },
        ),
    },
  ]),
  {
    group: FRONT,
    name: "a guard that has answered while the body came: no second answer, and the retry runs",
    needs: "a guard that answers slow senders",
    run: (subject) =>
      at(
        subject,
        { front: "a guard that answers slow senders" },
        async ({ port, post, errors, records }) => {
          for (const request of [forged(), genuine()]) {
            const wire = await Wire.to(port);
            wire.send(request.subarray(0, -10));
            assert.equal((await wire.response())?.status, 504);
            wire.send(request.subarray(-10));
            await eventually("it is decided", () => records.length > 0);
            await eventually(
              "and settled",
              () =>
                records[0]?.code === "signature_mismatch" || records[0]?.settlement === "released",
            );
            records.length = 0;
            assert.deepEqual(errors, []);
            assert.equal(wire.rest, "");
            wire.leave();
          }
          assert.equal((await post(genuine()))?.status, 200);
        },
      ),
  },
  inFront(
    "a trusted proxy",
    "a trusted proxy: the URL that was signed is the one it names",
    signsUrl,
    forwarded,
  ),
  refused(
    FRONT,
    "a proxy that nobody trusts: the URL is the request's",
    401,
    "signature_mismatch",
    forwarded,
    signsUrl,
  ),
  {
    group: FRONT,
    name: "a sibling route keeps its own parser",
    needs: "sibling",
    run: (subject) =>
      at(subject, {}, async ({ post }) => {
        const response = await post(
          requestOf({ path: "/sibling", body: Buffer.from('{"a":1}'), headers: {} }),
        );
        assert.equal(response?.status, 200);
        assert.deepEqual(JSON.parse(response.body), { a: 1 });
      }),
  },
];

/** What a handler answers, and what becomes of the claim. */
function answers(
  name: string,
  handle: Setup["handle"],
  wanted: { status: number; body?: string; settlement: "completed" | "released" },
  more: Partial<MiddlewareCase> & { form?: "middleware" | "handler" } = {},
): MiddlewareCase {
  const { form, ...rest } = more;
  return {
    group: ANSWERS,
    name,
    run: (subject) =>
      at(subject, { handle, ...(form && { form }) }, async ({ post, events, records }) => {
        const response = await post(genuine());
        assert.equal(response?.status, wanted.status, response?.body);
        if (wanted.body !== undefined) assert.equal(response.body, wanted.body);
        await eventually("settled", () => records.at(-1)?.settlement !== undefined);
        assert.equal(records.at(-1)?.settlement, wanted.settlement);
        const again = await post(genuine());
        assert.equal(again?.status, wanted.settlement === "completed" ? 200 : wanted.status);
        assert.equal(events.length, wanted.settlement === "completed" ? 1 : 2);
      }),
    ...rest,
  };
}

const failure = new Error("the handler failed");
const throwing = (): never => {
  throw failure;
};

async function* failingHalfway(): AsyncGenerator<string> {
  yield "one ";
  await sleep(30);
  throw failure;
}

const answerCases: MiddlewareCase[] = [
  answers("no answer: 200", () => {}, { status: 200, settlement: "completed" }),
  answers(
    "no answer, in the handler form: 200",
    () => {},
    { status: 200, settlement: "completed" },
    { form: "handler" },
  ),
  answers("an answer with a body", () => ({ body: "thanks" }), {
    status: 200,
    body: "thanks",
    settlement: "completed",
  }),
  answers(
    "an answer with a body, in the handler form",
    () => ({ body: "thanks" }),
    {
      status: 200,
      body: "thanks",
      settlement: "completed",
    },
    { form: "handler" },
  ),
  answers("202", () => ({ status: 202 }), { status: 202, settlement: "completed" }),
  answers("400: given back", () => ({ status: 400 }), { status: 400, settlement: "released" }),
  answers("404: given back", () => ({ status: 404 }), { status: 404, settlement: "released" }),
  answers("503: given back", () => ({ status: 503 }), { status: 503, settlement: "released" }),
  answers(
    "sets a status and returns, in the handler form: that status, given back",
    () => ({ status: 503, unsent: true }),
    { status: 503, settlement: "released" },
    { form: "handler", needs: "set a status and return" },
  ),
  answers("throws: 500, given back", throwing, { status: 500, settlement: "released" }),
  answers(
    "throws, in the handler form: 500, given back",
    throwing,
    { status: 500, settlement: "released" },
    { form: "handler" },
  ),
  answers("rejects later: 500, given back", () => sleep(30).then(throwing), {
    status: 500,
    settlement: "released",
  }),
  answers(
    "throws nothing at all, in the handler form: 500, given back",
    () => Promise.reject(),
    { status: 500, settlement: "released" },
    { form: "handler" },
  ),
  {
    group: ANSWERS,
    name: "204",
    run: (subject) =>
      at(subject, { handle: () => ({ status: 204 }) }, async ({ post, records }) => {
        assert.equal((await post(genuine()))?.status, 204);
        await eventually("completed", () => records.at(-1)?.settlement === "completed");
      }),
  },
  answers("late", () => sleep(80).then(() => ({ body: "late" })), {
    status: 200,
    body: "late",
    settlement: "completed",
  }),
  answers("by stream", () => ({ stream: () => Readable.from(["one ", "two ", "three"]) }), {
    status: 200,
    body: "one two three",
    settlement: "completed",
  }),
  {
    group: ANSWERS,
    name: "by a stream that fails halfway: no complete answer",
    run: (subject) =>
      at(
        subject,
        { handle: () => ({ stream: () => Readable.from(failingHalfway()) }) },
        async ({ post, records }) => {
          await assert.rejects(post(genuine()), /broke off/);
          await eventually("settled", () => records.at(-1)?.settlement !== undefined);
          const settlement = records.at(-1)?.settlement;
          // A Response is the handler's last word; whatever its body does comes after.
          assert.equal(
            settlement,
            subject.can.has("leave a body unread") ? "released" : "completed",
          );
          return settlement === "released" ? "given back" : "completed";
        },
      ),
  },
  {
    group: ANSWERS,
    name: "what is thrown reaches the framework's own error handling, and the log",
    needs: "middleware",
    run: async (subject) => {
      for (const form of ["middleware", "handler"] as const) {
        await at(subject, { handle: throwing, form }, async ({ post, errors, records }) => {
          await post(genuine());
          assert.deepEqual(errors, [failure]);
          assert.equal(records.at(-1)?.settlement, "released");
          if (form === "handler") assert.equal(records.at(-1)?.error, failure);
        });
      }
    },
  },
  {
    group: ANSWERS,
    name: "where the provider wants no body in its answers, none has one",
    run: (subject) => {
      let reply: Reply | undefined = { status: 500, body: "" };
      const options = { provider: terseProvider };
      return at(subject, { options, handle: () => reply }, async ({ post, records }) => {
        const answered = async (request: Uint8Array, status: number): Promise<void> => {
          const response = await post(request);
          assert.equal(response?.status, status);
          assert.equal(response.body, "");
        };
        await answered(signature(undefined), 401);
        await answered(forged(), 401);
        await answered(requestOf({ body: ofLength(LIMIT_BYTES + 1) }), 413);
        await answered(genuine(), 500);
        await eventually("released", () => records.at(-1)?.settlement === "released");
        reply = undefined;
        await answered(genuine(), 200);
        await eventually("completed", () => records.at(-1)?.settlement === "completed");
        await answered(genuine(), 200);
        assert.equal(records.at(-1)?.outcome, "duplicate");
      });
    },
  },
  {
    group: ANSWERS,
    name: "handlers() routes by type; an unhandled type is 200",
    run: async (subject) => {
      const seen: string[] = [];
      const route = handlers<Record<string, unknown>, unknown, undefined>({
        "workflowExecution.failed": (event) => {
          seen.push(`failed: ${event.type}`);
          return undefined;
        },
      });
      await at(
        subject,
        {
          handle: async (event) => {
            await route(event, {});
          },
          ...(subject.can.has("middleware") && { form: "handler" as const }),
        },
        async ({ post }) => {
          for (const type of ["workflowExecution.failed", "workflowExecution.renamed"]) {
            const response = await post(requestOf({ body: paradymBody(1, type) }));
            assert.equal(response?.status, 200);
          }
        },
      );
      assert.deepEqual(seen, ["failed: workflowExecution.failed"]);
      assert.deepEqual([...route.unhandled], [["workflowExecution.renamed", 1]]);
    },
  },
  answers(
    "past the framework, on Node's own response (hijack, reply.raw, ctx.respond)",
    () => ({ past: true, body: "raw" }),
    {
      status: 200,
      body: "raw",
      settlement: "completed",
    },
    { needs: "answer past the framework" },
  ),
  answers(
    "past the framework, with 500: given back",
    () => ({ past: true, status: 500 }),
    {
      status: 500,
      settlement: "released",
    },
    { needs: "answer past the framework" },
  ),
];

/** A handler that waits until it is told to go on. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const door = new EventEmitter();
  return { opened: once(door, "open").then(() => {}), open: () => void door.emit("open") };
}

const onceCases: MiddlewareCase[] = [
  {
    group: ONCE,
    name: "a duplicate: 200, no second run",
    run: (subject) =>
      at(subject, {}, async ({ post, events }) => {
        for (let i = 0; i < 3; i++) assert.equal((await post(genuine()))?.status, 200);
        assert.equal(events.length, 1);
      }),
  },
  {
    group: ONCE,
    name: "20 at the same time: one run; 503 with Retry-After, or 200 after it",
    run: (subject) => {
      const { opened, open } = gate();
      return at(subject, { handle: () => opened }, async ({ post, events }) => {
        const responses = await Promise.all(
          Array.from({ length: 20 }, async () => {
            const response = await post(genuine());
            if (response?.status === 503) open();
            return response;
          }),
        );
        assert.equal(events.length, 1);
        for (const response of responses) {
          assert.ok(response?.status === 200 || response?.status === 503);
          if (response.status === 503)
            assert.match(response.headers.get("retry-after") ?? "", /^\d+$/);
        }
        assert.ok(responses.some((response) => response?.status === 503));
      });
    },
  },
  {
    group: ONCE,
    name: "the sender leaves, the handler succeeds afterwards: no second run",
    run: async (subject) => {
      const { opened, open } = gate();
      await at(
        subject,
        { handle: () => opened.then(() => ({ body: "done" })) },
        async ({ port, post, events, records }) => {
          const wire = await Wire.to(port);
          wire.send(genuine());
          await eventually("the handler runs", () => events.length === 1);
          wire.leave();
          await sleep(30);
          assert.equal((await post(genuine()))?.status, 503);
          open();
          await eventually("completed", () =>
            records.some(({ settlement }) => settlement === "completed"),
          );
          assert.equal((await post(genuine()))?.status, 200);
          assert.equal(events.length, 1);
        },
      );
    },
  },
  {
    group: ONCE,
    name: "the sender leaves, the handler fails afterwards: the retry runs",
    run: async (subject) => {
      const { opened, open } = gate();
      let runs = 0;
      await at(
        subject,
        {
          handle: async () => {
            if (++runs > 1) return;
            await opened;
            throw failure;
          },
        },
        async ({ port, post, events, records }) => {
          const wire = await Wire.to(port);
          wire.send(genuine());
          await eventually("the handler runs", () => events.length === 1);
          wire.leave();
          await sleep(30);
          open();
          await eventually("released", () =>
            records.some(({ settlement }) => settlement === "released"),
          );
          assert.equal((await post(genuine()))?.status, 200);
          assert.equal(events.length, 2);
        },
      );
    },
  },
  {
    group: ONCE,
    name: "never answers, and the sender leaves: the lease lapses, and the retry runs",
    run: (subject) => {
      let runs = 0;
      return at(
        subject,
        {
          options: { leaseSeconds: 1, maxProcessingSeconds: 1 },
          handle: () => (++runs === 1 ? new Promise<void>(() => {}) : undefined),
        },
        async ({ port, post, events }) => {
          const wire = await Wire.to(port);
          wire.send(genuine());
          await eventually("the handler runs", () => events.length === 1);
          wire.leave();
          assert.equal((await post(genuine()))?.status, 503);
          await sleep(1500);
          let retried = await post(genuine());
          for (let n = 0; n < 100 && retried?.status === 503; n++) {
            await sleep(50);
            retried = await post(genuine());
          }
          assert.equal(retried?.status, 200);
          assert.equal(events.length, 2);
        },
      );
    },
  },
  {
    group: ONCE,
    name: "the 2xx is complete only when the store has it",
    run: (subject) => {
      const kept = memoryStore();
      const { opened, open } = gate();
      const store: ClaimStore = {
        ...kept,
        complete: (...args) => opened.then(() => kept.complete(...args)),
      };
      return at(
        subject,
        { options: { store }, handle: () => ({ body: "thanks" }) },
        async ({ port }) => {
          const wire = await Wire.to(port);
          wire.send(genuine());
          let answered = false;
          const response = wire.response().then((value) => {
            answered = true;
            return value;
          });
          await sleep(100);
          assert.equal(answered, false);
          open();
          assert.equal((await response)?.body, "thanks");
          wire.leave();
        },
      );
    },
  },
  {
    group: ONCE,
    name: "the store is away: 503 with Retry-After, no handler",
    run: (subject) => {
      const store: ClaimStore = {
        ...memoryStore(),
        claim: () => Promise.reject(new Error("ECONNREFUSED")),
      };
      return at(subject, { options: { store } }, async ({ post, events }) => {
        const response = await post(genuine());
        assertProblem(response, 503, "store_unavailable");
        assert.match(response?.headers.get("retry-after") ?? "", /^\d+$/);
        assert.equal(events.length, 0);
      });
    },
  },
];

/** A refusal, and then a genuine delivery on the same connection. */
function afterwards(
  name: string,
  status: number,
  request: () => Uint8Array,
  wanted: Wanted = {},
): MiddlewareCase {
  return {
    group: CONNECTION,
    name: `after ${name} (${status}): usable or closed, the next request not misread`,
    run: async (subject) => {
      for (const pipelined of [true, false]) {
        await at(subject, wanted, async ({ port, events, post }) => {
          const wire = await Wire.to(port);
          wire.send(pipelined ? Buffer.concat([request(), genuine(2)]) : request());
          assert.equal((await wire.response())?.status, status);
          if (!pipelined) wire.send(genuine(2));
          const second = await Promise.race([wire.response(), sleep(10_000, "hung" as const)]);
          assert.notEqual(second, "hung");
          if (second !== undefined && second !== "hung") assert.equal(second.status, 200);
          // Where the connection was closed, the sender sends again: processed once, whether it was read before or not.
          else assert.equal((await post(genuine(2)))?.status, 200);
          const runs = events.filter(({ rawBody }) => paradymBody(2).equals(rawBody));
          assert.equal(runs.length, 1);
          assert.equal(wire.rest, "");
          wire.leave();
        });
      }
    },
  };
}

/** What the sockets' own buffers take is beyond anybody's reach. */
const UNREAD_BYTES = 512 * 1024;
const LARGE_BYTES = 8 * 1024 * 1024;

/** Sends what is refused by its head, with a large body that is itself full of genuine requests. */
function unread(name: string, status: number, head: string, chunked: boolean): MiddlewareCase {
  return {
    group: CONNECTION,
    name,
    run: (subject) =>
      at(subject, {}, async ({ port, events, bytesRead }) => {
        const wire = await Wire.to(port);
        wire.send(head);
        const inside = Buffer.concat(Array.from({ length: 200 }, () => genuine(3)));
        const part = chunked ? Buffer.concat(chunksOf(inside, inside.length)) : inside;
        let sent = 0;
        const response = wire.response();
        const over = new AbortController();
        void Promise.allSettled([response]).then(() => over.abort());
        while (sent < LARGE_BYTES && !over.signal.aborted) {
          wire.send(part);
          sent += part.length;
          await new Promise(setImmediate);
        }
        const answer = await response;
        const readBytes = bytesRead();
        assert.equal(answer?.status, status);
        for (let i = 0; i < 40 && sent < LARGE_BYTES; i++) {
          wire.send(part);
          sent += part.length;
          await sleep(1);
        }
        const closed = await Promise.race([wire.closed.then(() => true), sleep(10_000, false)]);
        assert.equal(events.length, 0);
        assert.equal(wire.rest, "");
        wire.leave();
        assert.ok(readBytes < UNREAD_BYTES, `${readBytes} bytes were read`);
        if (!subject.can.has("leave a body unread")) return "answered; the server reads on";
        assert.ok(closed, "the connection is closed");
        assert.ok(bytesRead() < UNREAD_BYTES, `${bytesRead()} bytes were read in the end`);
        return undefined;
      }),
  };
}

const connectionCases: MiddlewareCase[] = [
  {
    group: CONNECTION,
    name: "keep-alive: ten deliveries on one connection",
    run: (subject) =>
      at(subject, {}, async ({ port, events }) => {
        const wire = await Wire.to(port);
        for (let n = 0; n < 10; n++) {
          wire.send(genuine(n));
          assert.equal((await wire.response())?.status, 200);
        }
        assert.equal(events.length, 10);
        wire.leave();
      }),
  },
  {
    group: CONNECTION,
    name: "pipelined: ten deliveries at once",
    run: (subject) =>
      at(subject, {}, async ({ port, events }) => {
        const wire = await Wire.to(port);
        wire.send(Buffer.concat(Array.from({ length: 10 }, (_, n) => genuine(n))));
        for (let n = 0; n < 10; n++) assert.equal((await wire.response())?.status, 200);
        assert.equal(events.length, 10);
        wire.leave();
      }),
  },
  afterwards("a forged one", 401, forged),
  afterwards("a forged one in chunks", 401, () =>
    requestOf({
      body: paradymBody(1),
      chunkBytes: 50,
      headers: { "X-Paradym-HMAC-SHA-256": "0".repeat(64) },
    }),
  ),
  afterwards("a missing signature", 401, () => signature(undefined)),
  afterwards("a missing signature in chunks", 401, () =>
    requestOf({
      body: paradymBody(1),
      chunkBytes: 50,
      headers: { "X-Paradym-HMAC-SHA-256": undefined },
    }),
  ),
  afterwards("a body over the limit", 413, () => requestOf({ body: ofLength(LIMIT_BYTES + 1) })),
  afterwards("a chunked body over the limit", 413, () =>
    requestOf({ body: ofLength(4 * LIMIT_BYTES), chunkBytes: 1000 }),
  ),
  afterwards("a compressed body", 415, () => encoded("gzip", gzipSync(paradymBody(1)))),
  afterwards("a decompression bomb", 413, bomb, inflating),
  afterwards("damaged gzip", 400, () => encoded("gzip", Buffer.alloc(3000, 7)), inflating),
  afterwards("a body that is not JSON", 500, () => requestOf({ body: Buffer.from("{") })),
  afterwards("a handler that throws", 500, () => genuine(1), {
    handle: (event) => {
      if (JSON.stringify(event.body).includes("workflow 1")) throw failure;
    },
  }),
  afterwards("a GET", 401, () =>
    requestOf({ method: "GET", headers: { "X-Paradym-HMAC-SHA-256": undefined } }),
  ),
  {
    group: CONNECTION,
    name: "a refusal in the middle of a compressed body (413), whose rest comes after the answer",
    run: (subject) =>
      at(subject, inflating, async ({ port, events, post }) => {
        const inside = Buffer.alloc(40_000, 7);
        // Not compressed at all, so that the limit is reached long before the end.
        const request = encoded("gzip", gzipSync(inside, { level: 0 }), inside);
        const wire = await Wire.to(port);
        wire.send(request.subarray(0, 20_000));
        assertProblem(await wire.response(), 413, "body_too_large");
        wire.send(Buffer.concat([request.subarray(20_000), genuine(2)]));
        const second = await Promise.race([wire.response(), sleep(10_000, "hung" as const)]);
        assert.notEqual(second, "hung");
        if (second !== undefined && second !== "hung") assert.equal(second.status, 200);
        else assert.equal((await post(genuine(2)))?.status, 200);
        assert.equal(events.length, 1);
        wire.leave();
      }),
  },
  unread(
    "no signature and 8 MiB declared: refused unread",
    401,
    headOf({
      headers: { "X-Paradym-HMAC-SHA-256": undefined, "Content-Length": String(LARGE_BYTES) },
    }),
    false,
  ),
  unread(
    "8 MiB declared: refused unread",
    413,
    headOf({ headers: { "Content-Length": String(LARGE_BYTES) } }),
    false,
  ),
  unread(
    "no signature and 8 MiB in chunks: refused unread",
    401,
    headOf({ headers: { "X-Paradym-HMAC-SHA-256": undefined, "Transfer-Encoding": "chunked" } }),
    true,
  ),
  unread("8 MiB in chunks: refused at the limit", 413, headOf({ chunkBytes: 1 }), true),
];

/** The cases of the matrix, in its order. */
export const middlewareCases: readonly MiddlewareCase[] = [
  ...signatureCases,
  ...bodyCases,
  ...frontCases,
  ...answerCases,
  ...onceCases,
  ...connectionCases,
];
