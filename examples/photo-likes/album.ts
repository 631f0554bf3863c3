import { fileURLToPath } from "node:url";
import { createReceiver, defineProvider } from "@countersign/core";
import {
  type StandardWebhookBody,
  standardWebhooks,
} from "@countersign/core/providers/standard-webhooks";
import { createInbox } from "@countersign/inbox";
import { sqliteEngine } from "@countersign/inbox/sqlite";
import { sqliteStore } from "@countersign/store-sqlite";
import { serveFetch } from "../serve-fetch.ts";

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

/** An album that is subscribed, and what closes it. */
export interface RunningAlbum {
  readonly id: string;
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts the album, and subscribes it to likes.
 *
 * @param serviceUrl where the photo service is
 * @param port where the album listens; 0 is any
 */
export async function startAlbum(serviceUrl: string, port: number = 0): Promise<RunningAlbum> {
  // Its secret is only known when it has been subscribed, for which its URL must be known.
  let saved: Album | undefined;
  const cloud = await serveFetch(
    async (request) => saved?.handle(request) ?? new Response(null, { status: 503 }),
    port,
  );
  const url = `${cloud.url}/uploadImage`;
  const response = await fetch(`${serviceUrl}/subscription`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "cloud album", url, eventTypes: ["LIKED_PHOTO"] }),
  });
  if (response.status !== 201) {
    await cloud.close();
    throw new Error(`The photo service refused the subscription: ${await response.text()}`);
  }
  const { id, secret } = (await response.json()) as { id: string; secret: string };
  const kept = await album(secret, process.env["ALBUM_FILE"]);
  saved = kept;
  return {
    id,
    url,
    async close() {
      await cloud.close();
      await kept.close();
    },
  };
}

// The external service, as a process of its own.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { SERVICE_URL = "http://localhost:3000", PORT = "3001" } = process.env;
  const running = await startAlbum(SERVICE_URL, Number(PORT));
  console.info(`album: ${running.url}, subscribed as ${running.id}`);
  process.once("SIGINT", () => void running.close());
  process.once("SIGTERM", () => void running.close());
}
