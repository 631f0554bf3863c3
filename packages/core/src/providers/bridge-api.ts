import { list } from "../grammar/list.ts";
import { otherHmac } from "../grammar/other-hmac.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Bridge by Bankin' (bridgeapi.io) webhooks.
 *
 * `BridgeApi-Signature` has one signature for each secret, as `v1=` and HMAC-SHA256 of the body in upper-case hex, parted by commas.
 *
 * - Secret: the webhook's own. While it is being replaced, both sign.
 * - Time: `timestamp` in the body, the event's own, in milliseconds.
 * - Dedup: `content`.
 *
 * @see https://docs.bridgeapi.io/docs/secure-your-webhooks
 */
export const bridgeApi: Provider = preset(
  {
    name: "bridge-api",
    docs: "https://docs.bridgeapi.io/docs/secure-your-webhooks",
    signature: { header: "BridgeApi-Signature", encoding: "hex-upper", prefix: "v1=", list: "," },
    timestamp: { body: "/timestamp", unit: "milliseconds", of: "event" },
    type: { body: "/type" },
    dedup: "content",
  },
  list,
  time,
  otherHmac,
);
