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

  const run = async (script: Script, stored: string, ...values: string[]): Promise<number> => {
    let reply: unknown;
    try {
      reply = await calls.byDigest(script.sha1, stored, values);
    } catch (error) {
      // The server keeps scripts in memory: after a restart or a failover it has to see the text again.
      if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
      reply = await calls.byText(script.text, stored, values);
    }
    const answer = Number(reply);
    if (!Number.isInteger(answer)) {
      throw new TypeError(`redisStore: the script answered ${String(reply)}, not with a number.`);
    }
    return answer;
  };

  return {
    async claim(key, { token, leaseMs }): Promise<ClaimResult> {
      const stored = prefix + key;
      const ttlMs = milliseconds(leaseMs);
      if ((await calls.setNew(stored, `c${token}`, ttlMs)) === "OK") return { status: "claimed" };
      const reply = await run(CLAIM, stored, token, String(ttlMs));
      if (reply === CLAIMED) return { status: "claimed" };
      if (reply === PROCESSED) return { status: "processed" };
      return { status: "in_flight", retryAfterMs: Math.max(1, reply) };
    },

    async extend(key, { token, leaseMs }): Promise<boolean> {
      return (await run(EXTEND, prefix + key, token, String(milliseconds(leaseMs)))) === 1;
    },

    async complete(key, { token, retentionMs }): Promise<boolean> {
      return (await run(COMPLETE, prefix + key, token, String(milliseconds(retentionMs)))) === 1;
    },

    async release(key, { token }): Promise<boolean> {
      return (await run(RELEASE, prefix + key, token)) === 1;
    },
  };
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
