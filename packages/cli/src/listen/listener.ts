import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Receipt } from "@countersign/core";
import type { Captured } from "../delivery/captured.ts";
import { maskedAnswer, withoutSecrets } from "../log/without-secrets.ts";
import { capture } from "../http/capture.ts";
import type { WatchedLog } from "../log/delivery-log.ts";
import { type Answered, type Entry, isSuccess, type Step } from "../log/entry.ts";
import { type Endpoint, endpointAt } from "./endpoint.ts";
import { forward, forwardUrl } from "./forward.ts";
import { verdictOf } from "./verdict.ts";

/** What a listener is made of. */
export interface ListenerOptions {
  readonly endpoints: readonly Endpoint[];
  /** Where deliveries are sent on to; without it the listener answers by itself. */
  readonly forward?: string | undefined;
  readonly log: WatchedLog;
}

/** Headers that belong to one connection (RFC 9110, section 7.6.1). */
const HOP_BY_HOP =
  /^(connection|keep-alive|proxy-connection|transfer-encoding|upgrade|te|trailer)$/i;

/** Makes the server that receives deliveries, decides about each, sends it on, and logs it. */
export function createListener(options: ListenerOptions): Server {
  return createServer((req, res) => {
    void handle(req, res, options).catch(() => res.destroy());
  });
}

async function handle(
  req: IncomingMessage,
  res: ServerResponse,
  { endpoints, forward: target, log }: ListenerOptions,
): Promise<void> {
  const delivery = await capture(req);
  if (delivery === undefined) {
    res.writeHead(413, { connection: "close" }).end();
    return;
  }
  const path = (req.url ?? "/").split("?")[0] ?? "/";
  const endpoint = endpointAt(endpoints, path);
  const receipt = await endpoint?.receiver.receive(delivery);
  let entry = await added(delivery, endpoint, receipt, log);
  const answered =
    target === undefined
      ? ownAnswer(receipt)
      : await forward(delivery, forwardUrl(target, req.url ?? "/"));
  const steps = await settle(receipt, answered);
  const secrets = secretsOf(endpoint);
  entry = {
    ...entry,
    answered: maskedAnswer(answered, secrets),
    timeline: [...entry.timeline, ...steps],
  };
  log.update(entry);
  write(res, answered);
}

/** Logs a delivery before the application has answered it. */
async function added(
  delivery: Captured,
  endpoint: Endpoint | undefined,
  receipt: Receipt | undefined,
  log: WatchedLog,
): Promise<Entry> {
  const verdict =
    endpoint === undefined || receipt === undefined
      ? ({ status: "unchecked" } as const)
      : await verdictOf(receipt, delivery, endpoint);
  const shown = withoutSecrets(delivery, secretsOf(endpoint));
  return log.add({
    ...shown,
    provider: endpoint?.provider.name,
    verdict,
    timeline: [
      { atMs: delivery.receivedAtMs, what: "received" },
      step(verdict.code ?? verdict.status),
      ...(receipt?.status === "accepted" && receipt.claim.key !== undefined
        ? [step("claimed")]
        : []),
    ],
  });
}

/** Ends the claim as a receiver would: complete on 2xx, else released for the retry. */
async function settle(receipt: Receipt | undefined, answered: Answered): Promise<readonly Step[]> {
  const outcome = answered.failure ?? `answered ${answered.status ?? ""}`;
  const steps = [step(answered.by === "app" ? `app: ${outcome}` : outcome)];
  if (receipt?.status !== "accepted") return steps;
  const { claim } = receipt;
  const taken = isSuccess(answered.status);
  await (taken ? claim.complete() : claim.release());
  if (claim.key === undefined) return steps;
  return [...steps, step(taken ? "claim completed" : "claim released: a retry will run")];
}

function ownAnswer(receipt: Receipt | undefined): Answered {
  if (receipt === undefined || receipt.status === "accepted") {
    return { by: "countersign", status: 200, durationMs: 0 };
  }
  const { status, headers, body } = receipt.response;
  return {
    by: "countersign",
    status,
    headers: Object.entries(headers),
    body: Buffer.from(body),
    durationMs: 0,
  };
}

function write(res: ServerResponse, { status, headers = [], body, failure }: Answered): void {
  if (status === undefined) {
    const problem = { title: "The application gave no answer", status: 502, code: failure };
    res.writeHead(502, { "content-type": "application/problem+json" }).end(JSON.stringify(problem));
    return;
  }
  const passed = headers.filter(([name]) => !HOP_BY_HOP.test(name)).flat();
  res.writeHead(status, passed).end(body);
}

function secretsOf(endpoint: Endpoint | undefined): readonly string[] {
  return endpoint?.secret.map(({ secret }) => secret) ?? [];
}

function step(what: string): Step {
  return { atMs: Date.now(), what };
}
