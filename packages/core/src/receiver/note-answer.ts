import type { Warning } from "../base/warning.ts";
import type { ProviderDefinition } from "../scheme/definition.ts";
import { missedTerms, NOTHING_MISSED, successStatusOf } from "./answer-terms.ts";
import type { Progress, Receiving } from "./progress.ts";

/** How a handler sets the status, by what the delivery came through. */
const STATUS_LINES: Readonly<Record<string, (status: number) => string>> = {
  express: (status) => `res.status(${status}).end()`,
  fastify: (status) => `reply.code(${status})`,
  fetch: (status) => `return new Response(null, { status: ${status} })`,
  hono: (status) => `return c.body(null, ${status})`,
  koa: (status) => `ctx.status = ${status}`,
  nest: (status) => `@HttpCode(${status})`,
  node: (status) => `res.statusCode = ${status}`,
};

/**
 * Notes the answer to an accepted delivery when it goes out, and warns, once each, where the provider takes it for a failure.
 *
 * @param status undefined where only the user knows it, behind `receive()`
 */
export function noteAnswer(
  { settings: { definition }, log }: Receiving,
  progress: Progress,
  status: number | undefined,
): void {
  const elapsedMs = performance.now() - progress.startedAtMs;
  const missed = missedTerms(definition, elapsedMs, status);
  progress.missed = missed;
  if (missed === NOTHING_MISSED) return;
  if (missed.deadlinePassed !== undefined) log.warnOnce(deadlinePassed(definition, elapsedMs));
  if (missed.statusNotAccepted !== undefined) {
    log.warnOnce(statusNotAccepted(definition, missed.statusNotAccepted, progress.delivery?.via));
  }
}

function deadlinePassed(definition: ProviderDefinition, elapsedMs: number): Warning {
  const { name, delivery } = definition;
  return {
    code: "deadline_passed",
    message: `${name}: an event was answered after ${(elapsedMs / 1000).toFixed(1)} s, and ${name} waits for ${delivery?.deadlineSeconds} s. ${consequence(definition)} Answer first and run the handler afterwards: give the receiver an inbox, inbox: createInbox({ ... }) of @countersign/inbox.`,
  };
}

function statusNotAccepted(
  definition: ProviderDefinition,
  status: number,
  via: string | undefined,
): Warning {
  const { name, delivery } = definition;
  const wanted = successStatusOf(definition);
  const lineOf =
    via !== undefined && Object.hasOwn(STATUS_LINES, via) ? STATUS_LINES[via] : undefined;
  const line = lineOf === undefined ? "" : `: ${lineOf(wanted)}`;
  return {
    code: "status_not_accepted",
    message: `${name}: the handler answered ${status}, and ${name} counts only ${delivery?.successStatuses?.join(", ")} as success. ${consequence(definition)} Answer with ${wanted}${line}, or set no status.`,
  };
}

/** Says what the provider does with a delivery that it takes for failed, as far as it is known. */
function consequence({ delivery }: ProviderDefinition): string {
  const { retrySpanSeconds, disablesEndpoint } = delivery ?? {};
  const failed = "It takes the delivery for failed";
  const disabled = disablesEndpoint ? " Several failures disable the endpoint." : "";
  if (retrySpanSeconds === undefined) return `${failed}.${disabled}`;
  const retries = retrySpanSeconds === 0 ? "does not send it again" : "sends it again";
  return `${failed}, and ${retries}.${disabled}`;
}
