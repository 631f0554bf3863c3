import type { Statement } from "./client.ts";
import { codeOf } from "./error-code.ts";
import { literal } from "./literal.ts";

/** The method that is used of a PGlite to run what is prepared. Transactions of it have no `execProtocol`. */
interface Pglite {
  exec(sql: string): Promise<{ rows: unknown[] }[]>;
  readonly execProtocol: unknown;
}

const UNKNOWN_STATEMENT = "26000";
const IS_THERE = "42P05";
const MAX_ATTEMPTS = 3;

/** What has been prepared in each database, by name. */
const preparedIn = new WeakMap<Pglite, Map<string, Promise<unknown>>>();

/** Tells whether this is a PGlite. */
export function isPglite(client: object): client is Pglite {
  return "exec" in client && "execProtocol" in client;
}

/**
 * Runs a statement that is prepared in SQL: PGlite's own `query` plans each anew, which is most of what it costs.
 *
 * @returns the rows
 */
export async function executeOn(
  client: Pglite,
  statement: Statement,
  values: readonly (string | number)[],
): Promise<unknown[]> {
  const constants = values.map((value) => literal(String(value))).join();
  for (let attempt = 1; ; attempt++) {
    // oxlint-disable-next-line no-await-in-loop -- a second time only where the database has forgotten the first
    await prepareOn(client, statement);
    try {
      // oxlint-disable-next-line no-await-in-loop
      const [result] = await client.exec(`EXECUTE ${statement.name} (${constants})`);
      return result?.rows ?? [];
    } catch (error) {
      // After a DEALLOCATE or DISCARD of the user's.
      if (codeOf(error) !== UNKNOWN_STATEMENT || attempt === MAX_ATTEMPTS) throw error;
      preparedIn.delete(client);
    }
  }
}

function prepareOn(client: Pglite, { name, text }: Statement): Promise<unknown> {
  const prepared = preparedIn.get(client) ?? new Map<string, Promise<unknown>>();
  preparedIn.set(client, prepared);
  let preparing = prepared.get(name);
  if (preparing === undefined) {
    preparing = client.exec(`PREPARE ${name} AS ${text}`).catch((error: unknown) => {
      if (codeOf(error) === IS_THERE) return;
      prepared.delete(name);
      throw error;
    });
    prepared.set(name, preparing);
  }
  return preparing;
}
