import { readFile } from "node:fs/promises";
import type { ProviderDefinition } from "@countersign/core";
import * as presets from "@countersign/core/providers";

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
| Strava, Salesforce outbound messages, ShipStation v1, Zift | They sign nothing and show no secret. | Take a delivery for a hint: fetch what it names from the provider's API. Keep the URL unguessable, or let only the provider's addresses in. |
| Plaid, Google Pub/Sub push, Wix, monday, Microsoft Graph, Apple App Store, FusionAuth, Neon, Green Dot | They send a JWT or JWS. | \`verify\` with a library such as jose; check issuer, audience and expiry. |
| PayPal, eBay, Circle, WeChat Pay, Alipay, Fireblocks, Bridge.xyz, Utila, Token.io | The key is fetched by an API call of yours, or the signed text needs more than the delivery. | \`signature.algorithm\` with the public key where the definition can say the rest, else \`verify\`. PayPal signs a CRC of the body alone: ask its API to verify. |
| Cloudinary, Praxis, Quoter, PayPro Global | They sign by a plain hash of body and secret. | \`verify\` |
| Braintree, Solidgate, Smile, Upollo, Enode, Favro, Paymob, Exact Online, Treezor, Dropbox Sign, Mercado Pago, Ethoca | Not looked up, or not written yet. | \`signature.algorithm\`, \`signedContent\` or \`verify\` |
| Twilio's JSON deliveries | They sign a digest in the query. | \`verify\` |
| SharePoint | The secret is in each of a list of notifications. | \`verify\` with \`covers: []\` |
| Front, LinkedIn | Front's handshake was not looked up; LinkedIn's would sign bodies for anybody. | – |

## All of them

${row(["export", "provider", "signature in", "algorithm", "what is signed", "time", "each event once", "retries for", ""])}
|${" --- |".repeat(9)}
${rows.join("\n")}
`;
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

function placeOf({
  signature: { header = [], query, body, formField },
}: ProviderDefinition): string {
  if (query !== undefined) return `query ${code(query)}`;
  if (body !== undefined) return `body ${code(body)}`;
  if (formField !== undefined) return `form field ${code(formField)}`;
  return [header].flat().map(code).join(", ") || "see its docstring";
}

function algorithmOf({ signature: { algorithm = "sha256", verify } }: ProviderDefinition): string {
  if (verify !== undefined) return "its own";
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

function code(text: string): string {
  return `\`${text}\``;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
