import { fromBase64, fromHex, utf8 } from "../base/bytes.ts";
import { configError } from "../base/errors.ts";
import type { Grammar } from "../scheme/scheme.ts";

/** Secrets that are not plain text. */
export const secretFormat: Pick<Grammar, "decodeSecret"> = {
  decodeSecret({ name, secret }, text) {
    const {
      encoding = "utf8",
      prefix = "",
      withoutPrefix,
      separator,
      ignored,
      otherwise,
    } = secret ?? {};
    const entries = separator === undefined ? [text] : text.split(separator);
    const used = entries.filter((entry) => ignored === undefined || !entry.startsWith(ignored));
    if (used.length === 0) {
      throw configError(
        `${name}: every entry of the secret begins with "${ignored}", and those can't be used here. Add one of the other kind.`,
      );
    }
    return used.map((entry) => {
      const prefixed = entry.startsWith(prefix);
      const how = prefixed ? encoding : (withoutPrefix ?? encoding);
      if (how === "refuse") {
        throw configError(
          `${name}: the secret does not begin with "${prefix}". Copy it whole, as the provider shows it; an API key won't do.`,
        );
      }
      if (entry.startsWith("whpk_")) {
        throw configError(
          `${name}: the secret is a public key (whpk_), and ${name} signs with a secret. For signatures by key pair (v1a) use standardWebhooksAsymmetric.`,
        );
      }
      const bare = prefixed ? entry.slice(prefix.length) : entry;
      const bytes =
        how === "hex" ? fromHex(bare) : how === "base64" ? fromBase64(bare) : utf8(bare);
      if (bytes !== undefined) return bytes;
      throw configError(
        `${name}: the secret is not ${how}${prefix === "" ? "" : ` behind "${prefix}"`}, as ${name} writes it. Copy it whole, without quotes; an API key or a placeholder won't do.${otherwise === undefined ? "" : ` ${otherwise}`}`,
      );
    });
  },
};
