import { textIfUtf8, utf8 } from "../base/bytes.ts";
import { configError, WebhookError } from "../base/errors.ts";
import { parsePointer, select } from "../base/json-pointer.ts";
import { formField } from "../delivery/form.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { readSignatures } from "../scheme/signature-header.ts";
import type { Grammar, Scheme } from "../scheme/scheme.ts";

/** Signatures in the query string or in the body. Nobody has signed what they are read from yet. */
export const signaturePlace: Required<Pick<Grammar, "signaturesIn" | "putSignature">> = {
  signaturesIn(scheme, delivery, body) {
    const { name } = scheme.definition;
    const text = textAt(scheme, delivery, body);
    const place = placeOf(scheme);
    if (text === undefined || text === "") {
      throw new WebhookError(
        "signature_missing",
        `${place}, where ${name} signs, has no signature. Is a secret set at ${name}, and does the definition name the right place?`,
      );
    }
    const read = readSignatures(scheme, text);
    if (typeof read !== "string") return read;
    throw new WebhookError(
      "signature_malformed",
      `${place} does not hold a signature of ${name}: ${read}.`,
    );
  },

  putSignature({ definition: { name, signature } }, { url, body }, text) {
    if (signature.query !== undefined) {
      if (url === undefined) throw configError(`${name} signs in the query of the URL. Give url.`);
      const [, path = "", query = "", fragment = ""] =
        /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(url) ?? [];
      const parameter = encodeURIComponent(signature.query);
      // As it was, but for an older signature.
      const others = query
        .slice(1)
        .split("&")
        .filter((pair) => pair !== "" && !pair.startsWith(`${parameter}=`));
      const written = [...others, `${parameter}=${encodeURIComponent(text)}`].join("&");
      return { url: `${path}?${written}${fragment}` };
    }
    const sent = textIfUtf8(body) ?? "";
    if (signature.formField !== undefined) {
      const form = new URLSearchParams(sent);
      form.set(signature.formField, text);
      return { body: utf8(form.toString()) };
    }
    return { body: utf8(JSON.stringify(withValue(JSON.parse(sent), signature.body ?? "", text))) };
  },
};

/** A copy of JSON with a text at a pointer. */
function withValue(root: unknown, pointer: string, text: string): unknown {
  const [step, ...rest] = parsePointer(pointer) ?? [];
  if (step === undefined) return text;
  const inner = rest.length === 0 ? "" : `/${rest.map(escapeStep).join("/")}`;
  if (Array.isArray(root)) {
    return root.map((item: unknown, index) =>
      String(index) === step ? withValue(item, inner, text) : item,
    );
  }
  const record: object = typeof root === "object" && root !== null ? root : {};
  const before = (record as Readonly<Record<string, unknown>>)[step];
  return { ...record, [step]: inner === "" ? text : withValue(before, inner, text) };
}

function escapeStep(step: string): string {
  return step.replaceAll("~", "~0").replaceAll("/", "~1");
}

function textAt(
  { definition: { signature } }: Scheme,
  { url = "" }: Delivery,
  body: Uint8Array,
): string | undefined {
  if (signature.query !== undefined) {
    const query = new URLSearchParams(/^[^?#]*\?([^#]*)/.exec(url)?.[1] ?? "");
    const values = query.getAll(signature.query);
    // Of two, nobody knows which one counts.
    return values.length === 1 ? values[0] : undefined;
  }
  try {
    if (signature.formField !== undefined) return formField(body, signature.formField);
    const parsed: unknown = JSON.parse(textIfUtf8(body) ?? "");
    const found = select(parsed, parsePointer(signature.body ?? "") ?? []);
    return found.length === 1 && typeof found[0] === "string" ? found[0] : undefined;
  } catch {
    return undefined;
  }
}

function placeOf({ definition: { signature } }: Scheme): string {
  if (signature.query !== undefined) return `The query parameter ${signature.query}`;
  return signature.formField === undefined
    ? `The place ${signature.body} of the body`
    : `The form field ${signature.formField}`;
}
