import { WebhookError } from "@countersign/core";
import { type DeliverySource, headerOf, malformedHost, readBody } from "@countersign/core/adapter";
import {
  type AlbEvent,
  isAlbEvent,
  isHttpEvent,
  type HttpEvent,
  type LambdaEvent,
  type RestEvent,
} from "./lambda-event.ts";

/** The parts of a delivery that each form of event has in a place of its own. */
type Place = Pick<DeliverySource, "headers" | "method" | "url" | "remoteAddress">;

/**
 * Makes of a Lambda event what the core takes.
 *
 * @throws `config_invalid` where the event is no HTTP request
 */
export function sourceOf(event: LambdaEvent): DeliverySource {
  const place = placeOf(event);
  return {
    ...place,
    malformed: malformedHost(place.headers),
    via: "lambda",
    readBody(limits) {
      const body = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
      const coding = headerOf(place.headers, "content-encoding");
      const headers = coding === undefined ? {} : { "content-encoding": coding };
      // Only for its stream: the core limits and inflates that.
      return readBody(new Request("http://localhost", { method: "POST", headers, body }), limits);
    },
  };
}

function placeOf(event: LambdaEvent): Place {
  // Whoever tries a function in the console, or connects it to a queue, sends something else.
  const { requestContext } = (event ?? {}) as Partial<LambdaEvent>;
  if (requestContext !== undefined) {
    if (isHttpEvent(event)) return placeOfHttp(event);
    if (isAlbEvent(event)) return placeOfAlb(event);
    if ("httpMethod" in event) return placeOfRest(event);
  }
  throw new WebhookError(
    "config_invalid",
    "The Lambda event is no HTTP request. Invoke the function through a function URL, an HTTP API, a REST API or an Application Load Balancer.",
  );
}

function placeOfHttp({ rawPath, rawQueryString, cookies, ...event }: HttpEvent): Place {
  const { domainName, http } = event.requestContext;
  return {
    // Format 2.0 takes cookies out of the headers.
    headers:
      cookies === undefined ? event.headers : { ...event.headers, cookie: cookies.join("; ") },
    method: http.method,
    url: `https://${domainName}${rawPath}${rawQueryString && `?${rawQueryString}`}`,
    remoteAddress: http.sourceIp,
  };
}

function placeOfRest(event: RestEvent): Place {
  const { domainName, path, identity } = event.requestContext;
  const headers = headersOf(event);
  const host = domainName ?? headerOf(headers, "host");
  // The gateway has decoded names and values.
  const query = queryOf(event, encodeURIComponent);
  return {
    headers,
    method: event.httpMethod,
    url: host && `https://${host}${path ?? event.path}${query}`,
    remoteAddress: identity?.sourceIp,
  };
}

function placeOfAlb(event: AlbEvent): Place {
  const headers = headersOf(event);
  const host = headerOf(headers, "host");
  const scheme = headerOf(headers, "x-forwarded-proto") === "http" ? "http" : "https";
  // The load balancer passes names and values as they came.
  const query = queryOf(event, (text) => text);
  return {
    headers,
    method: event.httpMethod,
    url: host && `${scheme}://${host}${event.path}${query}`,
    // The load balancer appends whom it has talked to; what stands before is the sender's own word.
    remoteAddress: headerOf(headers, "x-forwarded-for")?.split(",").at(-1)?.trim(),
  };
}

function headersOf(event: RestEvent | AlbEvent): NonNullable<DeliverySource["headers"]> {
  return event.multiValueHeaders ?? event.headers ?? {};
}

function queryOf(event: RestEvent | AlbEvent, encode: (text: string) => string): string {
  const fields = event.multiValueQueryStringParameters ?? event.queryStringParameters ?? {};
  const pairs = Object.entries(fields).flatMap(([name, values]) =>
    [values ?? ""].flat().map((value) => `${encode(name)}=${encode(value)}`),
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}
