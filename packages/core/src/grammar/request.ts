import type { Delivery } from "../delivery/delivery.ts";
import { configError, WebhookError } from "../base/errors.ts";
import type { Grammar, Signed } from "../scheme/scheme.ts";

/** Schemes that sign the method or the URL. */
export const request: Pick<Grammar, "hint" | "requestText"> = {
  hint: "If the URL is signed, set publicUrl behind a proxy to the one that the provider calls. ",

  requestText(kind, signed) {
    if (kind === "method") return given(signed, "method").toUpperCase();
    const url = publicUrlOf(signed);
    const { decoded = "" } = signed.scheme.definition.signature.url ?? {};
    return withDecoded(kind === "url" ? url : pathOrQuery(url, kind), decoded);
  },
};

/** The URL that the provider has called. Throws `config_invalid` where nobody knows it. */
export function publicUrlOf(signed: Signed): string {
  const { delivery, publicUrl } = signed;
  if (typeof publicUrl === "function") return calledWith(publicUrl, delivery);
  if (publicUrl === undefined) return given(signed, "url");
  const query = delivery.url === undefined ? "" : pathOrQuery(delivery.url, "query");
  if (/^[a-z]+:\/\/[^/?#]*\/?$/i.test(publicUrl)) {
    const path = pathOrQuery(given(signed, "url"), "path");
    // The provider knows no other URL, and has signed it without the slash that every request has.
    if (path === "/" && signed.scheme.definition.signature.url?.asRegistered)
      return publicUrl + query;
    return publicUrl.replace(/\/$/, () => "") + path + query;
  }
  return publicUrl.includes("?") ? publicUrl : publicUrl + query;
}

/** Decodes single characters; every other `%` sequence stays as it is. */
function withDecoded(text: string, characters: string): string {
  if (characters === "") return text;
  return text.replace(/%[\da-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return characters.includes(character) ? character : encoded;
  });
}

function calledWith(publicUrl: (delivery: Delivery) => string, delivery: Delivery): string {
  try {
    return publicUrl(delivery);
  } catch (cause) {
    throw new WebhookError("config_invalid", "The function given as publicUrl threw.", { cause });
  }
}

/** As sent, not as `URL` would rewrite it. */
function pathOrQuery(url: string, what: "path" | "query"): string {
  const [, path = "", query = ""] =
    /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#]*)?([^?#]*)(\?[^#]*)?/i.exec(url) ?? [];
  return what === "path" ? path || "/" : query;
}

function given({ scheme, delivery }: Signed, what: "method" | "url"): string {
  const value = delivery[what];
  if (value !== undefined) return value;
  throw configError(
    `${scheme.definition.name} signs the request's ${what}, and the delivery has none. Pass { ${what} } beside headers and body.`,
  );
}
