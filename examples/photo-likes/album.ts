import { createReceiver, defineProvider } from "@countersign/core";
import {
  type StandardWebhookBody,
  standardWebhooks,
} from "@countersign/core/providers/standard-webhooks";
import { createInbox } from "@countersign/inbox";
import { sqliteEngine } from "@countersign/inbox/sqlite";
import { sqliteStore } from "@countersign/store-sqlite";

/** The photo service signs as Standard Webhooks says; these are its events. */
const photoLikes = defineProvider<{
  LIKED_PHOTO: StandardWebhookBody<"LIKED_PHOTO", { photo: string }>;
}>(standardWebhooks);

/** The cloud album at the other end: it saves every photo that is liked, once. */
export interface Album {
  /** The photos that were saved, in order. */
  readonly photos: readonly string[];
  readonly handle: (request: Request) => Promise<Response>;
  readonly close: () => Promise<void>;
}

/**
 * Makes an album. It answers as soon as an event is in its inbox; a worker saves the photo, in the transaction that marks the event as done.
 *
 * @param secret what the subscription's answer shows once
 * @param file where the album is kept. Default: in memory
 */
export async function album(secret: string, file = ":memory:"): Promise<Album> {
  // Here, since processes that only serve or deliver have no album, and it is made for one kind of machine.
  const { default: Database } = await import("libsql");
  const database = new Database(file);
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("CREATE TABLE IF NOT EXISTS photos (photo TEXT)");
  const insert = database.prepare("INSERT INTO photos VALUES (?)");

  const inbox = createInbox({
    provider: photoLikes,
    engine: sqliteEngine({ database }),
    retry: { delaysSeconds: [1, 10, 60] },
    handler(event, { claim, attempt }) {
      const { photo } = event.body.data;
      const save = database.transaction(() => {
        insert.run(photo);
        void claim.completeIn?.(database);
      });
      save.immediate();
      console.info(`album: saved photo ${photo} (${event.id}, attempt ${attempt})`);
    },
  });
  const store = sqliteStore({ database });
  const receiver = createReceiver({ provider: photoLikes, secret, store, inbox });
  await inbox.start();
  return {
    get photos() {
      const rows = database.prepare("SELECT photo FROM photos").all() as { photo: string }[];
      return rows.map(({ photo }) => photo);
    },
    handle: (request) => receiver.handle(request),
    async close() {
      await inbox.stop();
      database.close();
    },
  };
}
