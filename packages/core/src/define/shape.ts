import type {
  AttemptField,
  BodyDefinition,
  ChallengeDefinition,
  DeliveryDefinition,
  Field,
  ProviderDefinition,
  RequiredValue,
  SecretDefinition,
  SignatureAlgorithm,
  SignatureDefinition,
  SignedUrl,
  TimestampField,
} from "../scheme/definition.ts";
import { unknownNames } from "../base/unknown-names.ts";
import type { Fail } from "./fail.ts";
import {
  ANSWER,
  COUNT,
  COVERED,
  FUNCTION,
  HEADER_TEXT,
  HEADERS,
  isObject,
  type Kind,
  MARK,
  NUMBER_ABOVE_0,
  NUMBER_FROM_0,
  oneOf,
  POINTER,
  required,
  STATUSES,
  TEXT,
  TEXT_BY_NAME,
  TEXTS,
  ZERO_OR_ONE,
} from "./kinds.ts";
import { cut, shown } from "../base/shown.ts";

/** A value of a kind, an object with members that are shaped in turn, or a list of such objects. */
type Shape = Kind | { readonly members: Members; readonly isList?: true };

type Members = Readonly<Record<string, Shape>>;

type NamesOf<T> = T extends unknown ? keyof T & string : never;

/** Keeps the members below complete: the compiler compares their names with the type. */
const object = <T>(members: Readonly<Record<NamesOf<T>, Shape>>): { members: Members } => ({
  members,
});

const ALGORITHMS = [
  "sha1",
  "sha384",
  "sha512",
  "md5",
  "ed25519",
  "ecdsa-p256-sha1",
  "ecdsa-p256-sha256",
  "rsa-sha1",
  "rsa-sha256",
  "rsa-sha512",
  "rsa-pss-sha256",
  "rsa-pss-sha512",
  "token",
  "basic",
] as const satisfies readonly SignatureAlgorithm[];

const KNOWN_ALGORITHM = oneOf("sha256", ...ALGORITHMS);

const ALGORITHM: Kind = {
  ...KNOWN_ALGORITHM,
  named: `${KNOWN_ALGORITHM.named}. For any other (SHA-3, a plain hash) give defineProvider a verify function in the place of signature`,
};

const FIELD = { header: TEXT, part: HEADER_TEXT, body: POINTER, unsigned: MARK } as const;

const DEFINITION = object<ProviderDefinition>({
  name: TEXT,
  docs: TEXT,
  signature: object<SignatureDefinition>({
    header: HEADERS,
    query: TEXT,
    body: POINTER,
    formField: TEXT,
    algorithm: ALGORITHM,
    encoding: oneOf("hex", "hex-upper", "hex-any-case", "base64", "base64-unpadded", "base64url"),
    ecdsa: oneOf("der", "raw"),
    prefix: HEADER_TEXT,
    prefixOptional: MARK,
    scheme: HEADER_TEXT,
    list: HEADER_TEXT,
    pairs: object<NonNullable<SignatureDefinition["pairs"]>>({
      separator: required(HEADER_TEXT),
      signature: required(HEADER_TEXT),
      groups: HEADER_TEXT,
    }),
    positions: object<NonNullable<SignatureDefinition["positions"]>>({
      separator: required(HEADER_TEXT),
      names: required(TEXTS),
      groups: HEADER_TEXT,
    }),
    content: TEXT,
    url: object<SignedUrl>({ decoded: HEADER_TEXT, asRegistered: MARK }),
    signedContent: FUNCTION,
    verify: FUNCTION,
    sign: FUNCTION,
    readSecret: FUNCTION,
    covers: COVERED,
  }),
  secret: object<SecretDefinition>({
    encoding: required(oneOf("utf8", "hex", "base64")),
    prefix: TEXT,
    withoutPrefix: oneOf("utf8", "hex", "base64", "refuse"),
    separator: TEXT,
    ignored: TEXT,
    otherwise: TEXT,
    isApiKey: MARK,
  }),
  timestamp: object<TimestampField>({
    ...FIELD,
    unit: required(oneOf("seconds", "milliseconds", "iso8601", "auto")),
    of: oneOf("attempt", "event"),
    toleranceSeconds: NUMBER_ABOVE_0,
  }),
  id: object<Field>(FIELD),
  type: object<Field>(FIELD),
  body: object<BodyDefinition>({
    format: oneOf("json", "form", "text", "bytes", "auto"),
    formField: object<NonNullable<BodyDefinition["formField"]>>({
      name: required(TEXT),
      signed: required(oneOf("decoded", "encoded")),
    }),
    optional: MARK,
    unsigned: MARK,
  }),
  requires: {
    isList: true,
    ...object<RequiredValue>({ header: TEXT, part: HEADER_TEXT, value: required(HEADER_TEXT) }),
  },
  challenge: object<ChallengeDefinition>({
    query: TEXT,
    method: oneOf("GET", "POST"),
    equals: TEXT_BY_NAME,
    token: TEXT,
    body: POINTER,
    when: { members: { body: required(POINTER), value: required(TEXT) } },
    answer: ANSWER,
    handover: POINTER,
    probe: oneOf("HEAD", "GET"),
    header: TEXT,
    handsOver: MARK,
  }),
  dedup: oneOf("id", "content", "id-or-content", "unsigned-id", "none"),
  delivery: object<DeliveryDefinition>({
    deadlineSeconds: NUMBER_FROM_0,
    retrySpanSeconds: NUMBER_FROM_0,
    successStatuses: STATUSES,
    disablesEndpoint: MARK,
    maxBodyBytes: COUNT,
    emptyAnswers: MARK,
    idHeader: TEXT,
    attempt: object<AttemptField>({ header: TEXT, body: POINTER, first: required(ZERO_OR_ONE) }),
  }),
});

/** Refuses what is of another kind than its readers take it for, and names that nothing reads: such a rule would not hold. */
export function checkShape(definition: ProviderDefinition, fail: Fail): void {
  checkMembers(definition, DEFINITION.members, "", fail);
}

function checkMembers(value: object, members: Members, inside: string, fail: Fail): void {
  const known = Object.keys(members);
  const [unknown] = unknownNames(value, known);
  if (unknown !== undefined) {
    const { name, meant } = unknown;
    const path = inside + cut(name);
    throw fail(
      meant === undefined
        ? `${path} is unknown, and nothing would look at it. There is ${known.map((one) => inside + one).join(", ")}.`
        : `${path} is unknown; did you mean ${inside}${meant}?`,
    );
  }
  for (const [name, shape] of Object.entries(members)) {
    checkValue((value as Record<string, unknown>)[name], shape, inside + name, fail);
  }
}

function checkValue(value: unknown, shape: Shape, path: string, fail: Fail): void {
  const wrong = (named: string): Error => fail(`${path} is ${shown(value)}; it must be ${named}.`);
  if ("fits" in shape) {
    const isThere = value !== undefined || shape.required === true;
    if (isThere && !shape.fits(value)) throw wrong(shape.named);
    return;
  }
  if (value === undefined) return;
  const { members, isList } = shape;
  const named = `{ ${Object.keys(members).join(", ")} }`;
  const items = isList ? value : [value];
  if (!Array.isArray(items)) throw wrong(`a list of ${named}`);
  for (const [index, item] of (items as unknown[]).entries()) {
    const at = isList ? `${path}[${index}]` : path;
    if (!isObject(item)) throw fail(`${at} is ${shown(item)}; it must be an object: ${named}.`);
    checkMembers(item, members, `${at}.`, fail);
  }
}
