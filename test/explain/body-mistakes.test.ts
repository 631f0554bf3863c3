import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { defineProvider } from "@countersign/core";
import { github, para, slack } from "@countersign/core/providers";
import express from "express";
import { describe, expect, it } from "vitest";
import { acme, codesOf, delivered, EVENT, explained, SECRET } from "./deliveries.ts";

const pretty = JSON.stringify(EVENT, null, 2);
const compact = JSON.stringify(EVENT);

interface Received {
  headers: Record<string, string | string[] | undefined>;
  body: string | Uint8Array;
}

/** Sends a body over HTTP to an Express app that hands on what its parser made of it. */
async function throughExpress(
  body: Uint8Array,
  headers: Record<string, string>,
  parser: express.RequestHandler,
  handOn: (body: unknown) => string | Uint8Array,
): Promise<Received> {
  const app = express();
  let received: Received | undefined;
  app.use(parser);
  app.post("/", (request, response) => {
    received = { headers: request.headers, body: handOn(request.body) };
    response.sendStatus(200);
  });
  const server = createServer(app).listen(0, "127.0.0.1");
  await new Promise((resolve) => {
    server.once("listening", resolve);
  });
  try {
    const { port } = server.address() as AddressInfo;
    const { status } = await fetch(`http://127.0.0.1:${port}/`, {
      method: "POST",
      headers,
      body: Buffer.from(body),
    });
    expect(status).toBe(200);
    if (received === undefined) throw new Error("nothing came through the parser");
    return received;
  } finally {
    server.close();
  }
}

/** The characters of windows-1252 from 0x80 on (https://encoding.spec.whatwg.org/index-windows-1252.txt). */
const HIGH = `€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8DŽ\x8F\x90‘’“”•–—˜™š›œ\x9DžŸ${Buffer.from(
  Array.from({ length: 96 }, (_, i) => 0xa0 + i),
).toString("latin1")}`;

function windows1252(text: string): Uint8Array {
  return Uint8Array.from(text, (character) =>
    character < "\x80" ? character.charCodeAt(0) : 0x80 + HIGH.indexOf(character),
  );
}

/** What becomes of UTF-8 that is read as windows-1252. */
function misread(text: string): string {
  return Array.from(Buffer.from(text), (byte) =>
    byte < 0x80 ? String.fromCharCode(byte) : HIGH.charAt(byte - 0x80),
  ).join("");
}

