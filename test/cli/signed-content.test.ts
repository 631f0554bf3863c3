import { createHmac } from "node:crypto";
import type { Provider } from "@countersign/core";
import { signedRequest } from "@countersign/sender/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bodyFor, presets, secretFor } from "../round-trip/presets.ts";
import { type Listening, listening } from "./listening.ts";

/** A signature by HMAC-SHA256 in a header, which this test can make by itself. */
type Hmac = Pick<Provider["signature"], "signedContent" | "header"> & {
  readonly algorithm?: string;
  readonly encoding: BufferEncoding;
};

interface Piece {
  readonly text: string;
  readonly role?: string;
}

/** The presets whose signatures this test can make by itself. */
const templates = presets.filter(({ signature }) => {
  const { signedContent, header, algorithm = "sha256", encoding } = signature as Hmac;
  const isPlain = encoding === "hex" || encoding === "base64" || encoding === "base64url";
  return signedContent === undefined && header !== undefined && algorithm === "sha256" && isPlain;
});

const secrets = new Map(templates.map((provider) => [provider.name, secretFor(provider)]));
const variable = (name: string): string => `SECRET_${name.replaceAll("-", "_")}`;

let running: Listening;
let sent = 0;
beforeAll(async () => {
  const env = Object.fromEntries([...secrets].map(([name, secret]) => [variable(name), secret]));
  const routes = templates.flatMap(({ name }) => ["--route", `/${name}=${name}:${variable(name)}`]);
  running = await listening([...routes, "--ui", "0"], env);
});
afterAll(() => running.stop());

/** Delivers to the route of a preset; returns what the inspector shows of it. */
async function shown(provider: Provider): Promise<{
  readonly status: string;
  readonly signedContent: readonly Piece[];
  readonly headers: readonly { readonly name: string; readonly pieces: readonly Piece[] }[];
}> {
  const request = await signedRequest({
    provider,
    secret: secrets.get(provider.name) ?? "",
    url: `${running.url}/${provider.name}?a=%20b`,
    body: bodyFor(provider),
    type: "a.type",
  });
  await (await fetch(request.toRequest())).arrayBuffer();
  const rows = await running.deliveries(++sent);
  const response = await fetch(`${running.ui}api/deliveries/${String(rows.at(-1)?.["id"])}`);
  return (await response.json()) as Awaited<ReturnType<typeof shown>>;
}

function keyOf({ secret }: Provider, text: string): Buffer {
  const { encoding = "utf8", prefix = "" } = secret ?? {};
  return Buffer.from(text.slice(prefix.length), encoding);
}

describe("the inspector shows what is signed as the provider builds it:", () => {
  test.each(templates.map((provider) => [provider.name, provider] as const))(
    "the MAC of what it shows for %s is the signature that it marks",
    async (name, provider) => {
      const { status, signedContent, headers } = await shown(provider);
      expect(status).not.toBe("refused");
      const content = signedContent.map(({ text }) => text).join("");
      const key = keyOf(provider, secrets.get(name) ?? "");
      const mac = createHmac("sha256", key)
        .update(content, "latin1")
        .digest((provider.signature as Hmac).encoding as "hex");
      const marked = headers
        .flatMap(({ pieces }) => pieces)
        .filter(({ role }) => role === "signature")
        .map(({ text }) => text);
      expect(marked).toContain(mac);
    },
  );
});
