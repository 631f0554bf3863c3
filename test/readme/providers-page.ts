import { readFile } from "node:fs/promises";
import type { ProviderDefinition } from "@countersign/core";
import * as presets from "@countersign/core/providers";
import { DELIVERY_FACTS } from "./delivery-facts.ts";
import { provenanceTable, publishedCount } from "./provenance.ts";
import { code, row } from "./table.ts";
import { tokenPresets } from "../jwt/presets.ts";

const PROVIDERS = new URL("../../packages/core/src/providers/", import.meta.url);
const DEFAULT_TOLERANCE_SECONDS = 300;

/** Where the page is, which is published with the package. */
export const page = new URL("../../packages/core/PROVIDERS.md", import.meta.url);

/** The page of all presets, from their data and the first sentence of their docstrings. */
export async function providersPage(): Promise<string> {
  const rows = await Promise.all(
    Object.entries<ProviderDefinition>(presets).map(async ([name, preset]) =>
      row([
        code(name),
        await aboutOf(name, preset),
        placeOf(preset),
        algorithmOf(preset),
        contentOf(preset),
        timeOf(preset),
        onceOf(preset),
        handshakeOf(preset),
        spanOf(preset.delivery?.retrySpanSeconds),
        preset.docs === undefined ? "" : `[docs](${preset.docs})`,
      ]),
    ),
  );
  return `# The ${rows.length} presets

Written from the presets' data: \`UPDATE_PROVIDERS=1 npm run test:unit -- test/readme\`. Import one by its name from
\`@countersign/core/providers\`; what else there is to know (which secret, what is unsigned, handshakes) stands in its docstring.

- **time**: how far the signed time of the attempt may be from now. "event": the signed time is the event's own, and is checked only where you
  set \`toleranceSeconds\`. "–": no time is signed; what stops replays is dedup.
- **what is signed**: nothing, for a token or Basic credentials. Whoever knows the secret can send anything, and \`event.unsigned\` lists it all.
- **each event once**: what the promise means for this provider (\`dedup\`). "by its id": a signed id names the event. "by its content": two deliveries with
  the same body are one event. "by an id that nobody signed": whoever knows the token can change it (\`event.unsigned\`). "no": identical bodies may be different events, so nothing is remembered, and the handler runs again with every
  retry and every replay: make it idempotent.
- **handshake**: what the provider asks for when the endpoint is registered; the receiver answers it.
- **retries for**: from the first attempt to the last. "–": the provider does not say. Remember events for longer: \`retentionSeconds\` (3 days unless
  set; a receiver warns where it is shorter than this).

## Change a preset

A preset is data: spread it, change what differs, and have \`defineProvider\` check it. A definition that it has not checked is refused.

\`\`\`ts
import { defineProvider } from "@countersign/core";
import { github, type GitHubEvents } from "@countersign/core/providers";

export const everyDelivery = defineProvider<GitHubEvents>({ ...github, dedup: "none" });
\`\`\`

Why one would: GitHub signs no id, so its events are told apart by their content, and two \`workflow_dispatch\` with the same inputs count as one.

## Without a preset

| providers | why | what to do |
| --- | --- | --- |
| Strava, Salesforce outbound messages, ShipStation v1, Zift | They sign nothing and show no secret. | See [Providers that sign nothing](https://github.com/countersign/countersign/blob/main/docs/unsigned-providers.md). |
| WeChat Pay, Alipay | RSA with a key fetched by a signed call of yours; WeChat Pay encrypts what it signs. | \`verify\`, with the provider's own SDK. |
| Bridge.xyz, Utila, Token.io | Their documentation leaves open what is signed, or is not public. | \`signature.algorithm\` with the public key, or \`verify\`. |
| Praxis, Quoter, PayPro Global | They sign by a plain hash of some fields and the secret. | \`verify\`. Take what is not in the hash for unsigned. |
| Treezor | Signs a part of the body written anew, as PHP writes JSON. | \`verify\`. |
| Smile ID | Signs its time and your partner id, and nothing of the result. | Take a delivery for a hint, and fetch the result. |
| Green Dot, Upollo, Ethoca | No public documentation was found. Ethoca is said to use Basic credentials. | \`signature.algorithm: "basic"\`, or \`verify\`. |
| OpenClaw, CloudSignal and others with a shared token | A header with a text of your choice. | \`signature: { header, algorithm: "token" }\`. |
| Twilio's JSON deliveries | They sign a digest in the query. | \`verify\`. |
| LinkedIn | Its handshake would sign bodies for anybody. | – |

## All of them

${row(["export", "provider", "signature in", "algorithm", "what is signed", "time", "each event once", "handshake", "retries for", ""])}
|${" --- |".repeat(10)}
${rows.join("\n")}

## With a JWT or JWS

These are presets of [@countersign/jwt](https://github.com/countersign/countersign/tree/main/packages/jwt#readme).

${row(["provider", "token in", "algorithm", "what is proven", "time", "each event once", "handshake", "retries for", ""])}
|${" --- |".repeat(9)}
${tokenRows().join("\n")}

## What each provider expects of an answer

How long it waits, for how long it sends again, which statuses it counts as success, and what disables an endpoint. "–" means not documented, as far as
could be found. A preset carries the first three as data (\`delivery\`), and whether it counts failures (\`disablesEndpoint\`): a receiver sends the right status where no
handler chose one, warns of an answer that the provider takes for a failure, and lets copies of an event wait where a 503 would do harm
(\`whileInFlight\`).

The facts of ${Object.keys(DELIVERY_FACTS).length} presets were looked up again, and for ${Object.values(DELIVERY_FACTS).filter(({ source }) => source === undefined).length} of them no page could be read that says anything. A row without a source has what the page said that its preset was
written from, and was not looked up again.

${row(["export", "waits for", "retries for", "success", "disabled by", "", "source"])}
|${" --- |".repeat(7)}
${deliveryRows().join("\n")}

## Where each scheme was looked up

Each preset was written from the page in its \`docs\`. Some were checked again: against the provider's own library or example where there is one, or a
third party's. "–": against nothing but the page, and the known answer where somebody else published one.

A known answer is a signed delivery that the preset has to verify. ${publishedCount()} presets have one that somebody else published. "ours": the content as the page describes it, signed
with \`openssl\`, which proves that the preset does what we read, and not that we read it right. Tell us of a
delivery that yours refuses.

${provenanceTable()}

The presets of \`@countersign/jwt\` are held to the examples of RFC 7515 and RFC 8037. None of them has a token that its provider published.
`;
}

