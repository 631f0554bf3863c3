import { openInbox, PATIENT_RETRY } from "./open-inbox.ts";
import { openPlace, type Place } from "./places.ts";

/** A worker process: once it is told to begin it makes the effect of each event, until it is killed. */
const { place: at, name } = JSON.parse(process.argv[2] ?? "") as { place: Place; name: string };
const place = await openPlace(at);
const { inbox } = openInbox(
  place,
  async ({ id = "" }, { claim }) => {
    await place.addEffect(claim, id);
  },
  { name, concurrency: 16, timeoutSeconds: 2, retry: PATIENT_RETRY },
);
process.on("disconnect", () => process.exit());
process.on("message", () => void inbox.start());
process.send?.("ready");
