import type { TokenDefinition } from "./definition.ts";
import { configError } from "./errors.ts";

const ALGORITHMS = /^(HS|RS|PS|ES)(256|384|512)$|^EdDSA$/;

/** Throws `config_invalid` where a definition can't be right. What every provider has is checked by `defineProvider`. */
export function checkTokenDefinition(definition: TokenDefinition): void {
  const { name, algorithms, jwks, audience, issuer, claims, accept } = definition;
  const fail = (what: string): Error => configError(`${name}: ${what}`);
  if (!Array.isArray(algorithms) || algorithms.length === 0) {
    throw fail(
      'algorithms is missing. Name those that the provider documents: algorithms: ["ES256"].',
    );
  }
  const unknown = algorithms.find((algorithm) => !ALGORITHMS.test(algorithm));
  if (unknown !== undefined) {
    throw fail(
      `algorithms has ${JSON.stringify(unknown)}. There is HS256, RS256, PS256, ES256, each with 384 and 512, and EdDSA.`,
    );
  }
  const hmacs = algorithms.filter((algorithm) => algorithm.startsWith("HS"));
  if (hmacs.length > 0 && hmacs.length < algorithms.length) {
    throw fail(
      "algorithms has HMAC beside public-key algorithms: anybody could sign with the public key as a secret. Keep one kind.",
    );
  }
  for (const [setting, value] of Object.entries({ issuer, audience, ...claims })) {
    if (value !== undefined && [value].flat().some((one) => one === "" || one === undefined)) {
      throw fail(`${setting} is empty. Is the environment variable that it comes from set?`);
    }
    if (Array.isArray(value) && value.length === 0) {
      throw fail(`${setting} is an empty list, which no token can meet. Name at least one.`);
    }
  }
  if (accept !== undefined && typeof accept !== "function") throw fail("accept is not a function.");
  checkPlace(definition, fail);
  checkProof(definition, fail);
  for (const url of [jwks ?? []].flat()) checkUrl(url, fail);
}

function checkPlace({ token }: TokenDefinition, fail: (what: string) => Error): void {
  if (token === "body") return;
  const place = Object.entries((token as unknown) ?? {}).find(([, value]) => value !== undefined);
  const [kind, value] = place ?? [];
  const isPointer = kind === "body" && typeof value === "string" && value.startsWith("/");
  if (isPointer || ((kind === "header" || kind === "formField") && value !== "")) return;
  throw fail(
    'token says where the token is: { header: "Authorization", scheme: "Bearer" }, { body: "/pointer" }, { formField }, or "body".',
  );
}

function checkProof({ proves, token }: TokenDefinition, fail: (what: string) => Error): void {
  const isKnown =
    proves === "payload" ||
    proves === "body" ||
    proves === "sender" ||
    (typeof (proves as unknown) === "object" &&
      proves !== null &&
      ["claim", "bodySha256", "detached"].some((kind) => kind in proves));
  if (!isKnown) {
    throw fail(
      'proves says what the token proves: "payload", { claim }, { bodySha256, encoding }, "body", { detached }, or "sender" where it is nothing of the body.',
    );
  }
  const isSeparate = proves === "body" || (typeof proves === "object" && !("claim" in proves));
  if (isSeparate && (token === "body" || !("header" in token))) {
    throw fail(
      "a token that proves the body as sent can't be inside of it: token must be a header.",
    );
  }
}

function checkUrl(url: string, fail: (what: string) => Error): void {
  if (URL.canParse(url)) {
    const { protocol, username, password, hash, href } = new URL(url);
    if (protocol === "https:" && username + password + hash === "" && href === url) return;
  }
  throw fail(`jwks is ${JSON.stringify(url)}. It must be an https: URL, written in full.`);
}
