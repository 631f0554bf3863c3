import type { ConfirmChannel } from "amqplib";
import type { Connection } from "./connection.ts";
import { contentOf, type Letter } from "./letter.ts";
import { declareMain, delayQueue, mainQueue, type QueueDeclaration } from "./topology.ts";

/** The channel through which everything is published. */
export interface Outlet {
  /** Resolves when the broker has confirmed the letter; it waits in a delay queue where it is not due. */
  send(letter: Letter, content?: Buffer): Promise<void>;
}

type Publish = (to: QueueDeclaration, content: Buffer) => Promise<void>;

/** Publishes over a connection, on a channel that is opened when it is needed, and again when it broke. */
export function outletTo(connection: Connection, name: string): Outlet {
  let current: Promise<Publish> | undefined;

  function open(): Promise<Publish> {
    if (current !== undefined) return current;
    const forget = (): void => {
      if (current === opening) current = undefined;
    };
    const opening = openChannel(forget);
    opening.catch(forget);
    current = opening;
    return opening;
  }

  async function openChannel(onClosed: () => void): Promise<Publish> {
    const model = await connection.get();
    const channel = await model.createConfirmChannel();
    channel.once("close", onClosed);
    // "close" follows, and rejects what is not confirmed yet.
    channel.on("error", onClosed);
    await declareMain(channel, name);
    return publishOn(channel);
  }

  return {
    async send(letter, content = contentOf(letter)) {
      const waitMs = letter.dueAtMs === undefined ? 0 : letter.dueAtMs - Date.now();
      const publish = await open();
      await publish(waitMs > 0 ? delayQueue(name, waitMs) : mainQueue(name), content);
    },
  };
}

function publishOn(channel: ConfirmChannel): Publish {
  const declared = new Map<string, Promise<unknown>>();
  /** The messages that no queue took; told before they are confirmed. */
  const returned = new Set<string>();
  let sent = 0;
  channel.on("return", ({ properties }) => returned.add(String(properties.messageId)));
  return async ({ name, options }, content) => {
    let ready = declared.get(name);
    if (ready === undefined) declared.set(name, (ready = channel.assertQueue(name, options)));
    await ready;
    const messageId = String(++sent);
    await new Promise<void>((resolve, reject) => {
      channel.sendToQueue(
        name,
        content,
        { persistent: true, mandatory: true, messageId, contentType: "application/json" },
        (error: unknown) => {
          if (error !== null && error !== undefined) {
            reject(error instanceof Error ? error : new Error("RabbitMQ refused the message."));
          } else if (returned.delete(messageId)) {
            // Somebody deleted it: the next attempt declares it again.
            declared.delete(name);
            reject(new Error(`The queue ${name} is gone.`));
          } else {
            resolve();
          }
        },
      );
    });
  };
}
