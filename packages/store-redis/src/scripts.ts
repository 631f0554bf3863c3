import { createHash } from "node:crypto";

/** A Lua script and the digest that the server keeps it under. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

function script(text: string): Script {
  return { text, sha1: createHash("sha1").update(text).digest("hex") };
}

/*
 * A record is one string: "c" and the holder's token for a claim, "p" and that token for a processed event. The server's TTL is the
 * lease of the one and the retention of the other, so a record that has ended is not there. A claim that has lost its TTL (in a
 * migration, say) is as good as none: nobody may be renewing it.
 *
 * Clients send a command again after a lost connection, without knowing whether the server had run it: asked a second time with the same
 * token, claim and complete say what they said the first time.
 */

/** For a record that was there. Answers -1 (claimed), -2 (processed), or for how many milliseconds the lease of another still runs. */
export const CLAIM: Script = script(`
local held = redis.call("GET", KEYS[1]) or ""
if string.sub(held, 1, 1) == "p" then return -2 end
local left = redis.call("PTTL", KEYS[1])
if left > 0 and held ~= "c" .. ARGV[1] then return left end
redis.call("SET", KEYS[1], "c" .. ARGV[1], "PX", ARGV[2])
return -1
`);

export const EXTEND: Script = script(`
if redis.call("GET", KEYS[1]) ~= "c" .. ARGV[1] then return 0 end
return redis.call("PEXPIRE", KEYS[1], ARGV[2])
`);

export const COMPLETE: Script = script(`
local held = redis.call("GET", KEYS[1])
if held ~= "c" .. ARGV[1] and held ~= "p" .. ARGV[1] then return 0 end
redis.call("SET", KEYS[1], "p" .. ARGV[1], "PX", ARGV[2])
return 1
`);

export const RELEASE: Script = script(`
if redis.call("GET", KEYS[1]) ~= "c" .. ARGV[1] then return 0 end
return redis.call("DEL", KEYS[1])
`);
