import type { Arrival, ReceiptRecord } from "@countersign/core";

/** Attributes whose values are plain, as both spans and log records take them. */
export type Attributes = Record<string, string | number | boolean>;

/** As in the semantic conventions of OpenTelemetry 1.45: those for messaging, which are in development, and for HTTP. */
const SYSTEM: Attributes = { "messaging.system.name": "webhook" };

const OPERATION: Attributes = {
  ...SYSTEM,
  "messaging.operation.name": "process",
  "messaging.operation.type": "process",
};

/** The methods that the conventions name; any other is written by the sender, and counts as `_OTHER`. */
const METHODS: ReadonlySet<string> = new Set([
  "CONNECT",
  "DELETE",
  "GET",
  "HEAD",
  "OPTIONS",
  "PATCH",
  "POST",
  "PUT",
  "QUERY",
  "TRACE",
]);

/** Describes a delivery as it arrives, before anything of it is verified. */
export function arrivalAttributes(arrival: Arrival): Attributes {
  const { provider, endpoint, method, path, userAgent, remoteAddress, deliveryId } = arrival;
  return known({
    ...OPERATION,
    "messaging.destination.name": endpoint,
    "http.request.method": method === undefined || METHODS.has(method) ? method : "_OTHER",
    "url.path": path,
    "user_agent.original": userAgent,
    "client.address": remoteAddress,
    "countersign.provider": provider,
    "countersign.delivery.id": deliveryId,
  });
}

/** Describes what became of a delivery: what its span and its log record say. */
export function recordAttributes(record: ReceiptRecord): Attributes {
  const { id, type, tenant, secretId, bytes, attempt, ageMs } = record;
  return known({
    ...outcomeAttributes(record),
    "messaging.message.id": id,
    "messaging.message.body.size": bytes,
    "countersign.event.type": type,
    "countersign.tenant": tenant,
    "countersign.secret.id": secretId,
    "countersign.delivery.attempt": attempt,
    "countersign.delivery.age": ageMs === undefined ? undefined : ageMs / 1000,
    "error.type": errorTypeOf(record),
  });
}

/** Counts deliveries by what became of them. */
export function outcomeAttributes(record: ReceiptRecord): Attributes {
  const { outcome, code, settlement } = record;
  return known({
    "countersign.outcome": outcome,
    "countersign.code": code,
    "countersign.settlement": settlement,
  });
}

/** Tells one endpoint from another, in metrics. */
export function endpointAttributes({ provider, endpoint }: Arrival | ReceiptRecord): Attributes {
  return { "countersign.provider": provider, "messaging.destination.name": endpoint };
}

/** The attributes that the conventions want of `messaging.process.duration`. */
export function processAttributes(record: ReceiptRecord): Attributes {
  return known({
    ...SYSTEM,
    "messaging.operation.name": "process",
    ...endpointAttributes(record),
    "error.type": errorTypeOf(record),
  });
}

/**
 * Returns what went wrong on the receiver's side: a code, or the class of what the handler threw; undefined where nothing did. To refuse a
 * forgery is no error.
 */
export function errorTypeOf(record: ReceiptRecord): string | undefined {
  const { code, error, settlement, late } = record;
  if (code !== undefined) return isRefusal(error) ? undefined : code;
  if (late === true || settlement === "released") {
    return error instanceof Error ? error.name : "handler_failed";
  }
  if (settlement === "lost") return "claim_lost";
  // Completed with an error: the store was away, and the event was accepted without it.
  return settlement === "failed" || error !== undefined ? "store_unavailable" : undefined;
}

/** Tells whether the sender was answered with a 4xx: "we don't believe you". */
function isRefusal(error: unknown): boolean {
  const { status } = (error ?? {}) as { readonly status?: unknown };
  return typeof status === "number" && status < 500;
}

/** Leaves out what is not known. */
function known(attributes: Readonly<Record<string, Attributes[string] | undefined>>): Attributes {
  const found: Attributes = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) found[name] = value;
  }
  return found;
}
