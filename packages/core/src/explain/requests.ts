import type { Delivery } from "../delivery/delivery.ts";
import { headerOf } from "../delivery/headers.ts";
import type { Scheme } from "../scheme/scheme.ts";
import { formatTimestamp, parseTimestamp, type TimestampUnit } from "../scheme/timestamp.ts";
import type { VerifyOptions } from "../verify/options.ts";
import { contentVariants } from "./contents.ts";
import { type Mistake, quoted } from "./finding.ts";
import { type HeaderPair, headerPairs } from "./header-pairs.ts";
import { signsUrl, urlVariants } from "./urls.ts";

/** A request that may have been signed in place of the one that arrived. */
export interface RequestVariant {
  readonly delivery: Delivery;
  readonly options: VerifyOptions<never>;
  /** Puts another text in the place of a part of the signature header. */
  readonly part?: { readonly name: string; readonly text: string };
  readonly mistakes: readonly Mistake[];
  /** Signs something else than the definition says. */
  readonly scheme?: Scheme;
}

const METHODS = ["POST", "PUT", "PATCH", "GET", "DELETE"];
const UNITS: readonly TimestampUnit[] = ["seconds", "milliseconds", "iso8601"];

/** Returns requests with other URLs, methods, times and header names, as far as the scheme signs them. */
export function* requestVariants(
  scheme: Scheme,
  options: VerifyOptions<never>,
  delivery: Delivery,
  parts: ReadonlyMap<string, string>,
): Generator<RequestVariant> {
  if (signsUrl(scheme)) {
    for (const { url, what } of urlVariants(options, delivery)) {
      yield {
        delivery: { ...delivery, url },
        options: { ...options, publicUrl: undefined },
        mistakes: [
          {
            code: "url_changed",
            evidence: `The signature fits the URL ${what}.`,
            remedy:
              "Set publicUrl to the URL that is registered at the provider, or to a function where the query has to be written in another way; behind a proxy the request arrives with another one.",
          },
        ],
      };
    }
  }
  const isFree = scheme.definition.signature.signedContent !== undefined;
  if (isFree || scheme.segments.some(({ kind }) => kind === "method")) {
    yield* otherMethods(options, delivery);
  }
  yield* otherTimes(scheme, options, delivery, parts);
  yield* renamedHeaders(scheme, options, delivery);
  for (const content of contentVariants(scheme)) {
    yield { delivery, options, scheme: content.scheme, mistakes: [content.mistake] };
  }
}

function* otherMethods(
  options: VerifyOptions<never>,
  delivery: Delivery,
): Generator<RequestVariant> {
  const given = delivery.method;
  const passed = given === undefined ? "without one" : `with ${quoted(given)}`;
  for (const method of METHODS.filter((one) => one !== given?.toUpperCase())) {
    const mistake: Mistake = {
      code: "method_changed",
      evidence: `The signature fits the method ${method}, and the delivery was passed ${passed}.`,
      remedy:
        given === undefined
          ? "Pass { method } beside headers and body."
          : "Pass the method that the provider used; a redirect or a proxy in front has changed it.",
    };
    yield { delivery: { ...delivery, method }, options, mistakes: [mistake] };
  }
}

/** Writes the signed time in other units than the one that was sent. */
function* otherTimes(
  { timestamp, definition }: Scheme,
  options: VerifyOptions<never>,
  delivery: Delivery,
  parts: ReadonlyMap<string, string>,
): Generator<RequestVariant> {
  if (timestamp === undefined || timestamp.kind === "body") return;
  const sent =
    timestamp.kind === "header"
      ? headerOf(delivery.headers, timestamp.name)
      : parts.get(timestamp.name);
  const ms = parseTimestamp(sent?.trim(), "auto");
  if (sent === undefined || ms === undefined) return;
  const texts = new Map<string, string>();
  for (const unit of UNITS)
    texts.set(formatTimestamp(ms, unit), `in ${unit === "iso8601" ? "ISO 8601" : unit}`);
  texts.set(new Date(ms).toISOString().replace(".000Z", "Z"), "in ISO 8601");
  texts.set(`${Math.floor(ms / 1000)}000`, "in whole seconds, as milliseconds");
  for (const [text, what] of texts) {
    if (text === sent) continue;
    const mistakes: Mistake[] = [
      {
        code: "timestamp_unit",
        evidence: `The signature fits the time ${what}, and it arrived in another form.`,
        remedy: `Pass the time on as ${definition.name} sends it: something on the way reformats it.`,
      },
    ];
    yield timestamp.kind === "part"
      ? { delivery, options, mistakes, part: { name: timestamp.name, text } }
      : { delivery: withHeader(delivery, timestamp.name, text), options, mistakes };
  }
}

/** Finds signed headers that are missing under other names: one under any, several with the same text around their names. */
function* renamedHeaders(
  { segments }: Scheme,
  options: VerifyOptions<never>,
  delivery: Delivery,
): Generator<RequestVariant> {
  const signed = segments.flatMap((segment) => (segment.kind === "header" ? [segment.name] : []));
  const missing = [...new Set(signed)].filter(
    (name) => headerOf(delivery.headers, name) === undefined,
  );
  const [first] = missing;
  if (first === undefined) return;
  const isOne = missing.length === 1;
  const pairs = headerPairs(delivery.headers);
  const byName = new Map(pairs);
  for (const [other, text] of pairs) {
    const at = other.indexOf(first);
    if (!isOne && at < 0) continue;
    const before = other.slice(0, at);
    const behind = other.slice(at + first.length);
    let renamed = delivery;
    for (const name of missing) {
      const value = isOne ? text : byName.get(before + name + behind);
      if (value !== undefined) renamed = withHeader(renamed, name, value);
    }
    if (missing.some((name) => headerOf(renamed.headers, name) === undefined)) continue;
    const evidence = isOne
      ? `The header ${first} is missing; the signature fits with the value of ${quoted(other)}.`
      : `The headers ${missing.join(" and ")} are missing; the signature fits with those that are named ${quoted(`${before}…${behind}`)}.`;
    const mistake: Mistake = { code: "header_renamed", evidence, remedy: RENAMED_REMEDY };
    yield { delivery: renamed, options, mistakes: [mistake] };
  }
}

const RENAMED_REMEDY =
  "Set the definition to the header that the provider sends, or stop the proxy in front from renaming it.";

function withHeader(delivery: Delivery, name: string, value: string): Delivery {
  const others = headerPairs(delivery.headers).filter(([header]) => header !== name);
  const headers: HeaderPair[] = [...others, [name, value]];
  return { ...delivery, headers };
}
