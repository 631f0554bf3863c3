import * as backend from "#crypto";
import { decodeUtf8, utf8 } from "../base/bytes.ts";
import { customVerify } from "../grammar/custom-verify.ts";
import { isoTime } from "../grammar/iso-time.ts";
import { textOf } from "../scheme/values.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** Other versions of the signature may stand behind `v1`. */
const SIGNATURE = /^ts=(\d{10,13}),\s*v1=([\da-f]{64})(?:,|$)/;

/**
 * Mercado Pago.
 *
 * `x-signature` is `ts=…,v1=…`, of which `v1` is HMAC-SHA256 in hex of the query's `data.id`, `x-request-id` and the time. **Nothing of the body
 * is signed**, except that its `data.id` must be the one that is.
 *
 * - Secret: the secret signature of the application.
 * - Id: `data.id` is signed in lower case by the documentation, and as it stands in the query by Mercado Pago's own library. Both verify.
 * - Not received: notifications of QR codes, which are not signed.
 * - Take a notification for a hint, and fetch the payment from the API.
 * - Time: `ts` is signed. Whether a retry renews it is not documented, so that it expires nothing unless `toleranceSeconds` is given.
 * - Dedup: `unsigned-id`, the notification's `id`.
 * - Retries: each 15 minutes at first, for days. The endpoint has 22 seconds.
 *
 * @see https://www.mercadopago.com.br/developers/en/docs/your-integrations/notifications/webhooks
 */
export const mercadoPago: Provider = preset(
  {
    name: "mercado-pago",
    docs: "https://www.mercadopago.com.br/developers/en/docs/your-integrations/notifications/webhooks",
    signature: {
      header: "x-signature",
      covers: ["timestamp"],
      async verify({ url = "", body }, { secrets, header }) {
        const [, ts = "", given = ""] = SIGNATURE.exec(header("x-signature") ?? "") ?? [];
        const id = dataIdOf(url);
        if (given === "" || !isAbout(body, id)) return false;
        for (const secret of secrets) {
          const key = backend.prepareKey(secret, false);
          for (const signedId of new Set([id?.toLowerCase(), id])) {
            const content = utf8(manifest(signedId, header("x-request-id"), ts));
            const expected = await backend.hmac(key, [content], "hex");
            if (backend.equal(expected, given)) return { secret, parts: new Map([["ts", ts]]) };
          }
        }
        return false;
      },
      async sign({ url = "https://example.com/", body }, { secrets: [secret], parts }) {
        const ts = parts.get("ts") ?? "";
        const requestId = crypto.randomUUID();
        const to = new URL(url);
        const id = idInBody(body);
        if (id !== undefined) to.searchParams.set("data.id", id);
        const key = backend.prepareKey(secret ?? utf8(""), false);
        const v1 = await backend.hmac(
          key,
          [utf8(manifest(id?.toLowerCase(), requestId, ts))],
          "hex",
        );
        return {
          headers: { "x-signature": `ts=${ts},v1=${v1}`, "x-request-id": requestId },
          url: to.href,
        };
      },
    },
    timestamp: { part: "ts", unit: "auto", of: "event" },
    id: { body: "/id", unsigned: true },
    type: { body: "/type", unsigned: true },
    body: { unsigned: true },
    dedup: "unsigned-id",
    delivery: { deadlineSeconds: 22 },
  },
  customVerify,
  isoTime,
);

/** Omits parts that are missing. */
function manifest(id: string | undefined, requestId: string | undefined, ts: string): string {
  return [
    id === undefined ? "" : `id:${id};`,
    requestId === undefined ? "" : `request-id:${requestId};`,
    `ts:${ts};`,
  ].join("");
}

function dataIdOf(url: string): string | undefined {
  return URL.canParse(url) ? (new URL(url).searchParams.get("data.id") ?? undefined) : undefined;
}

function isAbout(body: Uint8Array, id: string | undefined): boolean {
  return idInBody(body)?.toLowerCase() === id?.toLowerCase();
}

function idInBody(body: Uint8Array): string | undefined {
  try {
    const { data } = JSON.parse(decodeUtf8(body)) as { readonly data?: { readonly id?: unknown } };
    return textOf(data?.id);
  } catch {
    return undefined;
  }
}
