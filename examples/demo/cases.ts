import { once } from "node:events";
import type { ReceiptRecord, SignedMessage } from "@countersign/core";
import type { Endpoint } from "./endpoints.ts";

/** What came of a case, in the words of the table. */
export interface Outcome {
  readonly status: string;
  readonly decided: string;
  readonly runs: number;
}

/** Something to send to an endpoint, and what should come of it. */
export interface Case {
  readonly sent: string;
  readonly expected: Outcome;
  readonly run: (send: Send) => Promise<void>;
}

/** Posts a delivery; resolves when it is answered. */
type Send = (message: SignedMessage) => Promise<void>;

const PROCESSED = "accepted, completed";
const GIVEN_BACK = "accepted, released";
const STALE_MS = 301_000;
const CONCURRENT = 10;
/** A receiver that lets a second one through would wait for itself. */
const GIVE_UP_MS = 5000;

let serial = 0;

/** The cases that apply to an endpoint's provider. */
export function casesFor(endpoint: Endpoint): Case[] {
  const { encoding, prefix, header } = endpoint;
  const signatureName = header.toLowerCase();
  const otherEncoding = encoding === "hex" ? "base64" : "hex";
  const fresh = (form = false): Promise<SignedMessage> =>
    endpoint.sign({ body: endpoint.payload(serial++), form });
  const withSignature = async (
    change: (signature: string) => string | undefined,
  ): Promise<SignedMessage> => {
    const { headers, body } = await fresh();
    const { [signatureName]: signature = "", ...others } = headers;
    const changed = change(signature);
    return {
      headers: changed === undefined ? others : { ...others, [signatureName]: changed },
      body,
    };
  };

  const genuine: Case = {
    sent: endpoint.sendsForms ? "genuine, as JSON" : "genuine",
    expected: { status: "200", decided: PROCESSED, runs: 1 },
    run: async (send) => send(await fresh()),
  };
  const form: Case = {
    sent: "genuine, as a form",
    expected: { status: "200", decided: PROCESSED, runs: 1 },
    run: async (send) => send(await fresh(true)),
  };
  const stale: Case = {
    sent: `signed ${STALE_MS / 1000} s ago`,
    expected: refused("timestamp_expired"),
    run: async (send) =>
      send(
        await endpoint.sign(
          { body: endpoint.payload(serial++) },
          undefined,
          () => Date.now() - STALE_MS,
        ),
      ),
  };

  return [
    genuine,
    ...(endpoint.sendsForms ? [form] : []),
    {
      sent: "one byte of the body changed",
      expected: refused("signature_mismatch"),
      run: async (send) => {
        const { headers, body } = await fresh();
        const changed = body.slice();
        changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1;
        await send({ headers, body: changed });
      },
    },
    {
      sent: "signed with another secret",
      expected: refused("signature_mismatch"),
      run: async (send) =>
        send(await endpoint.sign({ body: endpoint.payload(serial++) }, "another secret")),
    },
    {
      sent: `no ${header}`,
      expected: refused("signature_missing"),
      run: async (send) => send(await withSignature(() => undefined)),
    },
    {
      sent: "garbage for a signature",
      expected: refused("signature_malformed"),
      run: async (send) => send(await withSignature(() => "]]> '; -- ?")),
    },
    {
      sent: `the right signature in ${otherEncoding}`,
      expected: refused("signature_malformed"),
      run: async (send) =>
        send(
          await withSignature(
            (signature) =>
              prefix +
              Buffer.from(signature.slice(prefix.length), encoding).toString(otherEncoding),
          ),
        ),
    },
    ...(endpoint.guardsTime ? [stale] : []),
    {
      sent: "the same event twice",
      expected: { status: "200, 200", decided: `${PROCESSED}; duplicate`, runs: 1 },
      run: async (send) => {
        const message = await fresh();
        await send(message);
        await send(message);
      },
    },
    {
      sent: `the same event ${CONCURRENT} times at once, whileInFlight: "reject"`,
      expected: {
        status: `${CONCURRENT - 1} × 503, 200`,
        decided: `${CONCURRENT - 1} × in_flight; ${PROCESSED}`,
        runs: 1,
      },
      run: async (send) => {
        const message = await fresh();
        const others = new AbortController();
        const release = (): void => others.abort();
        // The handler holds its claim until all the others have been answered.
        endpoint.work = async () => void (await once(others.signal, "abort"));
        const timer = setTimeout(release, GIVE_UP_MS);
        let answered = 0;
        await Promise.all(
          Array.from({ length: CONCURRENT }, async () => {
            await send(message);
            if (++answered === CONCURRENT - 1) release();
          }),
        );
        clearTimeout(timer);
      },
    },
    {
      sent: "the handler fails, and the event comes again",
      expected: { status: "500, 200", decided: `${GIVEN_BACK}; ${PROCESSED}`, runs: 2 },
      run: async (send) => {
        const message = await fresh();
        endpoint.work = () => {
          endpoint.work = () => {};
          throw new Error("the database was away");
        };
        await send(message);
        await send(message);
      },
    },
  ];
}

/** Sends what a case sends, over HTTP. */
export async function observe(origin: string, endpoint: Endpoint, { run }: Case): Promise<Outcome> {
  const statuses: string[] = [];
  endpoint.receipts.length = 0;
  endpoint.runs = 0;
  await run(async ({ headers, body }) => {
    const response = await fetch(origin + endpoint.path, {
      method: "POST",
      headers,
      body: Buffer.from(body),
    });
    await response.arrayBuffer();
    statuses.push(String(response.status));
  });
  endpoint.work = () => {};
  return {
    status: counted(statuses).join(", "),
    decided: counted(endpoint.receipts.map(decisionOf)).join("; "),
    runs: endpoint.runs,
  };
}

function refused(code: string): Outcome {
  return { status: "401", decided: code, runs: 0 };
}

function decisionOf({ outcome, settlement, code }: ReceiptRecord): string {
  if (outcome === "rejected") return code ?? outcome;
  return settlement === undefined ? outcome : `${outcome}, ${settlement}`;
}

/** Many of the same in a row as one; a pair is left as it is. */
function counted(items: readonly string[]): string[] {
  const runs: { item: string; times: number }[] = [];
  for (const item of items) {
    const last = runs.at(-1);
    if (last?.item === item) last.times++;
    else runs.push({ item, times: 1 });
  }
  return runs.flatMap(({ item, times }) =>
    times > 2 ? [`${times} × ${item}`] : Array<string>(times).fill(item),
  );
}
