import { type Provider, type ReceiptRecord, type WebhookEvent } from "@countersign/core";
import { createSender } from "@countersign/sender";
import {
  type SignedRequest,
  signedRequest,
  type SignedRequestOptions,
} from "@countersign/sender/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  bodyFor,
  carriesTwo,
  coversBody,
  markerOf,
  presets,
  secretsFor,
  toleranceOf,
  typeFor,
} from "./presets.ts";
import { tokenPresets } from "../jwt/presets.ts";
import { isTaken } from "../share.ts";
import { type Running, servers } from "./servers.ts";

const all = [...presets, ...tokenPresets.map(({ provider }) => provider as Provider)];

/** Three different secrets of each preset: making keys takes longer than using them. */
const pairs = new Map(
  all.map((provider) => [provider, Array.from({ length: 3 }, () => secretsFor(provider))]),
);

let count = 0;
afterAll(() => {
  console.info(`${count} round trips of ${all.length} presets over ${servers.length} servers`);
});

const sender = createSender({
  allowPrivateAddresses: true,
  retry: { delaysSeconds: [0.01, 0.01, 0.01], jitter: 0 },
});
afterAll(() => sender.close());

async function statusOf(request: SignedRequest): Promise<number> {
  count++;
  const response = await fetch(request.toRequest());
  await response.arrayBuffer();
  return response.status;
}

/** Each preset meets three servers of different kinds, and `npm run test:exhaustive` the others. */
const pairings = servers.map(({ name, start }, at) => ({
  name,
  start,
  providers: all.filter((_, index) => isTaken(index + at, 3)),
}));

