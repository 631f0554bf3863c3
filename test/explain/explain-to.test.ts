import { EventEmitter, once } from "node:events";
import { gzipSync } from "node:zlib";
import { createReceiver } from "@countersign/core";
import { explainTo } from "@countersign/core/explain";
import { para } from "@countersign/core/providers";
import { describe, expect, it } from "vitest";
import { acme, delivered, EVENT, SECRET } from "./deliveries.ts";

const body = JSON.stringify(EVENT);

/** A log, and a promise of its first text. */
function collected(): { warn: (text: string) => void; texts: string[]; first: Promise<unknown> } {
  const written = new EventEmitter();
  const texts: string[] = [];
  const first = once(written, "text");
  const warn = (text: string): void => {
    texts.push(text);
    written.emit("text");
  };
  return { warn, texts, first };
}

describe("explainTo", () => {
  it("explains what a receiver rejects, with the receiver's own options", async () => {
    const log = collected();
    const receiver = createReceiver({
      provider: acme,
      secret: SECRET,
      onRejected: explainTo(log),
    });
    const delivery = await delivered(body);
    const receipt = await receiver.receive({ ...delivery, body: `${body}\n` });
    expect(receipt.status).toBe("rejected");
    await log.first;
    expect(log.texts).toHaveLength(1);
    expect(log.texts[0]).toContain("signature_mismatch");
    expect(log.texts[0]).toContain("newline at its end, which was added");
  });

  it("takes the secrets of others with it", async () => {
    const log = collected();
    const receiver = createReceiver({
      provider: acme,
      secret: "the-new-secret-of-this-endpoint",
      onRejected: explainTo(log, { otherSecrets: [{ id: "old", secret: SECRET }] }),
    });
    await receiver.receive(await delivered(body));
    await log.first;
    expect(log.texts[0]).toContain('otherSecrets[0] (id "old")');
  });

  it("fits a receiver of any provider, and what several receivers reject", async () => {
    const log = collected();
    const onRejected = explainTo(log);
    const receiver = createReceiver({ provider: para, secret: SECRET, onRejected });
    createReceiver({ provider: acme, secret: SECRET, onRejected });
    const { headers } = await delivered(body, { provider: para });
    await receiver.receive({ headers, body: JSON.stringify(EVENT, null, 1) });
    await log.first;
    expect(log.texts[0]).toContain("The delivery of para does not verify. The body was parsed");
  });

  it("never tells the sender", async () => {
    const log = collected();
    const receiver = createReceiver({
      provider: acme,
      secret: `${SECRET}2`,
      onRejected: explainTo(log),
    });
    const { headers } = await delivered(body);
    const request = new Request("https://example.com/", { method: "POST", headers, body });
    const response = await receiver.handle(request, () => {});
    expect(response.status).toBe(401);
    expect(Object.keys((await response.json()) as object).toSorted()).toEqual([
      "code",
      "status",
      "title",
    ]);
    await log.first;
  });

  it("explains header mistakes to those whose framework reads bodies later", async () => {
    const log = collected();
    const receiver = createReceiver({ provider: acme, secret: SECRET, onRejected: explainTo(log) });
    const { headers } = await delivered(body);
    const { "x-acme-signature": signature = "", ...others } = headers;
    const receipt = await receiver.receiveFrom({
      headers: { ...others, "x-renamed": signature },
      method: "POST",
      url: "https://example.com/",
      readBody: async () => new TextEncoder().encode(body),
    });
    expect(receipt).toMatchObject({ status: "rejected", error: { code: "signature_missing" } });
    await log.first;
    expect(log.texts[0]).toContain('stands in the header "x-renamed"');
  });

  it("explains each delivery of a burst, in order and one after the other", async () => {
    const log = collected();
    let atOnce = 0;
    const explain = explainTo({
      async warn(text) {
        expect(++atOnce).toBe(1);
        await new Promise((resolve) => {
          setTimeout(resolve, 10);
        });
        atOnce--;
        log.warn(text);
      },
    });
    const receiver = createReceiver({ provider: acme, secret: SECRET, onRejected: explain });
    const { headers } = await delivered(body);
    const forged = { headers: { "x-acme-signature": `sha256=${"ab".repeat(32)}` }, body };
    // Each is refused long before the one ahead of it is explained.
    await receiver.receive(forged);
    await receiver.receive({ headers, body: `${body}\n` });
    await receiver.receive({ headers: {}, body });
    expect(log.texts).toEqual([]);
    await expect.poll(() => log.texts.length).toBe(3);
    expect(log.texts.map((text) => /\] (\w+):/.exec(text)?.[1])).toEqual([
      "signature_mismatch",
      "signature_mismatch",
      "signature_missing",
    ]);
    expect(log.texts[1]).toContain("newline at its end");
  });

  it("explains so many a minute, and says how many it has left out", async () => {
    const log = collected();
    const explain = explainTo(log, { maxPerMinute: 2 });
    const receiver = createReceiver({ provider: acme, secret: SECRET, onRejected: explain });
    const forged = { headers: { "x-acme-signature": `sha256=${"ab".repeat(32)}` }, body };
    await Promise.all(Array.from({ length: 20 }, () => receiver.receive(forged)));
    await expect.poll(() => log.texts.length).toBe(2);
    expect(log.texts.join("\n")).toMatch(/\(18 more were rejected meanwhile/);
    await receiver.receive(forged);
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
    expect(log.texts).toHaveLength(2);
  });

  it("is quiet about what has no cause in the delivery", async () => {
    const log = collected();
    const receiver = createReceiver({
      provider: acme,
      secret: () => {
        throw new Error("the vault is sealed");
      },
      onRejected: explainTo(log),
    });
    expect(await receiver.receive(await delivered(body))).toMatchObject({
      error: { code: "secret_unavailable" },
    });
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    expect(log.texts).toEqual([]);
  });

  it.each([
    ["nothing", undefined],
    ["what has no warn", { log: () => {} }],
  ])("refuses a log that is %s", (_, log) => {
    expect(() => explainTo(log as never)).toThrow(/the log has no function warn/);
  });

  it.each(["ten", Number.NaN, -1])("refuses %s deliveries a minute", (maxPerMinute) => {
    expect(() => explainTo(console, { maxPerMinute: maxPerMinute as number })).toThrow(
      /maxPerMinute is .*; it must be a number from 0 on/,
    );
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("the disk is full");
      },
    ],
    ["rejects", () => Promise.reject(new Error("the network is away"))],
  ])("warns where the log %s, and goes on explaining", async (_, fails) => {
    const warned: string[] = [];
    const listen = ({ message }: Error): void => void warned.push(message);
    process.on("warning", listen);
    const unhandled: unknown[] = [];
    const fail = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", fail);
    let texts = 0;
    const onRejected = explainTo({
      warn: () => {
        texts++;
        return fails();
      },
    });
    const receiver = createReceiver({ provider: acme, secret: SECRET, onRejected });
    await receiver.receive({ headers: {}, body });
    await expect
      .poll(() => warned)
      .toEqual([expect.stringContaining("The log of explainTo threw")]);
    await receiver.receive({ headers: {}, body });
    await expect.poll(() => texts).toBe(2);
    process.off("warning", listen);
    process.off("unhandledRejection", fail);
    expect(unhandled).toEqual([]);
  });
});

