import {
  generateKeyPairSync,
  type KeyPairKeyObjectResult,
  randomBytes,
  randomUUID,
} from "node:crypto";
import type { Provider } from "@countersign/core";
import * as catalogue from "@countersign/core/providers";
import { tokenPresetOf, tokenSecrets } from "../jwt/presets.ts";
import { PAYMOB_TRANSACTION } from "../vectors/paymob.ts";

/** Every preset that there is. */
export const presets: readonly Provider[] = Object.values(catalogue as Record<string, unknown>)
  .filter(
    (value): value is Provider =>
      typeof value === "object" && value !== null && "signature" in value,
  )
  .toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** What signs, and what verifies that: the same secret, or the halves of a key pair. */
export interface SecretPair {
  readonly signing: string;
  readonly verifying: string;
}

/** A new secret as the provider writes them, or a new key pair. */
export function secretsFor(provider: Provider<object>): SecretPair {
  const { algorithm = "sha256" } = provider.signature;
  const preset = tokenPresetOf(provider);
  if (preset !== undefined) return tokenSecrets(preset.algorithm);
  if (provider.name === "ebay") return keyPairFor("ecdsa");
  if (provider.name === "paypal") return payPalSecrets();
  if (/^(ed25519|ecdsa|rsa)/.test(algorithm)) return keyPairFor(algorithm);
  const text = secretFor(provider);
  return { signing: text, verifying: text };
}

/** A secret as the provider writes them. */
export function secretFor({ secret, signature }: Provider<object>): string {
  const { encoding = "utf8", prefix = "" } = secret ?? {};
  const user = signature.algorithm === "basic" ? "user:" : "";
  return user + prefix + randomBytes(32).toString(encoding === "utf8" ? "base64url" : encoding);
}

function keyPairFor(algorithm: string): SecretPair {
  if (algorithm === "ed25519") return pemOf(generateKeyPairSync("ed25519"));
  if (algorithm.startsWith("ecdsa"))
    return pemOf(generateKeyPairSync("ec", { namedCurve: "P-256" }));
  return pemOf(generateKeyPairSync("rsa", { modulusLength: 2048 }));
}

/** The webhook's id with a key: PayPal signs both. */
function payPalSecrets(): SecretPair {
  const { signing, verifying } = keyPairFor("rsa");
  const id = "1JE4291016473214C";
  return { signing: `${id}\n${signing}`, verifying: `${id}\n${verifying}` };
}

function pemOf({ privateKey, publicKey }: KeyPairKeyObjectResult): SecretPair {
  return {
    signing: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    verifying: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}

/** Whether a change of the body is noticed. */
export function coversBody(provider: Provider<object>): boolean {
  const { algorithm, covers, content = "{body}" } = provider.signature;
  if (algorithm === "token" || algorithm === "basic") return false;
  return covers?.includes("body") ?? /\{body(Sha256\.\w+)?\}/.test(content);
}

/** The type of an event, where a provider has but a few. */
export function typeFor({ name }: Provider): string {
  return name === "aws-sns" ? "Notification" : "something.happened";
}

/** Bodies of those providers that put what they sign together from its fields. */
const SPECIAL_BODIES: Readonly<Record<string, (marker: string) => object>> = {
  adyen: (marker) => ({
    live: "false",
    notificationItems: [
      {
        NotificationRequestItem: {
          amount: { currency: "EUR", value: 1130 },
          merchantAccountCode: "TestMerchant",
          merchantReference: marker,
          success: "true",
        },
      },
    ],
  }),
  "aws-sns": (marker) => ({
    Message: marker,
    TopicArn: "arn:aws:sns:eu-west-1:123456789012:topic",
    Type: "Notification",
  }),
  auth0: (marker) => [{ marker }],
  "dropbox-sign": (marker) => ({ event: {}, marker }),
  "exact-online": (marker) => ({ Content: { marker } }),
  "mercado-pago": (marker) => ({ data: { id: marker } }),
  "microsoft-graph": (marker) => ({ value: [{ resource: marker }] }),
  paymob: (marker) => ({
    obj: { ...PAYMOB_TRANSACTION, amount_cents: 100_000, created_at: marker },
  }),
  sharepoint: (marker) => ({ value: [{ resource: marker }] }),
  mandrill: (marker) =>
    new URLSearchParams({ mandrill_events: JSON.stringify([{ event: "send", marker }]) }),
};

/** A body that is like no other, in the provider's format; `sign` fills in what its definition has in the body. */
export function bodyFor(provider: Provider): object | string {
  const { name, body } = provider;
  const format = body?.format ?? "json";
  const marker = randomUUID();
  const special = (SPECIAL_BODIES[name] ?? tokenPresetOf(provider)?.body)?.(marker);
  if (special !== undefined) return special;
  return format === "text" || format === "bytes"
    ? `marker ${marker}`
    : { marker, note: "ä & b + c" };
}

/** What makes a body like no other. */
export function markerOf(body: object | string): string {
  if (typeof body === "string") return body;
  return /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/.exec(JSON.stringify(body))?.[0] ?? "";
}

/** How long a delivery may be on its way, in seconds; undefined where the provider signs no time of the attempt. */
export function toleranceOf({ timestamp }: Provider): number | undefined {
  return timestamp?.of === "attempt" && timestamp.unsigned !== true
    ? (timestamp.toleranceSeconds ?? 300)
    : undefined;
}

/** Whether one delivery can carry the signatures of two secrets. */
export function carriesTwo({ signature }: Provider): boolean {
  const { list, pairs, positions, header = "" } = signature;
  return (
    list !== undefined ||
    pairs !== undefined ||
    positions?.names.at(-1) === "signature" ||
    [header].flat().length > 1
  );
}
