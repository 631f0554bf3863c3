/** The methods that are used of a client of `redis` (node-redis 4 and later): `createClient()`, `createCluster()`, `createClientPool()`, `createSentinel()`. */
export interface NodeRedisClient {
  set(key: string, value: string, options: SetNewOptions): Promise<unknown>;
  evalSha(sha1: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** The methods that are used of a client of `ioredis`: `new Redis()`, `new Redis.Cluster()`. */
export interface IoredisClient {
  set(key: string, value: string, px: "PX", ttlMs: number, nx: "NX"): Promise<unknown>;
  evalsha(sha1: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
}

/** In the spelling of node-redis 4 and in that of 5 and later: an option that is not known is dropped, and the record overwritten. */
interface SetNewOptions {
  readonly NX: true;
  readonly PX: number;
  readonly condition: "NX";
  readonly expiration: { readonly type: "PX"; readonly value: number };
}

/** A connected client of node-redis or ioredis. */
export type RedisClient = NodeRedisClient | IoredisClient;

/** The calls of a store. */
export interface RedisCalls {
  /** Sets a key that is not there. Null where it is. */
  setNew(key: string, value: string, ttlMs: number): Promise<unknown>;
  /** Runs a script by its digest. */
  byDigest(sha1: string, key: string, values: string[]): Promise<unknown>;
  /** Runs a script by its text. */
  byText(script: string, key: string, values: string[]): Promise<unknown>;
}

/** The same calls for either client. */
export function callsOf(client: RedisClient): RedisCalls | undefined {
  if ("evalSha" in client) {
    return {
      setNew: (key, value, ttlMs) =>
        client.set(key, value, {
          NX: true,
          PX: ttlMs,
          condition: "NX",
          expiration: { type: "PX", value: ttlMs },
        }),
      byDigest: (sha1, key, values) => client.evalSha(sha1, { keys: [key], arguments: values }),
      byText: (script, key, values) => client.eval(script, { keys: [key], arguments: values }),
    };
  }
  if ("evalsha" in client) {
    return {
      setNew: (key, value, ttlMs) => client.set(key, value, "PX", ttlMs, "NX"),
      byDigest: (sha1, key, values) => client.evalsha(sha1, 1, key, ...values),
      byText: (script, key, values) => client.eval(script, 1, key, ...values),
    };
  }
  return undefined;
}
