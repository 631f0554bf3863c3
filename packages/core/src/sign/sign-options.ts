import type { Provider } from "../scheme/provider.ts";
import type { Secrets } from "../secrets/secret.ts";

/** Says what a provider delivers. */
export interface SignMessage {
  /**
   * Bytes or text are sent as they are. An object is sent as JSON, and gets the id, type and timestamp where the provider's
   * definition has them in the body and the object has nothing there. `URLSearchParams` are sent as a form, where the provider
   * sends forms.
   */
  readonly body: Uint8Array | string | object;
  /** The event's id. Default, where the provider signs one in a header: a new `msg_…`. */
  readonly id?: string | undefined;
  readonly type?: string | undefined;
  /** When it happened or is sent, as a `Date` or in milliseconds since 1970. Default: now. */
  readonly timestamp?: Date | number | undefined;
  /** The URL it is sent to; needed where the provider signs it. */
  readonly url?: string | undefined;
  /** Default `POST`. */
  readonly method?: string | undefined;
  /** Sends the body as the value of the provider's form field (Para and GitHub can). Default false. */
  readonly form?: boolean | undefined;
}

/** Says who signs, and with which secret. */
export interface SignOptions {
  readonly provider: Provider<object>;
  /**
   * One secret, or several where the provider's layout carries several signatures (rotation without downtime). For a provider that is
   * verified by a public key: the private key.
   */
  readonly secret: Secrets;
  /** The clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** A signed delivery, ready to be posted. */
export interface SignedMessage {
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
  /** The URL with the signature in its query, where the provider puts it there. */
  readonly url?: string;
}
