import { configError } from "../config-error.ts";

/** A delivery as `countersign fixture` writes it: JSON, with the exact bytes. */
export interface RecordedDelivery {
  /** The version of this format. */
  readonly countersign: number;
  /** When it arrived, ISO 8601. */
  readonly receivedAt: string;
  /** The provider's name, if it is known. */
  readonly provider?: string;
  readonly method: string;
  /** Absolute, as the sender called it. */
  readonly url: string;
  /** Name and value, in the order in which they came; repeated headers are repeated. */
  readonly headers: readonly (readonly string[])[];
  /** The bytes, in base64. */
  readonly body: string;
}

/** A recorded delivery, ready to be sent to a handler under test. */
export interface ReplayableDelivery {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  /** The clock as it was when the delivery arrived, in milliseconds since 1970: pass it to the receiver as `now`. */
  readonly now: () => number;
  /** Makes a new `Request` of the Fetch API each time. */
  toRequest(): Request;
}

/** Headers of one connection, which a `Request` must not carry on. */
const CONNECTION_HEADERS =
  /^(connection|keep-alive|transfer-encoding|content-length|expect|upgrade)$/i;

/**
 * Reads a delivery that `countersign fixture <id>` wrote, for a test of the code that receives it.
 *
 * @param recorded the parsed JSON
 * @returns url, method, headers, body and clock; `toRequest()` makes a `Request` of them
 * @throws `config_invalid` if it is not such a delivery
 * @example
 * ```ts
 * const { readFile } = await import("node:fs/promises");
 * const push = fromFixture(JSON.parse(await readFile("push.json", "utf8")));
 * const receiver = createReceiver({ provider: github, secret, now: push.now });
 * const response = await receiver.handle(push.toRequest(), async () => {});
 * assert.equal(response.status, 200);
 * ```
 */
export function fromFixture(recorded: RecordedDelivery): ReplayableDelivery {
  const { countersign, receivedAt, url, method, headers } = recorded ?? ({} as RecordedDelivery);
  const receivedAtMs = Date.parse(receivedAt);
  if (countersign !== 1 || Number.isNaN(receivedAtMs) || !Array.isArray(headers)) {
    throw configError(
      "fromFixture: this is not a delivery of this version. Pass the parsed JSON that `countersign fixture` wrote.",
    );
  }
  const pairs = recorded.headers.map(([name = "", value = ""]): [string, string] => [name, value]);
  const body = new Uint8Array(Buffer.from(recorded.body, "base64"));
  const sendable = pairs.filter(([name]) => !CONNECTION_HEADERS.test(name));
  const hasBody = !/^(get|head)$/i.test(method);
  return {
    url,
    method,
    headers: pairs,
    body,
    now: () => receivedAtMs,
    toRequest: () =>
      new Request(url, {
        method,
        headers: sendable,
        ...(hasBody && { body: body.slice() as BodyInit }),
      }),
  };
}
