import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import type { TenantSecrets, WebhookEvent } from "@countersign/core";
import { paradymBody, type RequestParts, requestOf } from "../delivery.ts";
import type { Front, Subject } from "../subject.ts";
import { at, eventually, type MiddlewareCase } from "./kit.ts";

const URLS = "URL";

const SECRETS: Readonly<Record<string, string>> = {
  one: "the secret of tenant one, long enough",
  two: "the secret of tenant two, long enough",
};

/** What a `secret` function is given: a delivery, or Hono's context. */
interface Asked {
  readonly url?: string;
  readonly req?: { readonly url: string };
}

/** Finds the tenant where the case has it: in the query, or in the host. */
function tenantLookup(
  asked: string[],
  where: "query" | "host",
): (about: Asked) => TenantSecrets | undefined {
  return ({ url, req }) => {
    const text = url ?? req?.url ?? "";
    asked.push(text);
    const { searchParams, hostname } = new URL(text);
    const tenant = (where === "query" ? searchParams.get("tenant") : hostname) ?? "";
    const secret = Object.hasOwn(SECRETS, tenant) ? SECRETS[tenant] : undefined;
    return secret === undefined ? undefined : { tenant, secrets: secret };
  };
}

/** Signed by tenant two, which is a customer like any other. */
function signedByTwo({ headers, ...parts }: RequestParts): Buffer {
  const body = paradymBody(1);
  const mac = createHmac("sha256", SECRETS["two"] ?? "")
    .update(body)
    .digest("hex");
  return requestOf({ ...parts, body, headers: { "X-Paradym-HMAC-SHA-256": mac, ...headers } });
}

interface Asking {
  readonly where?: "query" | "host";
  readonly front?: Front;
}

/** Sends what tenant two has made up to pass for tenant one: it must be refused before anything is looked up. */
function malformed(name: string, parts: RequestParts, { where, front }: Asking = {}) {
  return {
    group: URLS,
    name: `${name}: 400`,
    ...(front && { needs: front }),
    run: (subject: Subject) => {
      const asked: string[] = [];
      const secret = tenantLookup(asked, where ?? "query") as never;
      return at(subject, { options: { secret }, front }, async ({ post, events, records }) => {
        const response = await post(signedByTwo(parts));
        assert.equal(response?.status, 400, response?.body);
        assert.deepEqual([events, asked], [[], []]);
        if (records.length === 0) return "by the server";
        assert.equal(records[0]?.code, "request_malformed");
        return undefined;
      });
    },
  } satisfies MiddlewareCase;
}

/** Sends what is genuine. */
function genuineOf(name: string, parts: RequestParts, look: (event: WebhookEvent) => void) {
  return {
    group: URLS,
    name,
    run: (subject: Subject) => {
      const secret = tenantLookup([], "query") as never;
      return at(subject, { options: { secret } }, async ({ post, events, records }) => {
        const response = await post(signedByTwo(parts));
        assert.equal(response?.status, 200, response?.body);
        await eventually("it is settled", () => records.at(-1)?.settlement !== undefined);
        assert.equal(events.length, 1);
        for (const event of events) look(event);
      });
    },
  } satisfies MiddlewareCase;
}

const byOne = "/hook?tenant=one";
const toTwo = "receiver.test?tenant=two#";

export const urlCases: readonly MiddlewareCase[] = [
  malformed("a Host that carries the query of another tenant", {
    path: byOne,
    headers: { Host: toTwo },
  }),
  malformed("a Host that carries a path", {
    path: byOne,
    headers: { Host: "receiver.test/hook?tenant=two&x=" },
  }),
  ...["[::", "a b", "two@receiver.test", "receiver.test:http", ""].map((Host) =>
    malformed(`the Host "${Host}"`, { path: byOne, headers: { Host } }),
  ),
  malformed(
    "a trusted X-Forwarded-Host that carries a query",
    { path: byOne, headers: { "X-Forwarded-Host": toTwo } },
    { front: "a trusted proxy" },
  ),
  malformed(
    "a trusted X-Forwarded-Proto that carries a host and a query",
    { path: byOne, headers: { "X-Forwarded-Proto": `https://${toTwo}` } },
    { front: "a trusted proxy" },
  ),
  {
    group: URLS,
    name: "an absolute target that names another host than the Host header: never two answers to one question",
    run: (subject) => {
      const asked: string[] = [];
      const secret = tenantLookup(asked, "host") as never;
      return at(subject, { options: { secret } }, async ({ post, events }) => {
        const path = "http://two/hook";
        const response = await post(signedByTwo({ path, headers: { Host: "one" } }));
        // A host of the Fetch API resolves the target itself, and nothing else has the header.
        if (response?.status === 200) {
          assert.equal(events[0]?.tenant, "two");
          return "the target's";
        }
        assert.equal(response?.status, 400, response?.body);
        assert.deepEqual([events, asked], [[], []]);
        return "400";
      });
    },
  },
  genuineOf("the event names the tenant that verified", { path: "/hook?tenant=two" }, (event) =>
    assert.equal(event.tenant, "two"),
  ),
  genuineOf(
    "an absolute target",
    { path: "http://receiver.test/hook?tenant=two", headers: { Host: "receiver.test" } },
    (event) => assert.equal(event.tenant, "two"),
  ),
];
