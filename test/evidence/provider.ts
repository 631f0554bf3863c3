import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import { macOf, paradymBody } from "../conformance/delivery.ts";
import type { Faults } from "./faults.ts";

/** What a provider has seen. */
export interface Tally {
  /** Of every answer. */
  readonly latenciesMs: number[];
  /** The bodies of the events that were answered with 2xx. */
  readonly acknowledged: string[];
  forged: number;
  forgedAccepted: number;
}

export function emptyTally(): Tally {
  return { latenciesMs: [], acknowledged: [], forged: 0, forgedAccepted: 0 };
}

const MAX_ATTEMPTS = 200;
const RETRY_MS = 10;
const TWICE_AT_ONCE = 0.2;
const FORGED = 0.1;
const BROKEN = 0.02;

let eventCount = 0;

/** Sends events until they are acknowledged, some of them twice at once; among them forgeries, and requests that it breaks off. */
export class Provider {
  readonly #pool: Pool;
  readonly #tally: Tally;
  readonly #faults: Faults;
  readonly #untilMs: number;

  constructor(port: number, tally: Tally, faults: Faults, untilMs: number) {
    this.#pool = new Pool(`http://127.0.0.1:${port}`, { connections: 64 });
    this.#tally = tally;
    this.#faults = faults;
    this.#untilMs = untilMs;
  }

  /** Sends one event after the other, until the time is over. */
  async send(): Promise<void> {
    while (performance.now() < this.#untilMs) {
      const body = paradymBody(++eventCount);
      if (Math.random() < FORGED) await this.#forge(body);
      const copies = Math.random() < TWICE_AT_ONCE ? 2 : 1;
      const acknowledged = await Promise.all(
        Array.from({ length: copies }, () => this.#deliver(body)),
      );
      if (acknowledged.includes(true)) this.#tally.acknowledged.push(body.toString());
    }
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #deliver(body: Buffer): Promise<boolean> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const status = await this.#post(body, macOf(body), Math.random() < BROKEN);
      if (status >= 200 && status < 300) return true;
      await sleep(RETRY_MS);
    }
    return false;
  }

  async #forge(body: Buffer): Promise<void> {
    this.#tally.forged++;
    const wrong = Math.random() < 0.5 ? macOf(Buffer.from(`${body.toString()} `)) : "0".repeat(64);
    const status = await this.#post(body, wrong, false);
    if (status < 400 || status >= 500) this.#tally.forgedAccepted++;
  }

  /** Returns the status of the answer; 0 where the connection broke. */
  async #post(body: Buffer, mac: string, breaks: boolean): Promise<number> {
    const abort = new AbortController();
    const startedAtMs = performance.now();
    const answer = this.#pool.request({
      method: "POST",
      path: "/hook",
      headers: { "content-type": "application/json", "x-paradym-hmac-sha-256": mac },
      body,
      signal: abort.signal,
    });
    if (breaks) {
      this.#faults.brokenConnections++;
      setTimeout(() => abort.abort(), Math.random() * 3).unref();
    }
    try {
      const { statusCode, body: answered } = await answer;
      await answered.dump();
      this.#tally.latenciesMs.push(performance.now() - startedAtMs);
      return statusCode;
    } catch {
      return 0;
    }
  }
}