describe("a body that was parsed and written again", () => {
  it("is found when express.json() and JSON.stringify made it", async () => {
    const { headers, body } = await delivered(pretty);
    const delivery = await throughExpress(body, headers, express.json(), (parsed) =>
      JSON.stringify(parsed),
    );

    const { findings, text, verified } = await explained(delivery);

    expect(verified).toBe(false);
    expect(findings[0]).toMatchObject({ code: "body_reserialized", confidence: "proven" });
    expect(findings[0]?.evidence).toContain("indented by 2 spaces");
    expect(text).toContain("express.json({ verify:");
  });

  it.each([
    ["white space", pretty, compact],
    ["pretty printing that was added", compact, pretty],
    ["4 spaces", JSON.stringify(EVENT, null, 4), compact],
    ["tabs", JSON.stringify(EVENT, null, "\t"), compact],
    ["a newline behind pretty JSON", `${pretty}\n`, compact],
    ["pretty JSON with CRLF", pretty.replaceAll("\n", "\r\n"), compact],
    ["escapes of slashes", compact.replaceAll("/", "\\/"), compact],
    [
      "upper-case escapes",
      compact.replace("ë", "\\u00EB").replace("Å", "\\u00C5").replace("ö", "\\u00F6"),
      compact,
    ],
    ["keys that were sorted", '{"a":1,"b":{"c":2,"d":3}}', '{"b":{"d":3,"c":2},"a":1}'],
    [
      "keys that were sorted by the receiver",
      '{"zone":1,"id":"x","name":"n"}',
      '{"id":"x","name":"n","zone":1}',
    ],
    [
      "index keys that JSON.parse put first",
      '{"name":"x","7":1,"3":2}',
      '{"3":2,"7":1,"name":"x"}',
    ],
    [
      "a fraction of zero",
      '{"id":"x","amount":10.0,"count":3}',
      '{"id":"x","amount":10,"count":3}',
    ],
    ["two decimals", '{"amount":10.50,"tax":2.00}', '{"amount":10.5,"tax":2}'],
    ["exponents", '{"a":1e-07,"b":2.5e+16}', '{"a":1e-7,"b":25000000000000000}'],
    ["a fraction of zero in pretty JSON", '{\n  "price": 1.0,\n  "n": 2\n}', '{"price":1,"n":2}'],
    ["a fraction of zero, and a newline", '{"price": 1.0}\n', '{"price":1}'],
    [
      "a fraction of zero behind many whole numbers",
      '{"id": 1, "a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "x": 1.0, "y": 2.0}',
      '{"id":1,"a":1,"b":2,"c":3,"d":4,"e":5,"x":1,"y":2}',
    ],
    [
      "a float beside a whole number under the same key",
      '{"xs": [{"v": 1.0}, {"v": 2}, {"v": 3.0}]}',
      '{"xs":[{"v":1},{"v":2},{"v":3}]}',
    ],
    [
      "fractions of zero and the escapes of PHP",
      String.raw`{"price":10.0,"n":1,"u":"http:\/\/a\u00e9"}`,
      '{"price":10,"n":1,"u":"http://aé"}',
    ],
    [
      "fractions of zero and the escapes of Rails",
      String.raw`{"price":10.0,"n":1,"t":"a \u0026 b"}`,
      '{"price":10,"n":1,"t":"a & b"}',
    ],
    ["the escapes of Gson", String.raw`{"a":"it\u0027s ?a\u003d1"}`, '{"a":"it\'s ?a=1"}'],
    [
      "the escapes and line ends of .NET",
      '{\r\n  "t": "it\\u0027s \\u00E9"\r\n}',
      '{"t":"it\'s é"}',
    ],
    ["the line ends of .NET and one escape", '{\r\n  "t": "\\u00E9"\r\n}', '{"t":"é"}'],
    ["three decimals", '{"tax":0.075,"amount":12.500}', '{"tax":0.075,"amount":12.5}'],
    ["floats of PHP", '{"x":1.0e+21,"y":1.0e-7}', '{"x":1e+21,"y":1e-7}'],
    ["floats of Ruby", '{"x":1.0e+21,"y":1.0,"n":1}', '{"x":1e+21,"y":1,"n":1}'],
    ["floats of .NET", '{"x":1E+21,"y":1E-07}', '{"x":1e+21,"y":1e-7}'],
    ["floats of Rust", '{"x":1e21,"y":1.0,"n":1}', '{"x":1e+21,"y":1,"n":1}'],
    ["an indent of a space", '{\n "a": 1\n}', '{"a":1}'],
    ["the indent of Perl", '{\n   "a" : 1\n}', '{"a":1}'],
    ["doubles of Java", '{"a":1.0E10,"b":5.0}', '{"a":10000000000,"b":5}'],
  ])("is found by %s", async (_, sent, received) => {
    const { headers } = await delivered(sent);
    expect(codesOf(await explained({ headers, body: received }))).toEqual(["body_reserialized"]);
  });

  it("is found when it was written by Python", async ({ skip }) => {
    const script =
      "import json,sys; sys.stdout.write(json.dumps(json.load(sys.stdin), **json.loads(sys.argv[1])))";
    const dumps = (options: object): string =>
      execFileSync("python3", ["-c", script, JSON.stringify(options)], {
        input: compact,
        encoding: "utf8",
        env: { ...process.env, PYTHONIOENCODING: "utf-8" },
      });
    try {
      dumps({});
    } catch {
      skip("python3 is missing");
    }
    for (const options of [
      {},
      { sort_keys: true },
      { indent: 2 },
      { indent: 4, ensure_ascii: false },
    ]) {
      const sent = dumps(options);
      const { headers } = await delivered(sent);
      expect(codesOf(await explained({ headers, body: compact }))).toEqual(["body_reserialized"]);
    }
  });
});

