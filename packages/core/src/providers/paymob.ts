import { decodeUtf8 } from "../base/bytes.ts";
import { select } from "../base/json-pointer.ts";
import { signedContent } from "../grammar/content-function.ts";
import { otherHmac } from "../grammar/other-hmac.ts";
import { signaturePlace } from "../grammar/signature-place.ts";
import type { SignedDelivery } from "../scheme/definition.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** The fields of a transaction that Paymob signs, in its order. */
const SIGNED = [
  "amount_cents",
  "created_at",
  "currency",
  "error_occured",
  "has_parent_transaction",
  "id",
  "integration_id",
  "is_3d_secure",
  "is_auth",
  "is_capture",
  "is_refunded",
  "is_standalone_payment",
  "is_voided",
  "order/id",
  "owner",
  "pending",
  "source_data/pan",
  "source_data/sub_type",
  "source_data/type",
  "success",
] as const;

/**
 * Paymob, transaction processed callbacks.
 *
 * `hmac` in the query is HMAC-SHA512, in hex, of twenty fields of `obj`, with nothing between them. **Nothing else is signed.**
 *
 * - Secret: the HMAC secret of the account.
 * - Not received: the response callback, a GET of the customer's browser, and callbacks of card tokens and subscriptions, which sign other fields.
 * - Dedup: `none`. One transaction is sent again with another `pending` and `success`: keep `obj.id` with them.
 *
 * @see https://developers.paymob.com/paymob-docs/developers/webhook-callbacks-and-hmac/hmac/hmac-transaction-callback
 */
export const paymob: Provider = preset(
  {
    name: "paymob",
    docs: "https://developers.paymob.com/paymob-docs/developers/webhook-callbacks-and-hmac/hmac/hmac-transaction-callback",
    signature: {
      query: "hmac",
      algorithm: "sha512",
      encoding: "hex",
      signedContent: signedFields,
      covers: SIGNED.map((field) => `/obj/${field}` as const),
    },
    id: { body: "/obj/id" },
    type: { body: "/type", unsigned: true },
    body: { unsigned: true },
    dedup: "none",
  },
  signedContent,
  otherHmac,
  signaturePlace,
);

function signedFields({ body }: SignedDelivery): string {
  const callback: unknown = JSON.parse(decodeUtf8(body));
  return SIGNED.map((field) => {
    const [value] = select(callback, ["obj", ...field.split("/")]);
    if (typeof value === "string" || typeof value === "boolean") return String(value);
    // Of another number, parsing does not keep how it was written.
    if (Number.isSafeInteger(value)) return String(value);
    throw new TypeError(`${field} is missing, or no text, boolean or whole number`);
  }).join("");
}
