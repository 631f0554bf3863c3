/**
 * What verification costs beside the snippet that people write by hand, and beside the libraries of providers.
 *
 * Everything is interleaved in one process: many short rounds, each of which runs every alternative once. Writes
 * `results/verify-node<version>.json`, and draws `docs/public/verify-node<version>.svg`. Run: node --import tsx bench/verify.ts [rounds] [bytes of the largest body]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { createVerifier, sign } from "@countersign/core";
import { jsonOf } from "./bodies.ts";
import { type Bar, barChart } from "./chart.ts";
import { type Alternative, medians } from "./rounds.ts";
import { SCHEMES } from "./verify-schemes.ts";

const SIZES = [256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576];
const [rounds = 15, largestBytes = Number.POSITIVE_INFINITY] = process.argv.slice(2).map(Number);

/** Times in microseconds a call. */
interface Row {
  readonly scheme: string;
  readonly bytes: number;
  readonly snippetUs: number;
  readonly checkUs: number;
  readonly snippetAndParseUs: number;
  readonly verifyUs: number;
  readonly checkToSnippet: number;
  readonly verifyToSnippetAndParse: number;
  readonly peersUs: Readonly<Record<string, number>>;
}

const round = (value: number): number => Math.round(100 * value) / 100;

async function measure(scheme: (typeof SCHEMES)[number], bytes: number): Promise<Row> {
  const { provider, secret, snippet, peers } = scheme;
  const body = jsonOf(bytes);
  const { headers } = await sign({ body }, { provider, secret });
  const verifier = createVerifier({ provider, secret });
  const alternatives: Alternative[] = [
    { name: "snippet", run: () => snippet(body, headers) },
    { name: "check", run: () => verifier.check({ headers, body }) },
    {
      name: "snippet and parse",
      run: () => snippet(body, headers) && JSON.parse(body.toString()),
    },
    { name: "verify", run: () => verifier.verify({ headers, body }) },
    ...peers.map(({ name, run }) => ({ name, run: () => run(body, headers) })),
  ];
  for (const { name, run } of alternatives) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    if ((await run()) === false) throw new Error(`${scheme.name}: ${name} refused the delivery`);
  }
  const times = await medians(alternatives, rounds);
  const at = (name: string): number => times.get(name) ?? Number.NaN;
  return {
    scheme: scheme.name,
    bytes,
    snippetUs: round(at("snippet")),
    checkUs: round(at("check")),
    snippetAndParseUs: round(at("snippet and parse")),
    verifyUs: round(at("verify")),
    checkToSnippet: round(at("snippet") / at("check")),
    verifyToSnippetAndParse: round(at("snippet and parse") / at("verify")),
    peersUs: Object.fromEntries(peers.map(({ name }) => [name, round(at(name))])),
  };
}

function barsOf({ scheme, peersUs, ...row }: Row): Bar[] {
  const bars: Bar[] = [
    { label: `${scheme}: Countersign check()`, value: row.checkUs, isOurs: true },
    { label: `${scheme}: by hand`, value: row.snippetUs },
    { label: `${scheme}: Countersign verify(), parsed`, value: row.verifyUs, isOurs: true },
    { label: `${scheme}: by hand, parsed`, value: row.snippetAndParseUs },
  ];
  for (const [name, value] of Object.entries(peersUs)) {
    bars.push({ label: `${scheme}: ${name}`, value });
  }
  return bars;
}

const rows: Row[] = [];
for (const scheme of SCHEMES) {
  for (const bytes of SIZES.filter((size) => size <= largestBytes)) {
    // oxlint-disable-next-line no-await-in-loop -- one at a time
    rows.push(await measure(scheme, bytes));
  }
}
const { node } = process.versions;
console.info(
  `Node ${node}, ${process.arch}; µs a call, medians of ${rounds} rounds, interleaved in one process.`,
);
console.table(rows.map(({ peersUs, ...row }) => ({ ...row, ...peersUs })));

const [major] = node.split(".");
const results = new URL("results/", import.meta.url);
mkdirSync(results, { recursive: true });
const command = "npm run bench";
writeFileSync(
  new URL(`verify-node${major}.json`, results),
  `${JSON.stringify({ benchmark: "verify", command, node, arch: process.arch, rounds, rows }, undefined, 2)}\n`,
);
const small = rows.filter(({ bytes }) => bytes === 1024);
writeFileSync(
  new URL(`../../docs/public/verify-node${major}.svg`, import.meta.url),
  barChart({
    title: "Verifying 1 KB, microseconds (shorter is better)",
    note: `Node ${node}, ${process.arch}, ${command}`,
    unit: "µs",
    bars: small.flatMap(barsOf),
  }),
);
