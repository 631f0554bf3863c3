import { changesOf } from "./database.ts";
import type { Operation } from "./operations.ts";

/** So many records are looked at in one transaction. */
const STRETCH = 256;

/** Ways of deleting records whose time is over. */
interface DeletingExpired {
  /** Looks at the next stretch of the records; before there is a next one, at the one that begins at `key`. */
  readonly deleteSome: (key: string) => Promise<void>;
  /** Goes on until a stretch had some, or all records have been seen. Returns how many it has deleted. */
  readonly deleteExpired: () => Promise<number>;
}

/** Walks through the records in the order of their keys, one stretch after the other, again and again. */
export function deletingExpired(run: <T>(operation: Operation<T>) => Promise<T>): DeletingExpired {
  let next: string | undefined;

  async function look(first: string): Promise<{ deleted: number; isLast: boolean }> {
    const { deleted, last, count } = await run({
      write(all) {
        const [row] = all.stretch.all(first, STRETCH);
        const stretch = row as { last: string | null; count: number };
        return {
          ...stretch,
          deleted:
            stretch.last === null ? 0 : changesOf(all.deleteExpired.run(first, stretch.last)),
        };
      },
    });
    // A key with a NUL, which libsql cuts off there, may lead nowhere new.
    const isLast = last === null || last === first || count < STRETCH;
    next = isLast ? "" : last;
    return { deleted, isLast };
  }

  return {
    async deleteSome(key) {
      const { isLast } = await look(next ?? key);
      // Where keys begin with the time, the oldest are there.
      if (isLast) await look("");
    },

    async deleteExpired() {
      // From where the walk is to the end, and then everything.
      for (let ends = 0; ends < 2;) {
        // oxlint-disable-next-line no-await-in-loop -- others get their turn between
        const { deleted, isLast } = await look(next ?? "");
        if (deleted > 0) return deleted;
        if (isLast) ends++;
      }
      return 0;
    },
  };
}
