import { parsePointer, select } from "../base/json-pointer.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { headerOf } from "../delivery/headers.ts";
import type { ProviderDefinition } from "../scheme/definition.ts";

/** Facts of a request that are known before anything is verified: enough to find and block a sender of forgeries. */
export interface RequestFacts {
  /** The id of the delivery as the provider writes it into a header: what to look for in its log of deliveries. */
  readonly deliveryId?: string | undefined;
  /** Which attempt this is, from 1, where the provider counts them. */
  readonly attempt?: number | undefined;
  /** The IP address that the request came from: behind a proxy that the framework doesn't trust, the proxy's. */
  readonly remoteAddress?: string | undefined;
  readonly method?: string | undefined;
  /** The path of the request, without the query, which may carry a secret. */
  readonly path?: string | undefined;
  readonly userAgent?: string | undefined;
}

/** Anybody can send anything: what is longer would fill logs. */
const MAX_CHARACTERS = 256;

/** Reads what a request says of itself. Nothing in it is verified. */
export function requestFacts(
  { id, delivery }: ProviderDefinition,
  { headers, method, url, remoteAddress }: Omit<Delivery, "body">,
): RequestFacts {
  // Without headers the delivery will be refused, by an error that says so.
  const header = (name: string | undefined): string | undefined =>
    name !== undefined && headers
      ? headerOf(headers, name.toLowerCase())?.slice(0, MAX_CHARACTERS)
      : undefined;
  const idHeader =
    delivery?.idHeader ?? (id !== undefined && "header" in id ? id.header : undefined);
  const { attempt } = delivery ?? {};
  return {
    deliveryId: header(idHeader),
    attempt:
      attempt !== undefined && "header" in attempt
        ? // A count of retries does not come with the first attempt.
          attemptOf(header(attempt.header) ?? (attempt.first === 0 ? 0 : undefined), attempt.first)
        : undefined,
    remoteAddress,
    method: method?.slice(0, MAX_CHARACTERS),
    path: pathOf(url),
    userAgent: header("user-agent"),
  };
}

/** Reads the number of the attempt from a parsed body, where the provider counts there. */
export function attemptIn({ delivery }: ProviderDefinition, body: unknown): number | undefined {
  const { attempt } = delivery ?? {};
  if (attempt === undefined || !("body" in attempt)) return undefined;
  const [found] = select(body, parsePointer(attempt.body) ?? []);
  return attemptOf(found, attempt.first);
}

function attemptOf(written: unknown, first: 0 | 1): number | undefined {
  const count =
    typeof written === "string" && /^\d{1,6}$/.test(written) ? Number(written) : written;
  return Number.isSafeInteger(count) ? Number(count) - first + 1 : undefined;
}

function pathOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  return new URL(url).pathname.slice(0, MAX_CHARACTERS);
}
