import type { Delivery } from "../delivery/delivery.ts";
import { headerOf } from "../delivery/headers.ts";
import type { Scheme } from "./scheme.ts";

/** Tells whether a delivery has a signature header, whatever its value. */
export function isSigned(scheme: Scheme, { headers }: Pick<Delivery, "headers">): boolean {
  return scheme.headers.some((header) => headerOf(headers, header) !== undefined);
}
