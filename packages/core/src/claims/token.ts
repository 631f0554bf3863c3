/** So many claims share the random part of their tokens. Node, too, draws the randomness of 128 UUIDs at once. */
const CLAIMS_A_DRAW = 128;

let drawn = "";
let claims = CLAIMS_A_DRAW;

/** Makes the token of a claim, which no other claim of any process has. A UUID for each would cost as much as the claim itself does in memory. */
export function newToken(): string {
  if (claims === CLAIMS_A_DRAW) {
    drawn = crypto.randomUUID();
    claims = 0;
  }
  return `${drawn}-${claims++}`;
}
