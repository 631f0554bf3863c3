import { textIfUtf8 } from "../base/bytes.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { isWebhookError, type WebhookError } from "../base/errors.ts";
import { isHmacSha256InHeader } from "../scheme/hmac-in-header.ts";
import { otherAlgorithms } from "./algorithms.ts";
import type { Refusal } from "./refusal.ts";
import { isForm } from "../delivery/form.ts";
import { type HeadersLike, headerOf } from "../delivery/headers.ts";
import { tokenOf } from "../grammar/template-tokens.ts";
import { missingContent } from "../scheme/signed-content.ts";
import type { Scheme, Segment, SignatureGroup, Signed } from "../scheme/scheme.ts";
import { readSignatures } from "../scheme/signature-header.ts";
import { contentOf } from "../scheme/signed-content.ts";
import { notASecret } from "../doctor/mistaken-secret.ts";
import type { NamedSecret } from "./secrets.ts";
import { signedStretch } from "./signed-stretch.ts";
import { isFormText, PASS_CONTENT_TYPE } from "./body/body-form.ts";
import { compressionOf } from "./body/compression.ts";
import { type FindingCode, type Mistake, printable, quoted } from "./finding.ts";
import { bodyMistakes } from "./observed-body.ts";

/** Says what can be seen in a delivery that no search explains, the likeliest first. */
export async function observedMistakes(
  { scheme, delivery, options: { publicUrl }, failure: { error, isAboutSecret } }: Refusal,
  body: Uint8Array,
  configured: readonly NamedSecret[],
): Promise<readonly Mistake[]> {
  const { headers } = delivery;
  const isMismatch = error.code === "signature_mismatch";
  const isHmac = isHmacSha256InHeader(scheme);
  const named =
    (error.code === "body_malformed" ? unreadableBodyMistake(scheme, headers, body) : undefined) ??
    mistakeOfError(error, isAboutSecret, scheme);
  const missing = isMismatch
    ? await missingContentMistake(scheme, delivery, body, publicUrl)
    : undefined;
  return [
    ...(isHmac && (isMismatch || isAboutSecret) ? mistakenSecrets(scheme, configured) : []),
    ...(isHmac && /^signature_(missing|malformed)$/.test(error.code)
      ? otherAlgorithms(scheme, headers)
      : []),
    ...(named === undefined ? [] : [named]),
    ...(isMismatch && configured.length === 0 ? [unknownSecretMistake(error)] : []),
    ...(named === undefined ? missingParts(scheme, headers) : []),
    ...(missing === undefined ? [] : [missing]),
    ...bodyMistakes(delivery, body),
  ];
}

/** The findings that the error of a failed verification stands for by itself, and the line to change. */
const FINDING_OF_ERROR: Partial<
  Record<WebhookError["code"], readonly [code: FindingCode, remedy: string]>
> = {
  body_malformed: [
    "body_malformed",
    "Set body.format in the definition to what the provider sends.",
  ],
  id_missing: [
    "id_missing",
    'Set id in the definition to where the provider puts it, or dedup to "content".',
  ],
  secret_unavailable: [
    "secret_unusable",
    "Give the secret as the provider shows it; where white space belongs to it, give it as bytes.",
  ],
  signature_malformed: [
    "signature_malformed",
    "Compare the header as it arrives with signature in the definition.",
  ],
  signature_missing: [
    "signature_missing",
    "Look at the webhook's settings at the provider; a request of anybody else has no signature either.",
  ],
  timestamp_missing: ["timestamp_missing", "Have every proxy in front pass the header on."],
  config_invalid: ["request_incomplete", "Pass what the provider signs with the delivery."],
};

const LOOK_AT_LOOKUP =
  "The function failed, not the delivery: look at the cause of the error, and at what the function waits for.";
const LOOKUP_KNOWS_NONE =
  "Have the function return the secret of whoever this delivery is for; where it returns undefined, every delivery is refused.";
const MEND_FUNCTION =
  "Call signature.signedContent with this delivery, and have it return the bytes or the text that the provider signs.";
const TIME_IS_IN_BODY =
  "Set timestamp in the definition to where the provider puts it, or leave it out if not every delivery carries one.";

/** Returns the mistake that the error itself names; undefined where it only says that the signature does not match. */
export function mistakeOfError(
  error: WebhookError,
  isAboutSecret: boolean,
  { definition, timestamp }: Scheme,
): Mistake | undefined {
  const errorCode = isAboutSecret ? "secret_unavailable" : error.code;
  const [code, usual = ""] = FINDING_OF_ERROR[errorCode] ?? [];
  if (code === undefined) return undefined;
  const { cause } = error;
  // A secret that was returned and can't be used has such an error as its cause; else the lookup has failed, and may quote a secret.
  if (error.code === "secret_unavailable" && !isWebhookError(cause)) {
    const thrown = quoted(cause instanceof Error ? cause.name : typeof cause);
    return {
      code,
      evidence: `The function given as \`secret\` has failed (${thrown}; what it says is left out here, for it may quote a secret).`,
      remedy: LOOK_AT_LOOKUP,
    };
  }
  let remedy = usual;
  if (code === "timestamp_missing" && timestamp?.kind === "body") remedy = TIME_IS_IN_BODY;
  if (error.code === "config_invalid" && definition.signature.signedContent) remedy = MEND_FUNCTION;
  return { code, evidence: printable(error.message), remedy };
}

