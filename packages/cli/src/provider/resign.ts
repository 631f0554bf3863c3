import { randomBytes, randomUUID } from "node:crypto";
import { type Provider, sign } from "@countersign/core";
import type { SecretEntry } from "@countersign/core";
import { pointerSteps, valueAt, withValueAt } from "../base/json-pointer.ts";
import { UsageError } from "../base/usage-error.ts";
import { type Captured, headerValue, withHeaders } from "../delivery/captured.ts";

/** How a delivery is signed again. */
export interface ResignOptions {
  readonly provider: Provider<object>;
  readonly secret: readonly SecretEntry[];
  /** The time of the attempt, in milliseconds since 1970. Default: now. */
  readonly timestampMs?: number | undefined;
  /** Makes it another event. */
  readonly newId?: boolean | undefined;
}

/** Returns the delivery with a signature of its own time, and with everything else as it was. */
export async function resigned(
  delivery: Captured,
  { provider, secret, timestampMs = Date.now(), newId = false }: ResignOptions,
): Promise<Captured> {
  const { id } = provider;
  const field = formFieldOf(delivery, provider);
  const unchanged = field === undefined ? delivery.body : Buffer.from(field);
  const body = newId ? withNewIdentity(unchanged, provider) : unchanged;
  const given = (source: Provider<object>["id"]): string | undefined =>
    source !== undefined && "header" in source
      ? headerValue(delivery.headers, source.header)
      : undefined;
  const signed = await sign(
    {
      body: field === undefined ? body : Buffer.from(body).toString("utf8"),
      form: field !== undefined,
      // Without an id, one is made where the provider has it in a header.
      id: newId && id !== undefined && "header" in id ? freshId(given(id)) : given(id),
      type: given(provider.type),
      // The time of an event stays: only attempts are made anew.
      timestamp: provider.timestamp?.of === "event" ? eventTime(delivery, provider) : timestampMs,
      url: delivery.url,
      method: delivery.method,
    },
    { provider, secret, now: () => timestampMs },
  );
  const { "content-type": _, ...changes } = signed.headers;
  const lengthChanged = headerValue(delivery.headers, "content-length") !== undefined;
  return {
    ...delivery,
    url: signed.url ?? delivery.url,
    body: signed.body,
    headers: withHeaders(delivery.headers, {
      ...changes,
      ...(lengthChanged && { "content-length": String(signed.body.length) }),
    }),
  };
}

/** Makes an id in the style of another: with its prefix, where it has one. */
export function freshId(like: string | undefined): string {
  const [, prefix] = /^([a-z]+_)/i.exec(like ?? "") ?? [];
  return prefix === undefined ? randomUUID() : `${prefix}${randomUUID().replaceAll("-", "")}`;
}

/** Makes it the body of another event, by the rule by which the provider's events are told apart. */
function withNewIdentity(body: Uint8Array, provider: Provider<object>): Uint8Array {
  const { id, name, dedup } = provider;
  if (dedup === "content" && !(id !== undefined && "body" in id)) {
    return withWhiteSpace(body, name);
  }
  if (id === undefined) {
    throw new UsageError(`${name}'s deliveries have no id that could be made new.`);
  }
  if (!("body" in id)) return body;
  if (pointerSteps(id.body).includes("*")) {
    throw new UsageError(
      `${name} puts several ids into one delivery: change them with a file of your own.`,
    );
  }
  const json = JSON.parse(Buffer.from(body).toString("utf8")) as unknown;
  const old = valueAt(json, id.body);
  const changed = withValueAt(json, id.body, freshId(typeof old === "string" ? old : undefined));
  return Buffer.from(JSON.stringify(changed));
}

/** Makes other bytes that mean the same: JSON with white space behind it, which is like no other. */
function withWhiteSpace(body: Uint8Array, name: string): Uint8Array {
  try {
    JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    throw new UsageError(
      `${name}'s events are told apart by their content, and this body is not JSON: no change would leave its meaning. Change it in a file, and send that: countersign send ${name} --body <file>.`,
    );
  }
  const bits = randomBytes(8).readBigUInt64BE().toString(2);
  return Buffer.concat([
    body,
    Buffer.from(bits.replaceAll("0", " ").replaceAll("1", "\t"), "latin1"),
  ]);
}

/** Returns what a form field carries, where the provider signs the decoded field (Para). */
function formFieldOf({ headers, body }: Captured, provider: Provider<object>): string | undefined {
  const field = provider.body?.formField;
  const isForm = /^application\/x-www-form-urlencoded/i.test(
    headerValue(headers, "content-type") ?? "",
  );
  if (field?.signed !== "decoded" || !isForm) return undefined;
  return new URLSearchParams(Buffer.from(body).toString("utf8")).get(field.name) ?? undefined;
}

function eventTime(
  { headers, receivedAtMs }: Captured,
  { timestamp }: Provider<object>,
): number | undefined {
  const written =
    timestamp !== undefined && "header" in timestamp
      ? headerValue(headers, timestamp.header)
      : undefined;
  if (written === undefined) return Number.isNaN(receivedAtMs) ? undefined : receivedAtMs;
  const ms = /^\d+$/.test(written)
    ? Number(written) * (timestamp?.unit === "seconds" ? 1000 : 1)
    : Date.parse(written);
  return Number.isNaN(ms) ? undefined : ms;
}
