import { equalInConstantTime } from "../algorithms/equal-secrets.ts";
import { decodeUtf8, utf8 } from "../base/bytes.ts";
import type { SignatureDefinition } from "../scheme/definition.ts";

/**
 * Verifies that every notification of a list shows the `clientState` with which it was subscribed, as Microsoft does it. It covers nothing:
 * whoever knows the state can send anything.
 */
export const clientState: SignatureDefinition = {
  covers: [],
  async verify({ body }, { secrets }) {
    const states = statesIn(body);
    for (const secret of secrets) {
      const isShown = async (state: Uint8Array): Promise<boolean> =>
        equalInConstantTime(secret, state);
      const shown = await Promise.all(states.map(isShown));
      if (shown.length > 0 && !shown.includes(false)) return { secret };
    }
    return false;
  },
  sign({ body }, { secrets: [secret = utf8("")] }) {
    const { value, ...more } = JSON.parse(decodeUtf8(body)) as { readonly value?: object[] };
    const state = decodeUtf8(secret);
    const signed = (value ?? [{}]).map((one) => Object.assign({ clientState: state }, one));
    return { body: JSON.stringify({ ...more, value: signed }) };
  },
};

/** The state of each notification; one that has none gets a state that is no secret's. */
function statesIn(body: Uint8Array): readonly Uint8Array[] {
  try {
    const { value } = JSON.parse(decodeUtf8(body)) as { readonly value?: unknown };
    return (Array.isArray(value) ? (value as readonly unknown[]) : []).map((notification) => {
      const state = (notification as { readonly clientState?: unknown } | null)?.clientState;
      return utf8(typeof state === "string" ? state : "");
    });
  } catch {
    return [];
  }
}
