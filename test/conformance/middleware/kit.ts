import { gzipSync } from "node:zlib";
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import {
  defineProvider,
  oneOf,
  type Provider,
  type ReceiptRecord,
  type ReceiverOptions,
  type WebhookEvent,
} from "@countersign/core";
import { paradym } from "@countersign/core/providers";
import { macOf, paradymBody, requestOf, SECRET } from "../delivery.ts";
import type { Running, Setup, Subject } from "../subject.ts";
import { Wire, type WireResponse } from "../wire.ts";

/** One thing that every framework has to do alike. */
export interface MiddlewareCase {
  readonly group: string;
  readonly name: string;
  /** Only for subjects that can do this. */
  readonly needs?: Subject["can"] extends ReadonlySet<infer Ability> ? Ability : never;
  /** Returns what to write in the matrix where it is not a plain yes. */
  readonly run: (subject: Subject) => Promise<string | void>;
}

export const LIMIT_BYTES = 4096;
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
export const terseProvider: Provider = defineProvider({
  name: "terse",
  signature: { header: "X-Paradym-HMAC-SHA-256", encoding: "hex" },
  dedup: "content",
  delivery: { emptyAnswers: true },
});

export interface Site extends Running {
  /** The events that reached the handler. */
  readonly events: WebhookEvent[];
  readonly records: ReceiptRecord[];
  /** Sends one request on a connection of its own. */
  readonly post: (request: Uint8Array, toHead?: boolean) => Promise<WireResponse | undefined>;
}

export interface Wanted extends Partial<Omit<Setup, "options" | "several">> {
  readonly options?: WantedOptions;
  /** Several receivers at the one URL. */
  readonly oneOf?: readonly [WantedOptions, ...WantedOptions[]];
}

type WantedOptions = Omit<Partial<ReceiverOptions>, "provider"> & { readonly provider?: unknown };

/** Starts the subject, runs `visit`, and stops it whatever happens. */
export async function at(
  subject: Subject,
  { options, oneOf: several, handle, ...setup }: Wanted,
  visit: (site: Site) => Promise<string | void>,
): Promise<string | void> {
  const events: WebhookEvent[] = [];
  const records: ReceiptRecord[] = [];
  const completed = (wanted: WantedOptions = {}): ReceiverOptions =>
    ({
      provider: paradym,
      secret: SECRET,
      onStoreError: "reject",
      whileInFlight: "reject",
      maxBodyBytes: LIMIT_BYTES,
      bodyTimeoutMs: BODY_TIMEOUT_MS,
      onReceipt: (record) => records.push(record),
      onWarning: () => {},
      ...wanted,
    }) as ReceiverOptions;
  const [first, ...others] = (several ?? [options]).map((one) => completed(one));
  assert.ok(first);
  const running = await subject.start({
    ...setup,
    options: several === undefined ? first : oneOf([first, ...others]),
    several: several && [first, ...others],
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

export async function eventually(what: string, is: () => boolean): Promise<void> {
  const untilMs = performance.now() + 10_000;
  while (!is()) {
    if (performance.now() > untilMs) throw new Error(`did not happen: ${what}`);
    await sleep(5);
  }
}

export function assertProblem(
  response: WireResponse | undefined,
  status: number,
  code: string,
): void {
  assert.equal(response?.status, status, `${code}: ${response?.body}`);
  assert.match(response.headers.get("content-type") ?? "", /^application\/problem\+json/);
  const problem = JSON.parse(response.body) as Record<string, unknown>;
  assert.deepEqual(Object.keys(problem).toSorted(), ["code", "status", "title"]);
  assert.equal(problem["code"], code);
}

/** Sends what is to be refused; nothing may reach the handler. */
export function refused(
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
export function accepted(
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

export const genuine = (n = 1): Buffer => requestOf({ body: paradymBody(n) });
export const forged = (): Buffer =>
  requestOf({ body: paradymBody(1), headers: { "X-Paradym-HMAC-SHA-256": "0".repeat(64) } });
export const signature = (value: string | readonly string[] | undefined): Buffer =>
  requestOf({ body: paradymBody(1), headers: { "X-Paradym-HMAC-SHA-256": value } });
export const encoded = (encoding: string, sent: Uint8Array, signed: Uint8Array = sent): Buffer =>
  requestOf({
    body: sent,
    headers: { "Content-Encoding": encoding, "X-Paradym-HMAC-SHA-256": macOf(signed) },
  });
export const ofLength = (length: number): Buffer => {
  const body = paradymBody(1);
  return Buffer.concat([body, Buffer.alloc(length - body.length, " ")]);
};
/** Signed for the URL that the sender called, and passed on by a proxy that says which one it was. */
export const forwarded = (): Buffer => {
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
export const signsUrl = { options: { provider: urlProvider } };
export const bytes = { options: { provider: bytesProvider } };
export const inflating = { options: { inflate: true } };

/** The forged bomb is one too: nothing is believed before the signature is. */
export const bomb = (): Buffer => {
  const inside = ofLength(1024 * 1024);
  return encoded("gzip", gzipSync(inside), inside);
};

export const failure = new Error("the handler failed");
