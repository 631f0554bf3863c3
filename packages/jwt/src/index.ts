export { jwksKeys, type JwksOptions } from "./jwks-keys.ts";
export { jwtProvider } from "./jwt-provider.ts";
export { plaidKeys, type PlaidKeysOptions } from "./plaid-keys.ts";
export type * from "./definition.ts";

export { fireblocks, type FireblocksOptions } from "./presets/fireblocks.ts";
export { fusionAuth, type FusionAuthOptions } from "./presets/fusion-auth.ts";
export {
  googlePubSub,
  type GooglePubSubOptions,
  type PubSubPush,
} from "./presets/google-pub-sub.ts";
export { kinde, type KindeOptions } from "./presets/kinde.ts";
export { livekit, type LiveKitOptions } from "./presets/livekit.ts";
export {
  type GraphNotification,
  type GraphNotifications,
  microsoftGraphRich,
  type MicrosoftGraphOptions,
} from "./presets/microsoft-graph.ts";
export { monday, type MondayOptions } from "./presets/monday.ts";
export { neon, type NeonOptions } from "./presets/neon.ts";
export { netlify } from "./presets/netlify.ts";
export {
  auth0Logout,
  type Auth0LogoutOptions,
  type LogoutToken,
  oidcLogout,
  type OidcLogoutOptions,
} from "./presets/oidc-logout.ts";
export { plaid } from "./presets/plaid.ts";
export {
  signInWithApple,
  type SignInWithAppleEvent,
  type SignInWithAppleOptions,
} from "./presets/sign-in-with-apple.ts";
export { truelayer } from "./presets/truelayer.ts";
export { vonage } from "./presets/vonage.ts";
export { wix, type WixEvent } from "./presets/wix.ts";
