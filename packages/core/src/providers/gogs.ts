import { decodedField } from "../grammar/decoded-field.ts";
import { preset, type Provider } from "../scheme/provider.ts";
import { gitea, type GiteaEvents } from "./gitea.ts";

/**
 * Gogs, whose scheme {@link gitea} took over: `X-Gogs-Signature` is bare hex over the JSON, also where the delivery is a form.
 *
 * - Secret: the text set on the webhook.
 * - `event.id` (`X-Gogs-Delivery`) and `event.type` (`X-Gogs-Event`) are headers that the signature does not cover.
 * - Time: none is signed.
 * - Dedup: `content`, since the id is not signed.
 * - Retries: none by itself.
 *
 * @see https://github.com/gogs/docs-api/blob/master/Repositories/Webhooks.md
 */
export const gogs: Provider<GiteaEvents> = preset<GiteaEvents>(
  {
    ...gitea,
    name: "gogs",
    docs: "https://github.com/gogs/docs-api/blob/master/Repositories/Webhooks.md",
    signature: { header: "X-Gogs-Signature", encoding: "hex" },
    id: { header: "X-Gogs-Delivery", unsigned: true },
    type: { header: "X-Gogs-Event", unsigned: true },
  },
  decodedField,
);