/** What each provider expects of an answer, from its preset's data and {@link DELIVERY_FACTS}. */
function deliveryRows(): readonly string[] {
  return Object.entries<ProviderDefinition>(presets).map(([name, { delivery = {} }]) => {
    const facts = DELIVERY_FACTS[name];
    const { deadlineSeconds, retrySpanSeconds, successStatuses } = delivery;
    return row([
      code(name),
      deadlineSeconds === undefined ? "–" : `${deadlineSeconds} s`,
      spanOf(retrySpanSeconds),
      successStatuses?.join(", ") ?? facts?.success ?? "–",
      facts?.disabledBy ?? "–",
      facts?.note ?? "",
      sourceOf(facts),
    ]);
  });
}

function sourceOf(facts: (typeof DELIVERY_FACTS)[string] | undefined): string {
  if (facts === undefined) return "";
  return facts.source === undefined ? "nothing found" : `[source](${facts.source})`;
}

/** The presets of `@countersign/jwt`, each once. */
function tokenRows(): readonly string[] {
  const names = tokenPresets.map(({ provider }) => provider.name);
  return tokenPresets
    .filter(({ provider }, index) => names.indexOf(provider.name) === index)
    .map(({ provider, algorithm }) =>
      row([
        provider.name,
        placeOf(provider),
        algorithm === "x5c" ? "ES256, certificates" : algorithm,
        contentOf(provider),
        timeOf(provider),
        onceOf(provider),
        handshakeOf(provider),
        spanOf(provider.delivery?.retrySpanSeconds),
        `[docs](${provider.docs})`,
      ]),
    );
}

/** The first sentence of a preset's docstring, without what it says of the scheme: the table has that. */
async function aboutOf(name: string, preset: ProviderDefinition): Promise<string> {
  const source = await readFile(new URL(`${preset.name}.ts`, PROVIDERS), "utf8");
  const docstrings = source.slice(0, source.indexOf(`export const ${name}:`)).split("/**\n");
  const [, text = ""] = /^ \* (.*)/.exec(docstrings.at(-1) ?? "") ?? [];
  const [sentence = ""] = text.split(/: [{`]|\.(?: |$)/);
  return sentence.replaceAll(/\{@link (\w+)\}/g, "$1");
}

function onceOf({ dedup }: ProviderDefinition): string {
  const meanings = {
    id: "by its id",
    content: "by its content",
    "id-or-content": "by its id, else its content",
    "unsigned-id": "by an id that nobody signed",
    none: "**no** (`none`)",
  };
  return meanings[dedup];
}

function handshakeOf({ challenge }: ProviderDefinition): string {
  if (challenge === undefined) return "–";
  if ("query" in challenge) return `${challenge.method ?? "GET"} with ${code(challenge.query)}`;
  if ("probe" in challenge) return challenge.probe;
  if ("handover" in challenge) return "hands over its secret";
  if ("header" in challenge) return code(challenge.header);
  return `${code(challenge.when.value)} in a signed body`;
}

function placeOf({
  signature: { header = [], query, body, formField },
}: ProviderDefinition): string {
  if (query !== undefined) return `query ${code(query)}`;
  if (body !== undefined) return `body ${code(body)}`;
  if (formField !== undefined) return `form field ${code(formField)}`;
  return [header].flat().map(code).join(", ") || "the body";
}

function algorithmOf({ signature: { algorithm = "sha256", verify } }: ProviderDefinition): string {
  if (verify !== undefined) return "its own (docstring)";
  return /^(sha|md5)/.test(algorithm) ? `HMAC-${algorithm.toUpperCase()}` : algorithm;
}

/** What is signed; of a function, what it covers. */
function contentOf({ signature }: ProviderDefinition): string {
  const { content = "{body}", covers, algorithm } = signature;
  if (algorithm === "token" || algorithm === "basic") return "nothing";
  if (covers === undefined) return code(content);
  return covers.length === 0 ? "nothing" : covers.map(code).join(", ");
}

function timeOf({ timestamp }: ProviderDefinition): string {
  if (timestamp === undefined || timestamp.unsigned) return "–";
  if (timestamp.of === "event") return "event";
  return `± ${timestamp.toleranceSeconds ?? DEFAULT_TOLERANCE_SECONDS} s`;
}

/** In the largest unit of which there are two or more. */
function spanOf(seconds: number | undefined): string {
  if (seconds === undefined) return "–";
  if (seconds === 0) return "none";
  const units = [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
  ] as const;
  const [unit, length] = units.find(([, each]) => seconds >= 2 * each) ?? ["s", 1];
  return `${Number((seconds / length).toFixed(1))} ${unit}`;
}
