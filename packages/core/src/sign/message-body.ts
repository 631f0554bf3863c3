import { bytesOf, kindOf, utf8 } from "../base/bytes.ts";
import { configError, WebhookError } from "../base/errors.ts";
import { encodeForm } from "../delivery/form.ts";
import type { Scheme } from "../scheme/scheme.ts";
import type { Fact } from "./facts.ts";
import { putIfAbsent } from "./put-if-absent.ts";
import type { SignMessage } from "./sign-options.ts";

/** A body as it is sent, and what of it is signed. */
export interface MessageBody {
  readonly body: Uint8Array;
  /** The bytes that `{body}` means in the signed content. */
  readonly signedBody: Uint8Array;
  readonly contentType: string;
}

/**
 * Writes the body of a message as the provider would.
 *
 * @throws `config_invalid` where the provider sends no such bodies
 */
export function writeBody(
  scheme: Scheme,
  message: SignMessage,
  facts: readonly Fact[],
): MessageBody {
  const { name, body: definition } = scheme.definition;
  const format = definition?.format ?? "json";
  const plain = bytesOf(message.body) ?? utf8(serialized(scheme, message, facts));
  const isForm = kindOf(message.body) === "URLSearchParams";
  const contentType = contentTypeOf(format, message.form === true || isForm);
  if (!message.form) return { body: plain, signedBody: plain, contentType };

  const field = isForm ? undefined : definition?.formField;
  if (field === undefined && format !== "form" && format !== "auto") {
    throw configError(`${name} sends no forms: leave \`form\` out.`);
  }
  const body = field === undefined ? plain : utf8(encodeForm({ [field.name]: textOf(plain) }));
  return { body, signedBody: field?.signed === "decoded" ? plain : body, contentType };
}

/** Writes an object in the provider's format, with the facts that have their place in the body. */
function serialized(scheme: Scheme, { body }: SignMessage, facts: readonly Fact[]): string {
  const { body: definition, name, timestamp } = scheme.definition;
  const format = definition?.format ?? "json";
  if (kindOf(body) === "URLSearchParams" && (format === "form" || format === "auto")) {
    return (body as URLSearchParams).toString();
  }
  checkObject(name, format, body);
  const filled = jsonOf(name, body);
  for (const [source, value] of facts) {
    if (source.kind !== "body" || value === undefined) continue;
    // A time in a body is a number where it is digits; JSON has numbers.
    const isNumber =
      source === scheme.timestamp && timestamp?.unit !== "iso8601" && format !== "form";
    putIfAbsent(filled, source.pointer, isNumber ? Number(value) : value);
  }
  return format === "form" ? encodeForm(filled as Record<string, string>) : JSON.stringify(filled);
}

/** Throws `config_invalid` unless a body is an object, and one that can be written in the format. */
function checkObject(name: string, format: string, body: unknown): void {
  const kind = kindOf(body);
  // As JSON, all of these would be empty.
  if (/^(URLSearchParams|FormData|Blob|File|Map|Set|Promise|ReadableStream)$/.test(kind)) {
    throw configError(
      `${name}: a ${kind} can't be signed as ${format}. Give bytes, text, or a plain object.`,
    );
  }
  if (typeof body !== "object" || body === null) {
    throw configError(`${name}: the body to sign must be bytes, text, or an object.`);
  }
  if (format === "text" || format === "bytes") {
    throw configError(`${name} sends ${format}: pass the body as bytes or text, not as an object.`);
  }
}

/** Copies a value as JSON has it: through `toJSON` where there is one, and without what is undefined. */
function jsonOf(name: string, body: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(body));
  } catch (cause) {
    throw new WebhookError("config_invalid", `${name}: the body can't be written as JSON.`, {
      cause,
    });
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw configError("A form field carries text: this body is not UTF-8.");
  }
}

function contentTypeOf(format: string, form: boolean): string {
  if (form || format === "form") return "application/x-www-form-urlencoded";
  if (format === "bytes") return "application/octet-stream";
  return format === "text" ? "text/plain" : "application/json";
}
