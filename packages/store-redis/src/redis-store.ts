import { type ClaimResult, type ClaimStore, WebhookError } from "@countersign/core";
import { callsOf, type RedisClient } from "./client.ts";
import { CLAIM, COMPLETE, EXTEND, RELEASE, type Script } from "./scripts.ts";

/** Options of {@link redisStore}. */
export interface RedisStoreOptions {
  /** A connected client of node-redis (4 and later) or ioredis; standalone, Sentinel or Cluster; Redis or Valkey. */
  readonly client: RedisClient;
  /** The beginning of every key in Redis. Default `countersign:`. */
  readonly prefix?: string;
}

const CLAIMED = -1;
const PROCESSED = -2;

/**
 * A {@link ClaimStore} on Redis or Valkey.
 *
 * A record is one key, which the server expires by its own clock. A new event is claimed by one plain `SET`; every other operation is
 * one script on that key. The store never closes the client.
 *
 * @param options `client`: yours, connected; `prefix`: text before every key
 * @throws `config_invalid` where `client` is not a client of node-redis or ioredis
 *
 * @example
 * ```ts
 * const client = await createClient({ url: process.env.REDIS_URL ?? "", disableOfflineQueue: true }).connect();
 * app.post("/webhooks", webhook({ provider, secret, store: redisStore({ client }) }), handler);
 * ```
 */
export function redisStore(options: RedisStoreOptions): ClaimStore {
  const { client, prefix = "countersign:" } = options ?? ({} as RedisStoreOptions);
  const calls = typeof client === "object" && client !== null ? callsOf(client) : undefined;
  if (calls === undefined) {
    const advice = [client, options].some(isPostgresClient)
      ? "Is this a client of pg? Use postgresStore({ client }) of @countersign/store-postgres."
      : "Pass the client itself: redisStore({ client }).";
    throw new WebhookError(
      "config_invalid",
      `redisStore: client has neither evalSha (node-redis 4 and later) nor evalsha (ioredis). ${advice}`,
    );
  }

  // Chains in place of async functions: each of those costs a microsecond, of the forty that a claim and its completion take.
  const run = (script: Script, stored: string, ...values: string[]): Promise<number> =>
    calls.byDigest(script.sha1, stored, values).then(numberOf, (error: unknown) => {
      // The server keeps scripts in memory: after a restart or a failover it has to see the text again.
      if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
      return calls.byText(script.text, stored, values).then(numberOf);
    });

  const changed = (script: Script, stored: string, ...values: string[]): Promise<boolean> =>
    run(script, stored, ...values).then(isOne);

  return {
    claim(key, { token, leaseMs }): Promise<ClaimResult> {
      const stored = prefix + key;
      const ttlMs = milliseconds(leaseMs);
      return calls
        .setNew(stored, `c${token}`, ttlMs)
        .then((reply) =>
          reply === "OK"
            ? { status: "claimed" }
            : run(CLAIM, stored, token, String(ttlMs)).then(answerOf),
        );
    },

    extend: (key, { token, leaseMs }) =>
      changed(EXTEND, prefix + key, token, String(milliseconds(leaseMs))),

    complete: (key, { token, retentionMs }) =>
      changed(COMPLETE, prefix + key, token, String(milliseconds(retentionMs))),

    release: (key, { token }) => changed(RELEASE, prefix + key, token),
  };
}

function numberOf(reply: unknown): number {
  const answer = Number(reply);
  if (Number.isInteger(answer)) return answer;
  throw new TypeError(`redisStore: the script answered ${String(reply)}, not with a number.`);
}

function isOne(answer: number): boolean {
  return answer === 1;
}

function answerOf(answer: number): ClaimResult {
  if (answer === CLAIMED) return { status: "claimed" };
  if (answer === PROCESSED) return { status: "processed" };
  return { status: "in_flight", retryAfterMs: Math.max(1, answer) };
}

/** The store that is confused with this one most. */
function isPostgresClient(value: unknown): boolean {
  const { query, unsafe } = (value ?? {}) as { query?: unknown; unsafe?: unknown };
  return typeof query === "function" || typeof unsafe === "function";
}

/** Redis takes whole milliseconds above 0. */
function milliseconds(duration: number): number {
  return Math.max(1, Math.ceil(duration));
}
