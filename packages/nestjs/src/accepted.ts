import type { Claim, Receiver } from "@countersign/core";
import type { HeldResponse } from "@countersign/node";
import type { PlatformRequest } from "./platform.ts";

/** What the guard leaves to the interceptor. */
export interface Accepted {
  readonly receiver: Receiver;
  readonly claim: Claim;
  readonly held: HeldResponse;
}

/** The deliveries that the guard let through, by their request. */
export const accepted: WeakMap<PlatformRequest, Accepted> = new WeakMap();
