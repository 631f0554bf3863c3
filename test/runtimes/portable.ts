// What the core has to show on every runtime: plain cases over its public names, without a test runner and without Node.
import {
  createReceiver,
  createVerifier,
  defineProvider,
  memoryStore,
  type Provider,
  sign,
  verify,
} from "@countersign/core";
import { github, para, standardWebhooks, stripe } from "@countersign/core/providers";
import { algorithmCases } from "./portable-algorithms.ts";
import { codeOf, type PortableCase, same } from "./portable-case.ts";

const SECRET = "a secret that is long enough to be one";
const NOW_MS = 1_731_705_121_000;
const utf8 = new TextEncoder();

/** HMAC-SHA256 by WebCrypto, which every runtime has: the other side of what `node:crypto` does. */
async function webHmac(key: Uint8Array, content: Uint8Array): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey(
    "raw",
    key as BufferSource,
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, content as BufferSource));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const bytesProvider: Provider = defineProvider({
  name: "bytes",
  signature: { header: "X-Signature", encoding: "hex" },
  body: { format: "bytes" },
  dedup: "content",
});

async function signedRequest(body: object, n = 0): Promise<Request> {
  const message = await sign({ body: { ...body, n } }, { provider: github, secret: SECRET });
  return new Request("https://receiver.test/hook", {
    method: "POST",
    headers: message.headers,
    body: message.body as BodyInit,
  });
}

/** The HMAC-SHA256 cases of RFC 4231, section 4, with keys shorter and longer than a block. */
const RFC_4231 = [
  {
    key: utf8.encode("Jefe"),
    data: "what do ya want for nothing?",
    mac: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  },
  {
    key: new Uint8Array(20).fill(0x0b),
    data: "Hi There",
    mac: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  },
  {
    key: new Uint8Array(131).fill(0xaa),
    data: "Test Using Larger Than Block-Size Key - Hash Key First",
    mac: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
  },
];

