/** The methods that are used of a client of `redis` (node-redis 4 and later): `createClient()`, `createCluster()`, `createClientPool()`, `createSentinel()`. */
export interface NodeRedisClient {
  evalSha(sha1: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** The methods that are used of a client of `ioredis`: `new Redis()`, `new Redis.Cluster()`. */
export interface IoredisClient {
  evalsha(sha1: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
}

/** A connected client of node-redis or ioredis. */
export type RedisClient = NodeRedisClient | IoredisClient;

/** Runs a script by its digest or by its text. */
export interface ScriptCalls {
  byDigest(sha1: string, key: string, values: string[]): Promise<unknown>;
  byText(script: string, key: string, values: string[]): Promise<unknown>;
}

/** The same two calls for either client. */
export function scriptCallsOf(client: RedisClient): ScriptCalls | undefined {
  if ("evalSha" in client) {
    return {
      byDigest: (sha1, key, values) => client.evalSha(sha1, { keys: [key], arguments: values }),
      byText: (script, key, values) => client.eval(script, { keys: [key], arguments: values }),
    };
  }
  if ("evalsha" in client) {
    return {
      byDigest: (sha1, key, values) => client.evalsha(sha1, 1, key, ...values),
      byText: (script, key, values) => client.eval(script, 1, key, ...values),
    };
  }
  return undefined;
}
