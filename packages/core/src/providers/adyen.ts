import { decodeUtf8 } from "../base/bytes.ts";
import { signedContent } from "../grammar/content-function.ts";
import { secretFormat } from "../grammar/secret-format.ts";
import { signaturePlace } from "../grammar/signature-place.ts";
import type { SignedDelivery } from "../scheme/definition.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** One notification; only some of its fields are signed. */
export interface AdyenNotification {
  readonly additionalData: { readonly hmacSignature: string; readonly [name: string]: string };
  readonly amount: { readonly currency: string; readonly value: number };
  readonly pspReference: string;
  readonly originalReference?: string;
  /** Such as `AUTHORISATION` or `REFUND`. */
  readonly eventCode: string;
  readonly eventDate: string;
  readonly merchantAccountCode: string;
  readonly merchantReference: string;
  readonly success: "true" | "false";
  readonly [field: string]: unknown;
}

/** The body of every delivery. As JSON it has one item. */
export interface AdyenEvents {
  [type: string]: {
    readonly live: "true" | "false";
    readonly notificationItems: readonly [{ readonly NotificationRequestItem: AdyenNotification }];
  };
}

const ITEM = "/notificationItems/0/NotificationRequestItem";

/** The fields that Adyen signs, in its order. All but `merchantReference` consist of letters and digits. */
const SIGNED = [
  "pspReference",
  "originalReference",
  "merchantAccountCode",
  "merchantReference",
  "amount/value",
  "amount/currency",
  "eventCode",
  "success",
] as const;

/**
 * Adyen's standard webhooks, as JSON.
 *
 * `additionalData.hmacSignature` is HMAC-SHA256 in base64 of eight fields of the notification, parted by colons. **Nothing else is signed**:
 * not `eventDate`, `reason`, `paymentMethod`, `live` or `additionalData`.
 *
 * - Secret: the HMAC key of the webhook, in hex.
 * - Dedup: `none`. Adyen documents that an event is told by `eventCode` and `pspReference` together, which both are signed; keep those two.
 *   (`event.id` is `pspReference`, which several events of one payment share, so that with the type it is the key of `dedup: "id"`, except
 *   that an `AUTHORISATION` may come again with another `success`.)
 * - Retries: three at once, then for up to 30 days. Adyen takes any 2xx for an answer.
 *
 * @see https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures/
 */
export const adyen: Provider<AdyenEvents> = preset<AdyenEvents>(
  {
    name: "adyen",
    docs: "https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures/",
    signature: {
      body: `${ITEM}/additionalData/hmacSignature`,
      encoding: "base64",
      signedContent: signedFields,
      covers: SIGNED.map((field) => `${ITEM}/${field}` as const),
    },
    secret: { encoding: "hex" },
    id: { body: `${ITEM}/pspReference` },
    type: { body: `${ITEM}/eventCode` },
    body: { unsigned: true },
    dedup: "none",
    delivery: { deadlineSeconds: 10, retrySpanSeconds: 2_592_000 },
  },
  secretFormat,
  signedContent,
  signaturePlace,
);

function signedFields({ body }: SignedDelivery): string {
  const { notificationItems: items } = JSON.parse(decodeUtf8(body)) as AdyenEvents[string];
  // Of several items only the first one's signature would be looked at.
  if (items.length !== 1) throw new TypeError("a delivery of JSON has one item");
  const { NotificationRequestItem: item } = items[0];
  return SIGNED.map((name) => {
    const value = valueOf(item, name);
    if (name !== "merchantReference" && /[:\\]/.test(value)) throw new TypeError("a colon");
    return value;
  }).join(":");
}

function valueOf(item: AdyenNotification, name: (typeof SIGNED)[number]): string {
  const value =
    name === "amount/value"
      ? item.amount.value
      : name === "amount/currency"
        ? item.amount.currency
        : item[name];
  return value === undefined || value === null ? "" : String(value);
}