/** What is logged of a compressed delivery that a receiver answers with 415. */
async function explanationOf415(
  signed: string | Uint8Array,
  encoding: string,
  sent: Uint8Array,
  inflate = false,
): Promise<string> {
  const log = collected();
  const onRejected = explainTo(log);
  const receiver = createReceiver({ provider: acme, secret: SECRET, inflate, onRejected });
  const { headers } = await delivered(signed);
  const request = new Request("https://example.com/", {
    method: "POST",
    headers: { ...headers, "content-encoding": encoding },
    body: Buffer.from(sent),
  });
  expect((await receiver.handle(request, () => {})).status).toBe(415);
  await log.first;
  return log.texts[0] ?? "";
}

describe("a compressed body, which is answered with 415", () => {
  it("is told to be inflated where the signature fits what is in it", async () => {
    const text = await explanationOf415(body, "gzip", gzipSync(body));
    expect(text).toContain("body_encoding_unsupported");
    expect(text).toContain("the signature fits what is in it");
    expect(text).toContain("inflate: true");
  });

  it("is not told to be inflated where the compressed bytes were signed", async () => {
    const text = await explanationOf415(gzipSync(body), "gzip", gzipSync(body));
    expect(text).toContain("The signature fits the compressed body (gzip)");
    expect(text).toContain("have the provider send the body uncompressed");
  });

  it("is named where no runtime can inflate it", async () => {
    const text = await explanationOf415(
      body,
      "compress",
      Buffer.from([0x1f, 0x9d, 0x90, 0xff]),
      true,
    );
    expect(text).toContain("still compressed, in a way that can't be undone here");
  });

  it("is not read where nobody asks why it was refused", async () => {
    const receiver = createReceiver({ provider: acme, secret: SECRET });
    let reads = 0;
    const receipt = await receiver.receiveFrom({
      headers: { "x-acme-signature": `sha256=${"0".repeat(64)}`, "content-encoding": "gzip" },
      readBody: async () => {
        reads++;
        return new Uint8Array();
      },
    });
    expect(receipt).toMatchObject({ error: { code: "body_encoding_unsupported" } });
    expect(reads).toBe(0);
  });
});
