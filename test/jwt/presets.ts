import { randomBytes } from "node:crypto";
import type { AnyProvider } from "@countersign/core";
import {
  auth0Logout,
  fireblocks,
  fusionAuth,
  googlePubSub,
  kinde,
  livekit,
  microsoftGraphRich,
  monday,
  neon,
  netlify,
  oidcLogout,
  plaid,
  signInWithApple,
  truelayer,
  vonage,
  wix,
} from "@countersign/jwt";
import { appStore } from "@countersign/jwt/apple";
import { certificateChain } from "./certificates.ts";
import { keyPair } from "./tokens.ts";

/** A preset for a receiver of the tests, with the algorithm that its provider signs with. */
export interface TokenPreset {
  readonly provider: AnyProvider;
  readonly algorithm: string;
  /** A body that its provider could send, like no other by its marker. */
  readonly body?: (marker: string) => object;
}

const CLIENT = "client-id";
const LOGOUT = {
  events: { "http://schemas.openid.net/event/backchannel-logout": {} },
  sub: "user",
};

/** Every preset of `@countersign/jwt`. */
export const tokenPresets: readonly TokenPreset[] = [
  {
    provider: appStore({ bundleId: "com.example", environment: ["Production", "Sandbox"] }),
    algorithm: "x5c",
    body: (marker) => ({ data: { bundleId: "com.example", environment: "Sandbox" }, marker }),
  },
  {
    provider: auth0Logout({ domain: "acme.eu.auth0.com", clientId: CLIENT }),
    algorithm: "RS256",
    body: (marker) => ({ ...LOGOUT, sid: marker }),
  },
  { provider: fireblocks(), algorithm: "RS512" },
  { provider: fusionAuth(), algorithm: "HS256" },
  { provider: fusionAuth({ url: "https://auth.example" }), algorithm: "ES256" },
  {
    provider: googlePubSub({ audience: "https://example.com/push", email: "push@example.com" }),
    algorithm: "RS256",
  },
  { provider: kinde({ url: "https://acme.kinde.com" }), algorithm: "RS256" },
  { provider: livekit({ apiKey: "APIkey" }), algorithm: "HS256" },
  {
    provider: microsoftGraphRich({ appId: CLIENT, tenantId: "tenant" }),
    algorithm: "RS256",
    body: (marker) => ({ value: [{ clientState: marker }] }),
  },
  { provider: monday({ audience: "https://example.com/monday" }), algorithm: "HS256" },
  { provider: neon({ authUrl: "https://ep-x.neonauth.example/neondb/auth" }), algorithm: "EdDSA" },
  { provider: netlify, algorithm: "HS256" },
  {
    provider: oidcLogout({
      issuer: "https://id.example",
      jwks: "https://id.example/jwks",
      clientId: CLIENT,
    }),
    algorithm: "RS256",
    body: (marker) => ({ ...LOGOUT, sid: marker }),
  },
  { provider: plaid, algorithm: "ES256" },
  { provider: signInWithApple({ clientId: CLIENT }), algorithm: "RS256" },
  { provider: truelayer, algorithm: "ES512" },
  { provider: vonage, algorithm: "HS256" },
  { provider: wix, algorithm: "RS256" },
];

/** The preset of `@countersign/jwt` that a provider is; undefined where it is one of the core's. */
export function tokenPresetOf(provider: AnyProvider): TokenPreset | undefined {
  return tokenPresets.find((preset) => preset.provider === provider);
}

/** Makes what signs and what verifies that. */
export function tokenSecrets(algorithm: string): {
  readonly signing: string;
  readonly verifying: string;
} {
  if (algorithm.startsWith("HS")) {
    const secret = randomBytes(32).toString("base64url");
    return { signing: secret, verifying: secret };
  }
  if (algorithm === "x5c") {
    const { key, leaf, intermediate, root } = certificateChain();
    return { signing: [key, leaf, intermediate, root].join("\n"), verifying: root };
  }
  const { privateJwk, publicJwk } = keyPair(algorithm);
  return {
    signing: JSON.stringify(privateJwk),
    verifying: JSON.stringify({ keys: [publicJwk] }),
  };
}