const SIGNED_COMPRESSED =
  "Inflating it would break the signature: have the provider send the body uncompressed.";

/** Says why a body with a right signature can't be read: it is compressed, or a form that is taken for JSON. */
export function unreadableBodyMistake(
  { definition }: Scheme,
  headers: HeadersLike,
  body: Uint8Array,
): Mistake | undefined {
  const packed = compressionOf(body);
  if (packed !== undefined) {
    const evidence = `The signature fits the compressed body (${packed}), which can't be read as it is.`;
    return { code: "body_compressed", evidence, remedy: SIGNED_COMPRESSED };
  }
  const { format, formField } = definition.body ?? {};
  if (format !== "auto" && formField === undefined) return undefined;
  if (isForm(headers) || !isFormText(textIfUtf8(body) ?? "")) return undefined;
  return {
    code: "body_form_encoding",
    evidence: `The body is a form, and ${headerOf(headers, "content-type") === undefined ? "there is no content-type" : "the content-type says otherwise"}.`,
    remedy: PASS_CONTENT_TYPE,
  };
}

/** Names configured texts that are evidently no secrets: an API key, an id, a placeholder. */
function* mistakenSecrets(
  { definition }: Scheme,
  secrets: readonly NamedSecret[],
): Generator<Mistake> {
  const { prefix = "", isApiKey = false } = definition.secret ?? {};
  if (isApiKey) return;
  for (const { secret, name, other } of secrets) {
    if (other || typeof secret !== "string") continue;
    if (prefix !== "" && secret.startsWith(prefix)) continue;
    const mistaken = notASecret(secret);
    if (mistaken === undefined) continue;
    yield {
      code: "secret_mistaken",
      evidence: `What is configured as ${name} ${mistaken.evidence}.`,
      remedy: `Configure the signing secret that ${definition.name} shows for this endpoint.`,
    };
  }
}

/** Says that the function given as `secret` has found none. */
function unknownSecretMistake(error: WebhookError): Mistake {
  return { code: "secret_unusable", evidence: error.message, remedy: LOOKUP_KNOWS_NONE };
}

/** Names a part of the signature header that is signed, and is not there. */
function* missingParts(scheme: Scheme, headers: HeadersLike): Generator<Mistake> {
  const { name, signature } = scheme.definition;
  const groups = groupsOf(scheme, headers);
  if (groups.length === 0) return;
  for (const segment of scheme.segments) {
    if (segment.kind !== "part" || groups.some(({ parts }) => parts.has(segment.name))) continue;
    yield {
      code: "signature_malformed",
      evidence: `The header ${scheme.headers.join(" or ")} has no part "${segment.name}", which ${name} signs.`,
      remedy: `Compare the header as it arrives with signature.${signature.pairs === undefined ? "positions" : "pairs"} in the definition; a proxy may have cut it.`,
    };
  }
}

/** Names something else that is signed, and is not there; or a function that does not say what is. */
async function missingContentMistake(
  scheme: Scheme,
  delivery: Delivery,
  body: Uint8Array,
  publicUrl: Signed["publicUrl"],
): Promise<Mistake | undefined> {
  const { name } = scheme.definition;
  const [group] = groupsOf(scheme, delivery.headers);
  const stretch = signedStretch(scheme, delivery.headers, body);
  if (group === undefined || stretch === undefined) return undefined;
  const signed = { scheme, delivery, group, body: stretch, publicUrl };
  if ((await contentOf(signed)) !== undefined) return undefined;
  const missing = await missingContent(signed);
  if (missing?.kind === "part") return undefined;
  if (missing === undefined) {
    return {
      code: "request_incomplete",
      evidence:
        "signature.signedContent threw for this delivery, or returned neither bytes nor text.",
      remedy: MEND_FUNCTION,
    };
  }
  const remedies: Partial<Record<Segment["kind"], string>> = {
    json: "Text, booleans and whole numbers below 2^53 can stand there; for others there is signature.signedContent.",
    header: "Look at the headers as they arrive: a proxy may have taken it off.",
  };
  return {
    code: "request_incomplete",
    evidence: `${name} signs ${tokenOf(missing, scheme)}, and the delivery has no such value.`,
    remedy:
      remedies[missing.kind] ?? "Compare signature.content in the definition with the delivery.",
  };
}

function groupsOf(scheme: Scheme, headers: HeadersLike): readonly SignatureGroup[] {
  return scheme.headers
    .map((header) => readSignatures(scheme, headerOf(headers, header) ?? ""))
    .flatMap((read) => (typeof read === "string" ? [] : read));
}