describe("a body whose text was changed", () => {
  it.each([
    ["a trailing newline that was lost", `${compact}\n`, compact, "body_newline"],
    ["a trailing newline that was added", compact, `${compact}\n`, "body_newline"],
    ["a trailing CRLF that was lost", `${compact}\r\n`, compact, "body_newline"],
    ["two trailing newlines that were lost", `${compact}\n\n`, compact, "body_newline"],
    ["spaces that were added around it", compact, `  ${compact} `, "body_newline"],
    ["CRLF that became LF", "id=1\r\nname=2\r\n", "id=1\nname=2\n", "body_line_endings"],
    ["LF that became CRLF", "id=1\nname=2\n", "id=1\r\nname=2\r\n", "body_line_endings"],
    ["a byte order mark that was lost", `\ufeff${compact}`, compact, "body_bom"],
    ["a byte order mark that was added", compact, `\ufeff${compact}`, "body_bom"],
  ])("is explained: %s", async (_, sent, received, code) => {
    const { headers } = await delivered(sent);
    const { findings } = await explained({ headers, body: received });
    expect(findings[0]).toMatchObject({ code, confidence: "proven" });
  });

  it("is explained where UTF-8 was read as Latin-1", async () => {
    const { headers, body } = await delivered(compact);
    const mojibake = Buffer.from(body).toString("latin1");
    expect(codesOf(await explained({ headers, body: mojibake }))).toEqual(["body_charset"]);
  });

  it.each([
    ["UTF-8 was read as windows-1252", (sent: string) => [sent, misread(sent)]],
    ["UTF-8 was read as windows-1252, twice", (sent: string) => [sent, misread(misread(sent))]],
    ["UTF-8 was written as windows-1252", (sent: string) => [sent, windows1252(sent)]],
    ["windows-1252 was written as UTF-8", (sent: string) => [windows1252(sent), sent]],
  ])("is explained where %s", async (_, make) => {
    for (const text of ["12 €", "Zoë “Z” – œuvre", "Š™ and …", "naïve ‘café’ §"]) {
      const [sent = "", received = ""] = make(JSON.stringify({ id: "evt_1", text }));
      // oxlint-disable-next-line no-await-in-loop -- each its own delivery
      const { headers } = await delivered(sent);
      // oxlint-disable-next-line no-await-in-loop -- each its own delivery
      expect(codesOf(await explained({ headers, body: received }))).toEqual(["body_charset"]);
    }
  });

  it('is explained where only "&" was escaped for HTML, or the escape undone', async () => {
    const plain = '{"note":"a & b <c>"}';
    const escaped = plain.replace("&", "&amp;");
    for (const [sent, received] of [
      [plain, escaped],
      [escaped, plain],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- each its own delivery
      const { headers } = await delivered(sent);
      // oxlint-disable-next-line no-await-in-loop -- each its own delivery
      expect(codesOf(await explained({ headers, body: received }))).toEqual(["body_escaped"]);
    }
  });

  it("is explained where it was written as Latin-1", async () => {
    const { headers } = await delivered(compact);
    const body = Buffer.from(compact, "latin1");
    expect(codesOf(await explained({ headers, body }))).toEqual(["body_charset"]);
  });

  it("is explained, with what can't be brought back, where bytes that are no text were decoded", async () => {
    const sent = Buffer.concat([
      Buffer.from('{"name":"'),
      Buffer.from([0xff, 0xc3]),
      Buffer.from('"}'),
    ]);
    const { headers } = await delivered(sent);
    const delivery = await throughExpress(
      sent,
      { ...headers, "content-type": "text/plain" },
      express.text({ type: "*/*" }),
      (text) => String(text),
    );
    const { findings } = await explained(delivery);
    expect(findings[0]).toMatchObject({ code: "body_replaced_characters", confidence: "observed" });
    expect(findings[0]?.evidence).toContain("lost");
  });
});

describe("a body in a wrapping", () => {
  it("is explained where it is still compressed", async () => {
    const { headers } = await delivered(compact);
    for (const pack of [gzipSync, deflateSync]) {
      const { findings } = await explained({ headers, body: pack(compact) });
      expect(findings[0]).toMatchObject({ code: "body_compressed", confidence: "proven" });
    }
  });

  it("is explained where it is large and still compressed", async () => {
    const large = JSON.stringify({ data: randomBytes(750_000).toString("base64") });
    const { headers } = await delivered(large);
    const packed = gzipSync(large);
    expect(packed.length).toBeGreaterThan(700_000);
    expect(codesOf(await explained({ headers, body: packed }))).toEqual(["body_compressed"]);
  });

  it("is said to be left out where it would come to more than the budget", async () => {
    const { headers } = await delivered("{}");
    const packed = gzipSync(Buffer.alloc(10_000_000));
    const { searched } = await explained({ headers, body: packed }, { maxBytes: 4_000_000 });
    expect(searched.exhausted).toBe(true);
    expect(searched.bytes).toBeLessThan(4_000_000);
  });

  it("is said to be left out where it is too large to be compressed again", async () => {
    const { headers } = await delivered("{}");
    const { searched, text } = await explained({ headers, body: Buffer.alloc(300_000, "ab") });
    expect(searched.exhausted).toBe(true);
    expect(text).toContain("maxBytes");
  });

  it("is explained where a parser has decompressed what was signed compressed", async () => {
    const packed = gzipSync(pretty);
    const { headers } = await delivered(packed);
    const delivery = await throughExpress(
      packed,
      { ...headers, "content-encoding": "gzip", "content-type": "application/json" },
      express.raw({ type: "*/*" }),
      (bytes) => bytes as Uint8Array,
    );
    expect(delivery.body).toEqual(Buffer.from(pretty));
    expect((await explained(delivery)).findings[0]).toMatchObject({
      code: "body_decompressed",
      confidence: "proven",
    });
  });

  it("says what is evident where the compression can't be repeated", async () => {
    const { headers } = await delivered(gzipSync(pretty, { level: 1, memLevel: 1 }));
    const delivery = { headers: { ...headers, "content-encoding": "gzip" }, body: pretty };
    expect((await explained(delivery)).findings).toMatchObject([
      { code: "body_decompressed", confidence: "observed" },
    ]);
  });

  it.each([
    ["br", brotliCompressSync(compact)],
    ["zstd", Buffer.from("28b52ffd0458", "hex")],
    ["deflate", deflateRawSync(compact)],
    ["gzip, br", brotliCompressSync(gzipSync(compact))],
  ])("is seen to be compressed still where it can't be opened: %s", async (encoding, body) => {
    const { headers } = await delivered(compact);
    const delivery = { headers: { ...headers, "content-encoding": encoding }, body };
    expect((await explained(delivery)).findings).toMatchObject([
      { code: "body_compressed", confidence: "observed" },
    ]);
  });

  it("is seen to be decompressed where it was compressed with br", async () => {
    const { headers } = await delivered(brotliCompressSync(pretty));
    const delivery = { headers: { ...headers, "content-encoding": "br" }, body: pretty };
    expect((await explained(delivery)).findings).toMatchObject([
      { code: "body_decompressed", confidence: "observed" },
    ]);
  });

  it("is explained where a gateway made base64 of it, alone or in its event", async () => {
    const { headers } = await delivered(pretty);
    const base64 = Buffer.from(pretty).toString("base64");
    expect(codesOf(await explained({ headers, body: base64 }))).toEqual(["body_base64"]);
    const event = JSON.stringify({ headers, body: base64, isBase64Encoded: true });
    expect(codesOf(await explained({ headers, body: event }))).toEqual(["body_wrapped"]);
  });

  it("is explained where text was made JSON once more", async () => {
    const { headers, body } = await delivered(pretty);
    const delivery = await throughExpress(
      body,
      { ...headers, "content-type": "text/plain" },
      express.text(),
      (text) => JSON.stringify(text),
    );
    expect(codesOf(await explained(delivery))).toEqual(["body_json_string"]);
  });

  it("is explained where a Buffer was made JSON", async () => {
    const { headers, body } = await delivered(pretty);
    const delivery = await throughExpress(
      body,
      { ...headers, "content-type": "application/json" },
      express.raw({ type: "*/*" }),
      (buffer) => JSON.stringify(buffer),
    );
    expect(codesOf(await explained(delivery))).toEqual(["body_wrapped"]);
  });
});

describe("a form", () => {
  const form = new URLSearchParams({ payload: compact, source: "a b*c" }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };

  it("is explained where it was parsed and encoded again", async () => {
    const python = form.replaceAll("*", "%2A");
    const signed = await delivered(python);
    const delivery = await throughExpress(
      signed.body,
      { ...signed.headers, ...headers },
      express.urlencoded({ extended: false }),
      (fields) => new URLSearchParams(fields as Record<string, string>).toString(),
    );
    expect(codesOf(await explained(delivery))).toEqual(["body_form_encoding"]);
  });

  it("is explained where it was parsed and written as JSON", async () => {
    const signed = await delivered(form);
    const delivery = await throughExpress(
      signed.body,
      { ...signed.headers, ...headers },
      express.urlencoded({ extended: false }),
      (fields) => JSON.stringify(fields),
    );
    expect(codesOf(await explained(delivery))).toEqual(["body_form_encoding"]);
  });

  it("is explained where a field was signed decoded", async () => {
    const signed = await delivered(compact);
    const delivery = { headers: { ...signed.headers, ...headers }, body: form };
    const { findings } = await explained(delivery);
    expect(findings[0]).toMatchObject({ code: "body_form_encoding" });
    expect(findings[0]?.remedy).toContain('signed: "decoded"');
  });

  it("is explained where a parser in front has decoded the field, whose value is signed", async () => {
    const signed = await delivered(compact, { provider: para });
    for (const received of [compact, JSON.stringify({ payload: compact })]) {
      // oxlint-disable-next-line no-await-in-loop -- each its own delivery
      const { findings } = await explained(
        { headers: { ...signed.headers, ...headers }, body: received },
        { provider: para },
      );
      expect(findings).toMatchObject([{ code: "body_form_encoding", confidence: "proven" }]);
      expect(findings[0]?.remedy).toContain("bytes as they came");
    }
  });
  it("is explained where its content type was lost", async () => {
    const signed = await delivered(compact, { provider: para });
    const { findings } = await explained(
      { headers: signed.headers, body: form },
      { provider: para },
    );
    expect(findings).toMatchObject([{ code: "body_form_encoding", confidence: "proven" }]);
    expect(findings[0]?.remedy).toMatch(/^Pass the content-type header on/);
  });
  it("is explained beside a secret in quotes", async () => {
    const signed = await delivered(new URLSearchParams({ payload: compact }).toString());
    const explanation = await explained({ ...signed, body: compact }, { secret: `'${SECRET}'` });
    expect(codesOf(explanation)).toEqual(["body_form_encoding", "secret_quoted"]);
  });
  it("is explained where only the field was passed of a form that was signed as sent", async () => {
    const whole = new URLSearchParams({ payload: compact }).toString();
    const signed = await delivered(whole);
    expect(codesOf(await explained({ ...signed, body: compact }))).toEqual(["body_form_encoding"]);
  });

  it("is explained where Para's content type was lost", async () => {
    const body = new URLSearchParams({ payload: compact }).toString();
    const signed = await delivered(compact, { provider: para });
    const { findings } = await explained(
      { headers: { ...signed.headers, "content-type": "text/plain" }, body },
      { provider: para },
    );
    expect(findings[0]).toMatchObject({ code: "body_form_encoding", confidence: "proven" });
  });

  it.each([
    ["GitHub", github, {}],
    ["Slack", slack, { "content-type": "application/json" }],
  ])("is explained where the content type of %s was lost", async (_, provider, others) => {
    const body = new URLSearchParams({ payload: compact }).toString();
    const signed = await delivered(body, { provider });
    const delivery = { headers: { ...signed.headers, ...others }, body };
    const { findings } = await explained(delivery, { provider });
    expect(findings).toMatchObject([{ code: "body_form_encoding", confidence: "proven" }]);
    expect(findings[0]?.remedy).toBe("Pass the content-type header on.");
  });

  it.each([
    ["of many fields", Array.from({ length: 60 }, (_, i) => `field${i}=${i}`).join("&")],
    ["with lists", "tags%5B%5D=a&tags%5B%5D=b&type=x"],
    ["with numbered lists", "tags%5B0%5D=a&tags%5B1%5D=b&type=x"],
    ["with records in records", "user%5Bname%5D=Ada+L&user%5Bid%5D=1&tags%5B%5D=a&type=x"],
    ["with repeated names apart", "name=a&size=1&name=b&size=2"],
    ["with bare brackets", "user[name]=Ada+L&tags[]=a&tags[]=b&type=x"],
    [
      "with lists in records, as PHP writes them",
      "cart%5Bid%5D=1&cart%5Btags%5D%5B0%5D=a&cart%5Btags%5D%5B1%5D=b+c&cart%5Blines%5D%5B0%5D%5B0%5D=x&type=y",
    ],
    [
      "with records in lists, as PHP writes them",
      "items%5B0%5D%5Bname%5D=Tea&items%5B0%5D%5Btags%5D%5B0%5D=a&items%5B1%5D%5Bname%5D=Oil&items%5B1%5D%5Btags%5D%5B0%5D=b",
    ],
    [
      "with lists in records, as Rails writes them",
      "cart%5Bid%5D=1&cart%5Btags%5D%5B%5D=a&cart%5Btags%5D%5B%5D=b+c&type=y",
    ],
  ])("is explained where a parser took it, %s", async (_, sent) => {
    const signed = await delivered(sent);
    const type = { "content-type": "application/x-www-form-urlencoded" };
    const delivery = await throughExpress(
      Buffer.from(sent),
      { ...signed.headers, ...type },
      express.urlencoded({ extended: true }),
      (fields) => JSON.stringify(fields),
    );
    expect((await explained(delivery)).findings).toMatchObject([
      { code: "body_form_encoding", confidence: "proven" },
    ]);
  });

  const numbered = "items%5B0%5D%5Bname%5D=Tea&items%5B0%5D%5Bqty%5D=2&items%5B1%5D%5Bname%5D=Oil";
  const unnumbered = numbered.replaceAll(/%5B\d%5D/g, "%5B%5D");
  it.each([
    ["indexes that were added", unnumbered, numbered],
    ["indexes that were lost", numbered, unnumbered],
    ["brackets that were encoded", "tags[]=a&tags[]=b%20c", "tags%5B%5D=a&tags%5B%5D=b+c"],
    ["brackets that were added", "tags=a&tags=b", "tags%5B%5D=a&tags%5B%5D=b"],
    [
      "dots that became brackets",
      "user.name=Ada&items[0].sku=x",
      "user%5Bname%5D=Ada&items%5B0%5D%5Bsku%5D=x",
    ],
  ])("is explained where its lists were written in another way: %s", async (_, sent, received) => {
    const { headers: sentHeaders } = await delivered(sent);
    const delivery = { headers: { ...sentHeaders, ...headers }, body: received };
    expect(codesOf(await explained(delivery))).toEqual(["body_form_encoding"]);
  });

  it("is explained where JSON.stringify was called on its field", async () => {
    const sent = new URLSearchParams({ payload: compact }).toString();
    const signed = await delivered(sent, { provider: github });
    const delivery = { ...signed, body: JSON.stringify(compact) };
    const explanation = await explained(delivery, { provider: github });
    expect(codesOf(explanation)).toEqual(["body_form_encoding"]);
  });

  it("is explained where the definition decodes a field and the provider signs the form", async () => {
    const encoded = defineProvider({
      name: "acme-decoded",
      signature: { header: "X-Acme-Signature", encoding: "hex", prefix: "sha256=" },
      body: { format: "auto", formField: { name: "payload", signed: "decoded" } },
      dedup: "content",
    });
    const body = new URLSearchParams({ payload: compact }).toString();
    const signed = await delivered(body);
    const delivery = { headers: { ...signed.headers, ...headers }, body };
    const { findings } = await explained(delivery, { provider: encoded, otherProviders: [] });
    expect(findings[0]).toMatchObject({ code: "body_form_encoding" });
    expect(findings[0]?.remedy).toContain('signed: "encoded"');
  });
});

describe("no body at all", () => {
  it("is explained where a parser in front took it", async () => {
    const { headers } = await delivered(compact);
    const delivery = { headers: { ...headers, "content-length": "152" }, body: "" };
    const { findings } = await explained(delivery);
    expect(findings[0]).toMatchObject({ code: "body_empty", confidence: "observed" });
    expect(findings[0]?.evidence).toContain("152");
  });

  it("is explained where the parsed object was passed", async () => {
    const { headers } = await delivered(compact);
    const { findings } = await explained({ headers, body: EVENT as never });
    expect(findings[0]).toMatchObject({ code: "body_already_parsed" });
    expect(codesOf(await explained({ headers, body: "[object Object]" }))).toEqual([
      "body_already_parsed",
    ]);
  });

  it("is explained where it was cut", async () => {
    const { headers } = await delivered(compact);
    const delivery = {
      headers: { ...headers, "content-length": "152" },
      body: compact.slice(0, 100),
    };
    expect(codesOf(await explained(delivery))).toEqual(["body_length"]);
  });
});

describe("a genuine delivery", () => {
  it("is said to verify", async () => {
    const explanation = await explained(await delivered(compact), {
      provider: acme,
      secret: SECRET,
    });
    expect(explanation).toMatchObject({ verified: true, findings: [] });
    expect(explanation.text).toContain("verifies");
  });
});

describe("a body of a megabyte", () => {
  const large = Array.from({ length: 8000 }, (_, i) => ({
    id: `it_${i}`,
    text: "ü/<é> that is long enough to fill a megabyte with some thousands of it",
    amount: i * 1.5,
  }));
  const indented = JSON.stringify(large, null, 2);
  const compactLarge = JSON.stringify(large);
  const secrets = [SECRET, "the-secret-before-that-one"];

  it("is explained where it was written again, within the budget that is there by default", async () => {
    const { headers } = await delivered(indented);
    expect(indented.length).toBeGreaterThan(800_000);
    const { findings, searched } = await explained(
      { headers, body: compactLarge },
      { secret: secrets },
    );
    expect(findings).toMatchObject([{ code: "body_reserialized", confidence: "proven" }]);
    expect(searched.bytes).toBeLessThan(64 * 1024 * 1024);
  }, 120_000);
  it.each([
    ["read as Latin-1", Buffer.from(compactLarge).toString("latin1"), "body_charset"],
    ["wrapped in an event", JSON.stringify({ body: compactLarge }), "body_wrapped"],
  ])("is explained where it was %s", async (_, received, code) => {
    const { headers } = await delivered(compactLarge);
    expect(codesOf(await explained({ headers, body: received }))).toEqual([code]);
  });
  it("is explained by what is cheap where the budget does not suffice to read it", async () => {
    const { headers } = await delivered(`${compactLarge}\n`);
    const explanation = await explained({ headers, body: compactLarge }, { maxBytes: 8_000_000 });
    expect(codesOf(explanation)).toEqual(["body_newline"]);
  });
  it("is explained where the secret is in quotes", async () => {
    const delivery = await delivered(indented);
    const quoted = secrets.map((secret) => `"${secret}"`);
    expect(codesOf(await explained(delivery, { secret: quoted }))).toEqual(["secret_quoted"]);
  });
});

describe("the event of a gateway", () => {
  it.each([
    [false, compact, "Pass event.body"],
    [true, Buffer.from(compact).toString("base64"), 'Buffer.from(event.body, "base64")'],
  ])(
    "is explained with what to pass in its place: base64 %s",
    async (isBase64Encoded, body, says) => {
      const { headers } = await delivered(compact);
      const event = JSON.stringify({ httpMethod: "POST", body, isBase64Encoded });
      const { findings } = await explained({ headers, body: event });
      expect(findings).toMatchObject([{ code: "body_wrapped", confidence: "proven" }]);
      expect(findings[0]?.remedy).toContain(says);
    },
  );
});
