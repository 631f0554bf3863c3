import { bytesOf } from "../base/bytes.ts";
import { configError } from "../base/errors.ts";
import type { SignContext, SignedDelivery } from "../scheme/definition.ts";
import type { Scheme } from "../scheme/scheme.ts";
import type { SignedMessage } from "./sign-options.ts";

/** Has the definition's own function sign. */
export async function signCustom(
  { definition: { name, signature } }: Scheme,
  delivery: SignedDelivery,
  sentHeaders: Readonly<Record<string, string>>,
  context: SignContext,
): Promise<SignedMessage> {
  if (signature.sign === undefined) {
    throw configError(
      `${name} is verified by a function of yours, and only you know how it signs. Add \`sign\` to the definition, the other side of \`verify\`.`,
    );
  }
  const { headers, body = delivery.body, url } = await signature.sign(delivery, context);
  return {
    headers: { ...sentHeaders, ...headers },
    body: bytesOf(body) ?? delivery.body,
    ...(url !== undefined && { url }),
  };
}
