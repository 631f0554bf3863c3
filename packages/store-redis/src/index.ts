export { type RedisClient, redisStore, type RedisStoreOptions } from "./redis-store.ts";
