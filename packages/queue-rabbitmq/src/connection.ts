import { type ChannelModel, connect } from "amqplib";

/** A connection that is opened when it is needed, and again when it was lost. */
export interface Connection {
  /** The connection that is open, or a new one. Rejects where the broker can't be reached. */
  get(): Promise<ChannelModel>;
  /** For good. */
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** How soon each side notices that the other is gone without a word. */
const HEARTBEAT_SECONDS = 10;

/** Connects to a broker lazily; all who ask at the same time get the same connection. */
export function connectionTo(url: string): Connection {
  let open: Promise<ChannelModel> | undefined;
  let closed = false;

  async function start(): Promise<ChannelModel> {
    if (closed) throw new Error("This queue was closed.");
    try {
      const model = await connect(withHeartbeat(url), {
        timeout: CONNECT_TIMEOUT_MS,
        noDelay: true,
      });
      model.once("close", () => {
        open = undefined;
      });
      // "close" follows, and says all there is to do.
      model.on("error", () => {});
      return model;
    } catch (error) {
      open = undefined;
      throw error;
    }
  }

  return {
    get: () => (open ??= start()),
    async close() {
      closed = true;
      const model = await open?.catch(() => undefined);
      open = undefined;
      // It may have been lost in the meantime.
      await model?.close().catch(() => {});
    },
  };
}

function withHeartbeat(url: string): string {
  const parsed = new URL(url);
  if (!parsed.searchParams.has("heartbeat")) {
    parsed.searchParams.set("heartbeat", String(HEARTBEAT_SECONDS));
  }
  return parsed.href;
}
