import { fixtureTypes } from "@countersign/sender/testing";
import type { Command } from "commander";
import Table from "cli-table3";
import type { Provider, ProviderDefinition } from "@countersign/core";
import { type Output, outputTo } from "../base/output.ts";
import { colours, paragraph } from "../base/terminal.ts";
import { PRESETS, providerNamed } from "../provider/named.ts";
import { withJsonOption } from "./options.ts";
import { signatureHeaders } from "../provider/signature-headers.ts";

const PLAIN_TABLE = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/** Adds `countersign providers [name]`. */
export function addProviders(program: Command): void {
  withJsonOption(program.command("providers"))
    .description("list the providers, or show one: headers, secret, what is signed, dedup")
    .argument("[name]", "a preset, or ./file.js#export")
    .addHelpText("after", "\nExamples:\n  countersign providers\n  countersign providers stripe\n")
    .action(async (name: string | undefined, { json = false }: { json?: boolean }) => {
      const output = outputTo(json);
      if (name === undefined) list(output);
      else show(output, await providerNamed(name));
    });
}

function list(output: Output): void {
  const table = new Table({
    head: ["provider", "signature", "dedup", "documentation"],
    chars: PLAIN_TABLE,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  for (const provider of PRESETS.values()) {
    if (output.json) output.say("", summaryOf(provider));
    table.push([provider.name, signatureOf(provider), provider.dedup, provider.docs ?? ""]);
  }
  output.say(
    table
      .toString()
      .split("\n")
      .map((line) => line.trimEnd())
      .join("\n"),
  );
}

function show(output: Output, provider: Provider<object>): void {
  const summary = summaryOf(provider);
  const width = Math.max(...Object.keys(summary).map((key) => key.length));
  const lines = Object.entries(summary).map(
    ([key, value]) =>
      colours.dim(key.padEnd(width)) + paragraph(value, " ".repeat(width + 2)).slice(width),
  );
  output.say(lines.join("\n"), summary);
}

/** Says what a receiver must know of a provider, each in a few words. */
function summaryOf(provider: Provider<object>): Readonly<Record<string, string>> {
  const { timestamp, id, type, body, delivery, challenge } = provider;
  const deadline = delivery?.deadlineSeconds;
  const span = delivery?.retrySpanSeconds;
  return {
    provider: provider.name,
    signature: signatureOf(provider),
    algorithm: provider.signature.algorithm ?? "sha256",
    signs: signsOf(provider),
    secret: secretOf(provider),
    time: timestamp === undefined ? "none" : `${placeOf(timestamp)}, of the ${timestamp.of}`,
    id: id === undefined ? "none" : placeOf(id),
    type: type === undefined ? "none" : placeOf(type),
    body: `${body?.format ?? "json"}${body?.formField === undefined ? "" : `, or form field ${body.formField.name}`}`,
    dedup: provider.dedup,
    handshake: challenge === undefined ? "none" : "yes",
    deadline: deadline === undefined ? "not documented" : `${deadline} s`,
    retries: span === undefined ? "not documented" : span === 0 ? "none" : `for ${hours(span)}`,
    samples: fixtureTypes(provider).join(", ") || "none",
    docs: provider.docs ?? "",
  };
}

/** Says where the signature stands. */
function signatureOf(provider: ProviderDefinition): string {
  const { query, body, formField } = provider.signature;
  if (query !== undefined) return `query parameter ${query}`;
  if (body !== undefined) return `body ${body}`;
  return formField === undefined
    ? signatureHeaders(provider).join(", ")
    : `form field ${formField}`;
}

function signsOf({ signature }: ProviderDefinition): string {
  const { algorithm, content = "{body}", signedContent, verify } = signature;
  if (algorithm === "token" || algorithm === "basic") return "nothing";
  return signedContent === undefined && verify === undefined ? content : "see docs";
}

function secretOf({ secret }: ProviderDefinition): string {
  const { encoding = "utf8", prefix } = secret ?? {};
  const form = encoding === "utf8" ? "text" : encoding;
  return prefix === undefined ? form : `${form} behind ${prefix}`;
}

function placeOf(
  field: ({ header: string } | { part: string } | { body: string }) & { unsigned?: true },
): string {
  const place =
    "header" in field
      ? `header ${field.header}`
      : "part" in field
        ? `part ${field.part} of the signature header`
        : `body ${field.body}`;
  return field.unsigned ? `${place} (not signed)` : place;
}

function hours(seconds: number): string {
  return seconds >= 7200 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 60)} min`;
}