export const portableCases: readonly PortableCase[] = [
  {
    name: "known answers of RFC 4231",
    run: async () => {
      for (const { key, data, mac } of RFC_4231) {
        const delivery = { headers: { "x-signature": mac }, body: utf8.encode(data) };
        const event = await verify(delivery, { provider: bytesProvider, secret: key });
        same(event.rawBody.length, data.length, "the length");
      }
    },
  },
  {
    // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    name: "the known answer in GitHub's documentation",
    run: async () => {
      const verifier = createVerifier({ provider: github, secret: "It's a Secret to Everybody" });
      const delivery = {
        headers: {
          "X-Hub-Signature-256":
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
          "X-GitHub-Event": "ping",
          "X-GitHub-Delivery": "1",
        },
        body: "Hello, World!",
      };
      await verifier.check(delivery);
      same(
        await codeOf(() => verifier.check({ ...delivery, body: "Hello, World?" })),
        "signature_mismatch",
      );
    },
  },
  {
    // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    name: "the known answer in the Standard Webhooks specification, and its age",
    run: async () => {
      const delivery = {
        headers: new Headers({
          "webhook-id": "msg_loFOjxBNrRLzqYUf",
          "webhook-timestamp": "1731705121",
          "webhook-signature": "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
        }),
        body: '{"event_type":"ping","data":{"success":true}}',
      };
      const options = { provider: standardWebhooks, secret: "whsec_plJ3nmyCDGBKInavdOK15jsl" };
      const event = await verify(delivery, { ...options, now: () => NOW_MS });
      same(event.id, "msg_loFOjxBNrRLzqYUf", "the id");
      same(
        await codeOf(() => verify(delivery, { ...options, now: () => NOW_MS + 301_000 })),
        "timestamp_expired",
      );
      same(
        await codeOf(() => verify(delivery, { ...options, now: () => NOW_MS - 301_000 })),
        "timestamp_future",
      );
    },
  },
  {
    name: "sign() agrees with WebCrypto on bodies of 0 bytes to 100 KB",
    run: async () => {
      for (const length of [0, 1, 55, 56, 63, 64, 65, 1000, 16_384, 16_385, 100_000]) {
        const body = Uint8Array.from({ length }, (_, i) => (i * 31) % 256);
        const { headers } = await sign({ body }, { provider: bytesProvider, secret: SECRET });
        const expected = hex(await webHmac(utf8.encode(SECRET), body));
        same(
          Object.entries(headers).find(([name]) => name.toLowerCase() === "x-signature")?.[1],
          expected,
          `${length} bytes`,
        );
      }
    },
  },
  {
    name: "a change of any byte or of the signature is a mismatch",
    run: async () => {
      const secret = SECRET;
      const { headers, body } = await sign({ body: { id: "evt_1" } }, { provider: github, secret });
      await verify({ headers, body }, { provider: github, secret });
      for (let i = 0; i < body.length; i++) {
        const changed = body.slice();
        changed[i] = (changed[i] ?? 0) ^ 1;
        same(
          await codeOf(() => verify({ headers, body: changed }, { provider: github, secret })),
          "signature_mismatch",
          `byte ${i}`,
        );
      }
      same(
        await codeOf(() => verify({ headers, body }, { provider: github, secret: `${secret}!` })),
        "signature_mismatch",
      );
      same(
        await codeOf(() =>
          verify(
            { headers: { "x-hub-signature-256": "sha256=\u0131" }, body },
            { provider: github, secret },
          ),
        ),
        "signature_malformed",
      );
    },
  },
  {
    name: "what sign() says verify() believes: headers, forms, times, rotation",
    run: async () => {
      const messages = [
        { provider: stripe, secret: "whsec_abcdefghijklmnopqrstuvwxyz", body: { id: "evt_1" } },
        { provider: standardWebhooks, secret: "whsec_plJ3nmyCDGBKInavdOK15jsl", body: { a: "ä" } },
        { provider: para, secret: SECRET, body: { event: "create", timestamp: 1 }, form: true },
      ] as const;
      for (const { provider, secret, ...message } of messages) {
        const delivery = await sign(message, { provider, secret });
        const event = await verify(delivery, {
          provider: provider as Provider,
          secret: [
            { secret: "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", id: "old" },
            { secret, id: "new" },
          ],
        });
        same(event.secretId, "new", provider.name);
      }
    },
  },
  {
    name: "an event is processed once: duplicates, one in flight, and a retry of what failed",
    run: async () => {
      const receiver = createReceiver({ provider: github, secret: SECRET, store: memoryStore() });
      const delivery = await sign({ body: { id: "evt_1" } }, { provider: github, secret: SECRET });
      const first = await receiver.receive(delivery);
      if (first.status !== "accepted") throw new Error(first.status);
      same((await receiver.receive(delivery)).status, "in_flight");
      same(await first.claim.release(), true, "released");
      const second = await receiver.receive(delivery);
      if (second.status !== "accepted") throw new Error(second.status);
      same(await second.claim.complete(), true, "completed");
      same((await receiver.receive(delivery)).status, "duplicate");
    },
  },
  {
    name: "handle(): answers, runs the handler once, and settles by its answer",
    run: async () => {
      const receiver = createReceiver({ provider: github, secret: SECRET, onWarning: () => {} });
      const statuses: number[] = [];
      let runs = 0;
      for (let i = 0; i < 2; i++) {
        const response = await receiver.handle(await signedRequest({ a: 1 }), () => void runs++);
        statuses.push(response.status);
      }
      const failing = async (): Promise<never> => {
        runs++;
        throw new Error("no");
      };
      statuses.push((await receiver.handle(await signedRequest({ a: 2 }), failing)).status);
      statuses.push(
        (await receiver.handle(await signedRequest({ a: 2 }), () => void runs++)).status,
      );
      const forged = new Request("https://receiver.test/", { method: "POST", body: "{}" });
      statuses.push((await receiver.handle(forged, () => void runs++)).status);
      same(statuses, [200, 200, 500, 200, 401], "the answers");
      same(runs, 3, "the runs");
    },
  },
  {
    name: "handle(): a body over the limit, a compressed one, and one that was read before",
    run: async () => {
      const receiver = createReceiver({
        provider: github,
        secret: SECRET,
        maxBodyBytes: 100,
        onWarning: () => {},
      });
      const code = async (request: Request): Promise<unknown> => {
        const response = await receiver.handle(request, () => {});
        return [response.status, ((await response.json()) as { code: string }).code];
      };
      same(await code(await signedRequest({ a: "x".repeat(200) })), [413, "body_too_large"]);
      const compressed = await signedRequest({ a: 1 });
      compressed.headers.set("content-encoding", "gzip");
      same(await code(compressed), [415, "body_encoding_unsupported"]);
      const read = await signedRequest({ a: 1 });
      await read.text();
      same(await code(read), [500, "body_already_read"]);
    },
  },
  {
    name: "handle(): gzip and deflate are inflated where asked for, a bomb is refused",
    run: async () => {
      const receiver = createReceiver({
        provider: github,
        secret: SECRET,
        inflate: true,
        maxBodyBytes: 10_000,
      });
      for (const format of ["gzip", "deflate"] as const) {
        for (const [text, status] of [
          [`{"format":"${format}"}`, 200],
          [JSON.stringify("x".repeat(1_000_000)), 413],
        ] as const) {
          const { headers } = await sign({ body: text }, { provider: github, secret: SECRET });
          const compressed = await new Response(
            new Blob([text]).stream().pipeThrough(new CompressionStream(format)),
          ).arrayBuffer();
          const request = new Request("https://receiver.test/", {
            method: "POST",
            headers: { ...headers, "content-encoding": format },
            body: compressed,
          });
          same((await receiver.handle(request, () => {})).status, status, format);
        }
      }
    },
  },
  ...algorithmCases,
];
