import type { Delivery } from "../delivery/delivery.ts";
import type { Provider } from "../scheme/provider.ts";
import type { Scheme } from "../scheme/scheme.ts";
import type { VerifyOptions } from "../verify/options.ts";
import type { NamedSecret } from "./secrets.ts";

/** A delivery whose mistakes are searched, and what may have signed it. */
export interface SearchTask {
  readonly scheme: Scheme;
  readonly options: VerifyOptions<never>;
  readonly delivery: Delivery;
  readonly body: Uint8Array;
  readonly secrets: readonly NamedSecret[];
  readonly nowMs: number;
  readonly providers: readonly Provider<object>[];
}
