import type { BodyLike } from "../base/bytes.ts";
import type { HeadersLike } from "./headers.ts";

/** One HTTP request from a provider. */
export interface Delivery {
  readonly headers: HeadersLike;
  /** The body exactly as it came over the wire: bytes, or text that is those bytes read as UTF-8. Never a parsed object. */
  readonly body: BodyLike;
  /** The request method, where the provider signs it. */
  readonly method?: string | undefined;
  /** The absolute URL, where the provider signs it. */
  readonly url?: string | undefined;
  /** The framework or platform that it came through (`express`, `lambda` …); only explanations look at it, to name the line to change. */
  readonly via?: string | undefined;
  /** The IP address that it came from, where the host knows it; only `onReceipt` and `observe` get to see it. */
  readonly remoteAddress?: string | undefined;
}
