import { type CaseTable, expectCode, NOW_MS } from "./bench.ts";

/** States how old a delivery may be, where a signed time of the attempt limits it. */
export const expiryCases: CaseTable = {
  "a delivery is refused once its time is older than the tolerance": async (bench) => {
    const delivery = await bench.delivered(1);
    const latestMs = NOW_MS + (bench.toleranceMs ?? 0);
    await bench.eventOf(delivery, latestMs - 1000);
    await expectCode(bench.verifierAt(latestMs + 1000).verify(delivery), ["timestamp_expired"]);
  },

  "a delivery from the future is refused": async (bench) => {
    const early = bench.verifierAt(NOW_MS - (bench.toleranceMs ?? 0) - 1000);
    await expectCode(early.verify(await bench.delivered(1)), ["timestamp_future"]);
  },
};

/** States it where nothing limits the age of a delivery. */
export const noExpiryCases: CaseTable = {
  "a delivery does not expire: a retry may be days late": async (bench) => {
    await bench.eventOf(await bench.delivered(1), NOW_MS + 72 * 3_600_000);
  },
};
