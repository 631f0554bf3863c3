import type { ProviderDefinition, SignatureDefinition } from "@countersign/core";
import { type ProviderPage, providerPages } from "./providers.ts";

export default {
  paths: () =>
    providerPages.map((page) => ({ params: { name: page.page }, content: contentOf(page) })),
};

function contentOf({ name, page, tolerance, definition }: ProviderPage): string {
  const { signature, docs, delivery, timestamp } = definition;
  const facts = [
    ["Signature", placeOfSignature(signature)],
    ["Algorithm", signature.verify ? "a function" : (signature.algorithm ?? "sha256")],
    ["Encoding", signature.encoding ?? "none"],
    ["Prefix", signature.prefix === undefined ? "none" : code(signature.prefix)],
    [
      "Signed content",
      code(signature.content ?? (signature.signedContent ? "a function" : "{body}")),
    ],
    ["Secret", secretOf(definition)],
    ["Replay window", tolerance],
    ["Event id", placeOf(definition.id)],
    ["Event type", placeOf(definition.type)],
    ["Time", timestamp === undefined ? "none" : `${placeOf(timestamp)}, of the ${timestamp.of}`],
    ["Dedup", `\`${definition.dedup}\``],
    ["Retries for", spanOf(delivery?.retrySpanSeconds)],
    [
      "Deadline",
      delivery?.deadlineSeconds === undefined ? "not documented" : `${delivery.deadlineSeconds} s`,
    ],
  ];
  return `# ${page}

${docs === undefined ? "" : `[The provider's documentation](${docs})`}

| what | value |
| --- | --- |
${facts.map(([what, value]) => `| ${what} | ${value} |`).join("\n")}

${snippets(name, page)}
`;
}

function snippets(name: string, page: string): string {
  const variable = `${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}_SECRET`;
  const options = `{ provider: ${name}, secret: process.env.${variable} ?? "" }`;
  const of = (framework: string, lines: readonly string[]): string =>
    `\`\`\`ts [${framework}]
import { ${name} } from "@countersign/core/providers";
${lines.join("\n")}
\`\`\``;
  return `## Receive it

::: code-group

${of("Express", [
  `import { webhook } from "@countersign/express";`,
  `import express from "express";`,
  ``,
  `const app = express();`,
  `app.post("/${page}", webhook(${options}, (event) => console.log(event.type)));`,
])}

${of("Koa", [
  `import { webhook } from "@countersign/koa";`,
  `import Koa from "koa";`,
  ``,
  `const app = new Koa();`,
  `app.use(webhook(${options}, (event) => console.log(event.type)));`,
])}

${of("Fastify", [
  `import { webhook } from "@countersign/fastify";`,
  `import fastify from "fastify";`,
  ``,
  `const app = fastify();`,
  `const options = ${options};`,
  `app.register(webhook, { ...options, path: "/${page}", handler: (event) => console.log(event.type) });`,
])}

${of("Hono", [
  `import { webhook } from "@countersign/hono";`,
  `import { Hono } from "hono";`,
  ``,
  `const app = new Hono();`,
  `app.post("/${page}", webhook(${options}, (event) => console.log(event.type)));`,
])}

:::`;
}

function placeOfSignature({ header, query, body, formField }: SignatureDefinition): string {
  if (query !== undefined) return `the query parameter ${code(query)}`;
  if (body !== undefined) return `${code(body)} of the body`;
  if (formField !== undefined) return `the form field ${code(formField)}`;
  return [header ?? []].flat().map(code).join(", ") || "found by a function";
}

function code(text: string): string {
  // Braces would be read as an expression of the page's template, and a bar as the end of the table's cell.
  return `<code v-pre>${text.replaceAll("<", "&lt;").replaceAll("|", "&#124;")}</code>`;
}

function secretOf({ secret }: ProviderDefinition): string {
  if (secret === undefined) return "text, as it stands";
  return `${secret.encoding}${secret.prefix === undefined ? "" : `, behind \`${secret.prefix}\``}`;
}

function placeOf(place: object | undefined): string {
  if (place === undefined) return "none";
  const { header, part, body, unsigned } = place as Readonly<Record<string, string | undefined>>;
  const where = header ?? part ?? body ?? "";
  const kind =
    header !== undefined ? "header" : part !== undefined ? "part of the signature header" : "body";
  return `${kind} \`${where}\`${unsigned ? ", **not signed**" : ""}`;
}

function spanOf(seconds: number | undefined): string {
  if (seconds === undefined) return "not documented";
  if (seconds === 0) return "never";
  const days = seconds / 86_400;
  return days >= 2 ? `${Math.round(days)} days` : `${Math.round(seconds / 360) / 10} hours`;
}
