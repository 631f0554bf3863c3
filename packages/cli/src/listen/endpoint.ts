import { createReceiver, type Provider, type Receiver } from "@countersign/core";
import type { Warning } from "@countersign/core";
import { MAX_BODY_BYTES } from "../http/capture.ts";
import { providerNamed } from "../provider/named.ts";
import { type NamedSecret, secretInEnvironment } from "../provider/secrets.ts";
import { UsageError } from "../base/usage-error.ts";

/** A path, and who delivers to it. */
export interface Endpoint {
  /** Undefined: every path that no other endpoint has. */
  readonly path: string | undefined;
  readonly provider: Provider<object>;
  readonly secret: readonly NamedSecret[];
  /** The URL that the provider calls, where a proxy changes it. */
  readonly publicUrl: string | undefined;
  readonly receiver: Receiver;
}

/** The parts of an endpoint. */
export type EndpointOptions = Omit<Endpoint, "receiver"> & {
  readonly onWarning: (warning: Warning) => void;
};

/** Makes an endpoint with a receiver, which remembers events in memory. */
export function endpointOf({ onWarning, ...options }: EndpointOptions): Endpoint {
  const { provider, secret, publicUrl, path } = options;
  const receiver = createReceiver<object>({
    provider,
    secret,
    publicUrl,
    endpoint: path,
    // A default, written out: nothing is lost that a developer looks at.
    onStoreError: "reject",
    maxBodyBytes: MAX_BODY_BYTES,
    onWarning,
  });
  return { ...options, receiver: receiver };
}

/**
 * Reads `--route /stripe=stripe:STRIPE_SECRET`.
 *
 * @throws UsageError if it is written in another way, or the variable is not set
 */
export async function readRoute(
  text: string,
): Promise<Pick<Endpoint, "path" | "provider" | "secret">> {
  const [, path, name, variables] = /^(\/[^=]*)=(.+):([^:]+)$/.exec(text) ?? [];
  if (path === undefined || name === undefined || variables === undefined) {
    throw new UsageError(
      "--route takes /path=provider:SECRET_VARIABLE, such as /stripe=stripe:STRIPE_SECRET.",
    );
  }
  const provider = await providerNamed(name);
  return { path, provider, secret: variables.split(",").map(secretInEnvironment) };
}

/** Finds the endpoint for a path: the longest that it is, or lies below. */
export function endpointAt(endpoints: readonly Endpoint[], path: string): Endpoint | undefined {
  const [longest] = endpoints
    .filter((each) => each.path !== undefined && isBelow(path, each.path))
    .toSorted((a, b) => (b.path?.length ?? 0) - (a.path?.length ?? 0));
  return longest ?? endpoints.find((each) => each.path === undefined);
}

function isBelow(path: string, parent: string): boolean {
  const base = parent.replace(/\/$/, "");
  return path === base || path === parent || path.startsWith(`${base}/`);
}
