import type {
  BodyDefinition,
  ChallengeDefinition,
  DeliveryDefinition,
  Field,
  ProviderDefinition,
  RequiredValue,
  SecretDefinition,
  SignatureDefinition,
  TimestampField,
} from "../definition.ts";
import { unknownNames } from "../spelling.ts";
import type { Fail } from "./fail.ts";

/** The names of an object's members, those of further objects with theirs; `true`: whatever is there. */
type Shape = true | { readonly [name: string]: Shape };

type NamesOf<T> = T extends unknown ? keyof T & string : never;

/** Keeps the names below complete: the compiler compares them with the type. */
const shapeOf = <T>(shape: Readonly<Record<NamesOf<T>, Shape>>): Shape => shape;

const FIELD = { header: true, part: true, body: true, unsigned: true } as const;

const DEFINITION = shapeOf<ProviderDefinition>({
  name: true,
  docs: true,
  signature: shapeOf<SignatureDefinition>({
    header: true,
    encoding: true,
    prefix: true,
    prefixOptional: true,
    scheme: true,
    list: true,
    pairs: shapeOf<NonNullable<SignatureDefinition["pairs"]>>({
      separator: true,
      signature: true,
      groups: true,
    }),
    positions: shapeOf<NonNullable<SignatureDefinition["positions"]>>({
      separator: true,
      names: true,
      groups: true,
    }),
    content: true,
    signedContent: true,
    covers: true,
  }),
  secret: shapeOf<SecretDefinition>({
    encoding: true,
    prefix: true,
    withoutPrefix: true,
    separator: true,
    ignored: true,
  }),
  timestamp: shapeOf<TimestampField>({ ...FIELD, unit: true, of: true, toleranceSeconds: true }),
  id: shapeOf<Field>(FIELD),
  type: shapeOf<Field>(FIELD),
  body: shapeOf<BodyDefinition>({
    format: true,
    formField: shapeOf<NonNullable<BodyDefinition["formField"]>>({ name: true, signed: true }),
  }),
  requires: shapeOf<RequiredValue>({ header: true, part: true, value: true }),
  challenge: shapeOf<ChallengeDefinition>({
    query: true,
    method: true,
    equals: true,
    token: true,
    body: true,
    when: { body: true, value: true },
    answer: { json: true },
    handover: true,
  }),
  dedup: true,
  delivery: shapeOf<DeliveryDefinition>({
    deadlineSeconds: true,
    retrySpanSeconds: true,
    maxBodyBytes: true,
    emptyAnswers: true,
  }),
});

/** Refuses what nothing reads: a misspelt name would be a rule that does not hold. */
export function checkNames(definition: ProviderDefinition, fail: Fail): void {
  checkMembers(definition, DEFINITION, "", fail);
}

function checkMembers(value: unknown, shape: Shape, path: string, fail: Fail): void {
  if (shape === true || typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      checkMembers(item, shape, `${path}[${index}]`, fail);
    }
    return;
  }
  const inside = path === "" ? "" : `${path}.`;
  const known = Object.keys(shape);
  const [unknown] = unknownNames(value, known);
  if (unknown !== undefined) {
    const { name, meant } = unknown;
    throw fail(
      meant === undefined
        ? `${inside}${name} is unknown, and nothing would look at it. There is ${known.map((one) => inside + one).join(", ")}.`
        : `${inside}${name} is unknown; did you mean ${inside}${meant}?`,
    );
  }
  for (const [name, member] of Object.entries(value)) {
    checkMembers(member, shape[name] ?? true, inside + name, fail);
  }
}
