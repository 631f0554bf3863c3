import * as backend from "#crypto";
import { decodeUtf8, utf8 } from "../base/bytes.ts";
import { headerOf } from "../delivery/headers.ts";
import { customVerify } from "../grammar/custom-verify.ts";
import { secretFormat } from "../grammar/secret-format.ts";
import { time } from "../grammar/time.ts";
import type { SignedDelivery } from "../scheme/definition.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** The members of every event. */
interface SignEvent {
  readonly event: {
    readonly event_type: string;
    readonly event_time: string;
    readonly event_hash: string;
  };
}

/**
 * Dropbox Sign (HelloSign).
 *
 * The form field `json` has HMAC-SHA256 in hex, `event.event_hash`, of the event's time and type with nothing between them. **Nothing else is
 * signed**, not even whose signature request it is.
 *
 * - Secret: the API key of the account, or of the app's owner.
 * - Answer with the text `Hello API Event Received`, also where it counts: Dropbox Sign sends an event again that gets another answer, and a
 *   duplicate is answered with 200 alone.
 * - Take an event for a hint, and fetch the signature request from the API.
 * - Time: the event's.
 * - Dedup: `content`.
 * - Retries: with growing pauses, for about three days.
 *
 * @see https://developers.hellosign.com/docs/events/walkthrough/
 */
export const dropboxSign: Provider<Record<string, SignEvent>> = preset<Record<string, SignEvent>>(
  {
    name: "dropbox-sign",
    docs: "https://developers.hellosign.com/docs/events/walkthrough/",
    signature: {
      covers: ["type", "timestamp"],
      async verify(delivery, { secrets }) {
        const json = await jsonOf(delivery);
        const { event_type: type, event_time: at, event_hash: given } = eventIn(json) ?? {};
        if (typeof given !== "string" || !/^\d{10}$/.test(String(at))) return false;
        for (const secret of secrets) {
          if (backend.equal(await hashOf(secret, `${at}${type}`), given)) {
            return { secret, body: json };
          }
        }
        return false;
      },
      async sign({ body }, { secrets: [secret = utf8("")] }) {
        const said = JSON.parse(decodeUtf8(body)) as SignEvent;
        const event_hash = await hashOf(secret, `${said.event.event_time}${said.event.event_type}`);
        const event = { ...said.event, event_hash };
        const form = new FormData();
        form.set("json", JSON.stringify({ ...said, event }));
        const sent = new Response(form);
        return {
          headers: { "content-type": sent.headers.get("content-type") ?? "" },
          body: new Uint8Array(await sent.arrayBuffer()),
        };
      },
    },
    secret: { encoding: "utf8", isApiKey: true },
    timestamp: { body: "/event/event_time", unit: "seconds", of: "event" },
    type: { body: "/event/event_type" },
    body: { unsigned: true },
    dedup: "content",
    delivery: { retrySpanSeconds: 259_200 },
  },
  customVerify,
  secretFormat,
  time,
);

/** The field `json`, of a form in either form. */
async function jsonOf({ headers, body }: SignedDelivery): Promise<string> {
  const type = headerOf(headers, "content-type") ?? "";
  try {
    const response = new Response(body.slice(), { headers: { "content-type": type } });
    const json = (await response.formData()).get("json");
    return typeof json === "string" ? json : "";
  } catch {
    return "";
  }
}

function eventIn(json: string): Partial<SignEvent["event"]> | undefined {
  try {
    return (JSON.parse(json) as Partial<SignEvent> | null)?.event;
  } catch {
    return undefined;
  }
}

async function hashOf(secret: Uint8Array, content: string): Promise<string> {
  return backend.hmac(backend.prepareKey(secret, false), [utf8(content)], "hex");
}
