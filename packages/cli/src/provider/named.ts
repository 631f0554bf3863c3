import { pathToFileURL } from "node:url";
import { resolve } from "node:path";
import type { Provider } from "@countersign/core";
import * as presets from "@countersign/core/providers";
import { UsageError } from "../base/usage-error.ts";

/** Every preset, by the name under which it is exported. */
export const PRESETS: ReadonlyMap<string, Provider<object>> = new Map(
  Object.entries<unknown>(presets).filter((entry): entry is [string, Provider<object>] =>
    isProvider(entry[1]),
  ),
);

/**
 * Finds a provider: a preset by its name in any spelling (`standard-webhooks`, `standardWebhooks`), or one of the user's own, as
 * `./acme.js` (its default export) or `./acme.js#acme`.
 *
 * @throws UsageError if there is none, with the names that are close
 */
export async function providerNamed(name: string): Promise<Provider<object>> {
  if (/^[./]/.test(name)) return providerInFile(name);
  const key = plain(name);
  for (const [exported, provider] of PRESETS) {
    if (plain(exported) === key || plain(provider.name) === key) return provider;
  }
  const close = [...PRESETS.values()]
    .map((provider) => provider.name)
    .filter((each) => key.length > 2 && (plain(each).includes(key) || key.includes(plain(each))));
  throw new UsageError(
    `There is no preset "${name}".${close.length > 0 ? ` Is it ${close.join(" or ")}?` : ""} \`countersign providers\` lists them; for a provider of your own give a file: ./acme.js`,
  );
}

async function providerInFile(place: string): Promise<Provider<object>> {
  const [file = "", name = "default"] = place.split("#");
  let module: Readonly<Record<string, unknown>>;
  try {
    module = (await import(pathToFileURL(resolve(file)).href)) as typeof module;
  } catch (cause) {
    throw new UsageError(
      `The file ${file} can't be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  const found = module[name];
  if (!isProvider(found)) {
    throw new UsageError(
      `${file} exports no provider as "${name}". Export what defineProvider() returns, and name it: ${file}#acme`,
    );
  }
  return found;
}

function isProvider(value: unknown): value is Provider<object> {
  return (
    typeof value === "object" && value !== null && "name" in value && typeof value.name === "string"
  );
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/** Returns the name under which a preset is exported; undefined if it is none. */
export function exportNameOf(name: string | undefined): string | undefined {
  for (const [exported, provider] of PRESETS) if (provider.name === name) return exported;
  return undefined;
}
