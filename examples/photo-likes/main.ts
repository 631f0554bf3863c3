/**
 * The whole system in one process: the service, a worker, and the album at the other end. With AMQP_URL (and DATABASE_URL) any number of
 * processes share the work: ROLE=service only takes likes, ROLE=worker only delivers.
 */
import { serveFetch } from "../serve-fetch.ts";
import { startAlbum } from "./album.ts";
import { photoService } from "./service.ts";
import { checkRole, createSystem, isLocal } from "./system.ts";

const { ROLE = "all", PORT = "3000", ALBUM = "1" } = process.env;
checkRole(ROLE, process.env);
const together = ROLE === "all";
const system = await createSystem({
  ...(isLocal(process.env) && { ALLOW_PRIVATE_ADDRESSES: "1" }),
  ...process.env,
});
const { publisher } = system;
const closes: (() => Promise<void>)[] = [];

if (ROLE !== "service") await publisher.start();
if (ROLE !== "worker") {
  const service = await serveFetch(photoService(system), Number(PORT));
  closes.push(() => service.close());
  console.info(
    `service: ${service.url}/subscription ${service.url}/like/:id and ${service.url}/queue`,
  );

  if (together && ALBUM === "1") {
    const album = await startAlbum(service.url);
    closes.push(() => album.close());
    console.info(`album: ${album.url}, subscribed as ${album.id}`);
  }
}

async function stop(): Promise<void> {
  for (const end of [...closes, () => system.close()]) {
    // oxlint-disable-next-line no-await-in-loop -- in this order
    await end();
  }
}
process.once("SIGINT", () => void stop());
process.once("SIGTERM", () => void stop());
