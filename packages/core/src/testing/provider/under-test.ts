import type { Delivery } from "../../delivery/delivery.ts";
import type { Provider } from "../../scheme/provider.ts";
import type { SignMessage } from "../../sign/sign-options.ts";

/** A delivery that was signed elsewhere: by the provider, an example of its documentation, or `openssl dgst -sha256 -hmac`. */
export interface SignedExample {
  readonly delivery: Delivery;
  /** The secret that signed it, as the provider shows it. */
  readonly secret: string | Uint8Array;
  /** When it was received, in milliseconds since 1970. */
  readonly receivedAtMs: number;
  /** Values that its event must have. */
  readonly id?: string;
  readonly type?: string;
}

/** Names the provider that `providerCases` examines, and what they need beside it. */
export interface ProviderUnderTest {
  readonly provider: Provider<object>;
  /** Any secret in the provider's form, or a public key; no delivery leaves the process. */
  readonly secret: string | Uint8Array;
  /** For a provider that is verified by a public key: the private key of {@link secret}. */
  readonly signingSecret?: string;
  /** A secret of the same form that did not sign. Needed beside a public key; default: other bytes. */
  readonly otherSecret?: string | Uint8Array;
  /** Without one, a definition is only known to agree with itself: what both sides get wrong alike goes unseen. */
  readonly examples?: readonly SignedExample[];
  /**
   * The n-th of different events, as `sign` takes it. Default: a small body that carries `n`, with id, type, URL and method.
   */
  readonly message?: (n: number) => SignMessage;
}
