import { randomBytes } from "node:crypto";
import type { Publisher } from "./publisher.ts";
import type { PublisherSettings } from "./publisher-settings.ts";
import { newSecret } from "./secret.ts";
import { shown, type Subscription } from "./subscription.ts";
import { checkInput, InvalidSubscription } from "./subscription-input.ts";

/**
 * The publisher's methods that add and change subscriptions.
 *
 * @param released sends what was held for a subscription that is active again
 */
export function subscribing(
  { subscriptions, providers, defaultProvider, rules }: PublisherSettings,
  released: (id: string) => Promise<void>,
): Pick<Publisher, "subscribe" | "update" | "enable"> {
  return {
    async subscribe(input) {
      const before = { provider: defaultProvider.name, secrets: [], form: false };
      const checked = checkInput(input, before, rules);
      if (checked.url === undefined) {
        throw new InvalidSubscription([{ field: "url", message: "It is missing." }]);
      }
      const provider = providers.get(checked.provider ?? defaultProvider.name) ?? defaultProvider;
      const generated = checked.secrets === undefined ? newSecret(provider) : undefined;
      const now = new Date().toISOString();
      const subscription: Subscription = {
        id: newSubscriptionId(),
        name: "",
        owner: "",
        provider: provider.name,
        eventTypes: ["*"],
        filter: "",
        form: false,
        metadata: {},
        active: true,
        failureCount: 0,
        createdAt: now,
        updatedAt: now,
        ...checked,
        url: checked.url,
        secrets: checked.secrets ?? [generated ?? ""],
      };
      await subscriptions.create(subscription);
      return { subscription: shown(subscription), secret: generated };
    },
    async update(id, change) {
      const before = await subscriptions.get(id);
      if (before === undefined) return undefined;
      const checked = checkInput(change, before, rules);
      // With its old failures it would be disabled again by the first new one.
      const enabled = checked.active === true && !before.active;
      const updated = await subscriptions.update(id, {
        ...checked,
        ...(enabled && { failureCount: 0 }),
      });
      if (updated?.active === true) await released(id);
      return updated && shown(updated);
    },
    async enable(id) {
      const enabled = await subscriptions.update(id, { active: true, failureCount: 0 });
      if (enabled !== undefined) await released(id);
      return enabled && shown(enabled);
    },
  };
}

/** Sorts by the time it was made; what follows can't be guessed. */
function newSubscriptionId(): string {
  return `sub_${Date.now().toString(36).padStart(9, "0")}${randomBytes(10).toString("hex")}`;
}
