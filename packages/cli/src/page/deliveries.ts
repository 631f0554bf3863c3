import { useEffect, useState } from "preact/hooks";
import type { Row } from "../inspector/wire.ts";

/** The deliveries that the server has told of. */
export interface Deliveries {
  /** Newest first. */
  readonly rows: readonly Row[];
  /** True while the connection to the server is open. */
  readonly live: boolean;
}

/** Follows the server's deliveries. Changes that come within one frame are drawn together. */
export function useDeliveries(): Deliveries {
  const [deliveries, setDeliveries] = useState<Deliveries>({ rows: [], live: false });
  useEffect(() => {
    const rows = new Map<number, Row>();
    let live = false;
    let frame = 0;
    const draw = (): void => {
      frame = 0;
      setDeliveries({
        rows: [...rows.entries()].toSorted(([a], [b]) => b - a).map(([, row]) => row),
        live,
      });
    };
    const changed = (): void => {
      // A page in the background gets no frames; it is drawn when it is looked at.
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    const source = new EventSource("api/events");
    source.addEventListener("all", ({ data }: MessageEvent<string>) => {
      rows.clear();
      for (const row of JSON.parse(data) as Row[]) rows.set(Number(row.id), row);
      live = true;
      changed();
    });
    source.addEventListener("one", ({ data }: MessageEvent<string>) => {
      const row = JSON.parse(data) as Row;
      rows.set(Number(row.id), row);
      changed();
    });
    source.addEventListener("error", () => {
      live = false;
      changed();
    });
    return () => {
      source.close();
      cancelAnimationFrame(frame);
    };
  }, []);
  return deliveries;
}