describe.each(pairings)("over $name", ({ start, providers }) => {
  describe.each(providers)("$name", (provider) => {
    const [oldPair, newPair, otherPair] = pairs.get(provider) ?? [];
    if (!oldPair || !newPair || !otherPair) throw new Error(`no secrets for ${provider.name}`);
    const [oldSecret, newSecret] = [oldPair.signing, newPair.signing];
    const toleranceSeconds = toleranceOf(provider);
    let server: Running;
    let events: WebhookEvent[];
    let receipts: ReceiptRecord[];
    /** The statuses of the handler's next answers; then 200. */
    let answers: number[];

    beforeAll(async () => {
      server = await start(
        {
          provider,
          secret: [
            { secret: oldPair.verifying, id: "old" },
            { secret: newPair.verifying, id: "new" },
          ],
          onReceipt: (record) => receipts.push(record),
        },
        (event) => {
          const status = answers.shift() ?? 200;
          if (status === 200) events.push(event);
          return status;
        },
      );
    });
    afterAll(() => server.close());
    beforeEach(() => {
      events = [];
      receipts = [];
      answers = [];
    });

    const type = typeFor(provider);
    const signed = (options: Partial<SignedRequestOptions> = {}): Promise<SignedRequest> =>
      signedRequest({
        provider,
        secret: newSecret,
        url: server.url,
        type,
        body: bodyFor(provider),
        ...options,
      });
    const codes = (): (string | undefined)[] =>
      receipts.map(({ code, outcome }) => code ?? outcome);

    test("what the sender sends is accepted, as it was meant", async () => {
      count++;
      const body = bodyFor(provider);
      const record = await sender.send({
        url: server.url,
        provider,
        secret: newSecret,
        type,
        body,
      });
      expect(record).toMatchObject({ outcome: "delivered", attempts: [{ status: 200 }] });
      expect(events).toHaveLength(1);
      const [event] = events;
      expect(event?.provider).toBe(provider.name);
      expect(event?.secretId).toBe("new");
      expect(event?.type).toBe(provider.type && type);
      expect(event?.id).toBe(provider.id && record.id);
      expect(Buffer.from(event?.rawBody ?? []).toString()).toContain(markerOf(body));
    });

    if (!coversBody(provider))
      test("the event says that its body is not signed", async () => {
        expect(await statusOf(await signed())).toBe(200);
        expect(events[0]?.unsigned).toContain("body");
      });

    test.runIf(coversBody(provider))(
      "a body that was tampered with, or cut, is refused",
      async () => {
        expect(await statusOf(await signed({ tamper: "body" }))).toBe(401);
        expect(await statusOf(await signed({ truncateBytes: 1 }))).toBe(401);
        // Of a token in the body, a change may leave nothing to compare.
        const refusal = isInBody(provider) ? /^signature_m/ : /^signature_mismatch$/;
        expect(codes()).toEqual([expect.stringMatching(refusal), expect.stringMatching(refusal)]);
        expect(events).toEqual([]);
      },
    );

    test("a header that was tampered with is refused", async () => {
      expect(await statusOf(await signed({ tamper: "signature" }))).toBe(401);
      expect(events).toEqual([]);
    });

    test("a wrong secret is refused", async () => {
      expect(await statusOf(await signed({ secret: otherPair.signing }))).toBe(401);
      expect(codes()).toEqual(["signature_mismatch"]);
      expect(events).toEqual([]);
    });

    if (toleranceSeconds !== undefined)
      test("a delivery older than the tolerance, or from the future, is refused", async () => {
        const ageSeconds = (toleranceSeconds ?? 0) + 5;
        expect(await statusOf(await signed({ ageSeconds }))).toBe(401);
        expect(await statusOf(await signed({ ageSeconds: -ageSeconds }))).toBe(401);
        expect(codes()).toEqual(["timestamp_expired", "timestamp_future"]);
        expect(await statusOf(await signed({ ageSeconds: ageSeconds - 10 }))).toBe(200);
        expect(events).toHaveLength(1);
      });

    if (toleranceSeconds === undefined)
      test("an event that is a day old is accepted, where no attempt is dated", async () => {
        expect(await statusOf(await signed({ ageSeconds: 86_400 }))).toBe(200);
        expect(events).toHaveLength(1);
      });

    test("a delivery that comes again is answered, and handled no second time", async () => {
      const first = await signed();
      expect(await statusOf(first)).toBe(200);
      expect(await statusOf(first)).toBe(200);
      const again = await signed({ duplicateOf: first, body: first.message.body });
      expect(await statusOf(again)).toBe(200);
      // Told apart by its content, a retry with a new time in its body (Linear's, or that of a token) is another event.
      const isAnother = provider.dedup === "content" && contentOf(again) !== contentOf(first);
      expect(events).toHaveLength(provider.dedup === "none" ? 3 : isAnother ? 2 : 1);
    });

    test("a delivery that failed is handled when it is sent again", async () => {
      count += 3;
      answers = [500, 503];
      const record = await sender.send({
        url: server.url,
        provider,
        secret: newSecret,
        type,
        body: bodyFor(provider),
      });
      expect(record.outcome).toBe("delivered");
      expect(record.attempts.map((attempt) => attempt.status)).toEqual([500, 503, 200]);
      expect(events).toHaveLength(1);
    });

    test("during a rotation, either secret is enough", async () => {
      expect(await statusOf(await signed({ secret: oldSecret }))).toBe(200);
      expect(await statusOf(await signed({ secret: newSecret }))).toBe(200);
      // What signs with one secret at a time takes the newest.
      expect(await statusOf(await signed({ secret: [newSecret, oldSecret] }))).toBe(200);
      expect(events.slice(0, 2).map(({ secretId }) => secretId)).toEqual(["old", "new"]);
    });

    if (carriesTwo(provider))
      test("during a rotation, one known secret among two is enough", async () => {
        expect(await statusOf(await signed({ secret: [otherPair.signing, oldSecret] }))).toBe(200);
        expect(events.map(({ secretId }) => secretId)).toEqual(["old"]);
      });
  });
});

/** Whether the signature is in the body, so that a change there may leave none. */
function isInBody({ signature }: Provider<object>): boolean {
  return signature.header === undefined && signature.query === undefined;
}

/** The body without what separates the parts of a form, which is another each time. */
function contentOf({ body, headers }: SignedRequest): string {
  const [, boundary] = /boundary="?([^";]+)/.exec(headers["content-type"] ?? "") ?? [];
  const text = body.toString("latin1");
  return boundary === undefined ? text : text.replaceAll(boundary, "");
}
