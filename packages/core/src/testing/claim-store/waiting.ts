import type { ClaimStore } from "../../claims/claim-store.ts";
import { parra, type ParraEvents } from "../../providers/parra.ts";
import type { Receipt } from "../../receiver/receipt.ts";
import type { ReceiverOptions } from "../../receiver/options.ts";
import { createReceiver } from "../../receiver/receiver.ts";
import { sign } from "../../sign/sign.ts";
import { assert, assertEqual } from "../assert.ts";
import { type Bench, type CaseTable, sleep } from "./bench.ts";

const SECRET = "the secret of the cases of claim stores";

/** Receives the same delivery each time it is called, and waits while another one is processed. */
type ReceiveCopy = () => Promise<Receipt>;

/**
 * Makes receivers of copies of one event. Each has a store object of its own, over the store that is examined, and so finds out about the
 * others only by asking the store, as a process of its own would.
 */
async function receiversOfCopies(
  bench: Bench,
  count: number,
  options: Partial<ReceiverOptions<ParraEvents>> = {},
): Promise<ReceiveCopy[]> {
  const message = { body: { id: bench.newKey(), type: "message.created", payload: {} } };
  const delivery = await sign(message, { provider: parra, secret: SECRET });
  return Array.from({ length: count }, () => {
    const receiver = createReceiver({
      provider: parra,
      secret: SECRET,
      store: bench.storeOfAnotherProcess(),
      whileInFlight: "wait",
      onWarning: () => {},
      ...options,
    });
    return () => receiver.receive(delivery);
  });
}

/** Receives a copy that must get the claim. */
async function expectAccepted(
  receive: ReceiveCopy,
): Promise<Extract<Receipt, { status: "accepted" }>> {
  const receipt = await receive();
  assert(receipt.status === "accepted", `a copy: expected accepted, got ${receipt.status}`);
  return receipt;
}

/** States what becomes of deliveries that arrive while another one of the same event is processed. */
export const waitingCases: CaseTable = {
  "of 12 copies at once, at three receivers, one runs and all are answered by its outcome": async (
    bench,
  ) => {
    const receivers = await receiversOfCopies(bench, 3);
    const copies = receivers.flatMap((receive) => [receive, receive, receive, receive]);
    const statuses = await Promise.all(
      copies.map(async (receive) => {
        const receipt = await receive();
        if (receipt.status === "accepted") {
          await sleep(bench.shortLeaseMs);
          assertEqual(await receipt.claim.complete(), true, "complete by the copy that ran");
        }
        return receipt.status;
      }),
    );
    const count = (status: Receipt["status"]): number =>
      statuses.filter((each) => each === status).length;
    assertEqual([count("accepted"), count("duplicate")], [1, 11], "[accepted, duplicate]");
  },

  "a copy that waits runs where the first one is given back": async (bench) => {
    const [first, second] = await receiversOfCopies(bench, 2);
    assert(first !== undefined && second !== undefined, "two receivers");
    const { claim } = await expectAccepted(first);
    const waiting = expectAccepted(second);
    await sleep(bench.shortLeaseMs);
    assertEqual(await claim.release(), true, "release by the first copy");
    const next = await waiting;
    assertEqual(await next.claim.complete(), true, "complete by the second copy");
  },

  "a copy that waits runs where the lease of the first one lapses": async (bench) => {
    const [first, second] = await receiversOfCopies(bench, 2, {
      leaseSeconds: bench.roomyLeaseMs / 1000,
      // No heartbeat: as if its process had died.
      maxProcessingSeconds: 0.001,
    });
    assert(first !== undefined && second !== undefined, "two receivers");
    await expectAccepted(first);
    const next = await expectAccepted(second);
    assertEqual(await next.claim.complete(), true, "complete by the second copy");
  },

  "copies that wait ask the store seldom": async (bench) => {
    let asked = 0;
    const store: ClaimStore = bench.storeOfAnotherProcess();
    const counted: ClaimStore = {
      ...store,
      claim: (...args) => {
        asked++;
        return store.claim(...args);
      },
    };
    const [first] = await receiversOfCopies(bench, 1, { store: counted });
    assert(first !== undefined, "a receiver");
    const { claim } = await expectAccepted(first);
    const copies = Array.from({ length: 20 }, () => first());
    await sleep(1500);
    // Once each when they arrive; then one for all of them, after 25, 50, 100 … ms.
    assert(asked <= 1 + 20 + 6, `20 copies asked the store ${asked} times in 1.5 s`);
    await claim.complete();
    const receipts = await Promise.all(copies);
    assert(
      receipts.every(({ status }) => status === "duplicate"),
      "every copy must be a duplicate",
    );
    assert(asked <= 1 + 20 + 7, `20 copies asked the store ${asked} times in all`);
  },
};
