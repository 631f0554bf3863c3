import type { AlbEvent, HttpEvent, LambdaEvent, RestEvent } from "@countersign/aws-lambda";

/** A request as its sender made it. */
export interface Sent {
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Behind the stage, with its query: `/hook?a=1`. */
  readonly target?: string;
  /** How the body travels; text is what AWS does with JSON. */
  readonly as?: "text" | "base64";
}

/** One of the ways to a function. */
export interface Way {
  readonly name: string;
  /** In front of the path, for the sender. */
  readonly origin: string;
  readonly eventOf: (sent: Sent) => LambdaEvent;
}

const API_ID = "1234567890";
const API_HOST = `${API_ID}.execute-api.us-east-1.amazonaws.com`;
const URL_HOST = "abcdefgh.lambda-url.us-west-2.on.aws";
const ALB_HOST = "lambda-846800462-us-east-2.elb.amazonaws.com";

function bodyOf({ body, as = "text" }: Sent): { body: string; isBase64Encoded: boolean } {
  const bytes = Buffer.from(body);
  return as === "text"
    ? { body: bytes.toString("utf8"), isBase64Encoded: false }
    : { body: bytes.toString("base64"), isBase64Encoded: true };
}

function partsOf({ target = "/hook" }: Sent): { path: string; query: string } {
  const [path = "", query = ""] = target.split("?");
  return { path, query };
}

function lowerCased(headers: Sent["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

const listsOf = (headers: Sent["headers"]): Record<string, string[]> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));

/** The query by name, as AWS hands it on: all values, and of these the last. */
function queryOf(pairs: readonly (readonly [string, string])[]): {
  queryStringParameters: Record<string, string> | null;
  multiValueQueryStringParameters: Record<string, string[]> | null;
} {
  if (pairs.length === 0) {
    return { queryStringParameters: null, multiValueQueryStringParameters: null };
  }
  const all: Record<string, string[]> = {};
  for (const [name, value] of pairs) (all[name] ??= []).push(value);
  return { queryStringParameters: Object.fromEntries(pairs), multiValueQueryStringParameters: all };
}

/**
 * A function URL's, or an HTTP API's.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
function httpEvent(sent: Sent, domainName: string, stage: string): HttpEvent {
  const { path, query } = partsOf(sent);
  const rawPath = stage === "$default" ? path : `/${stage}${path}`;
  const event = {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString: query,
    headers: {
      ...lowerCased(sent.headers),
      host: domainName,
      "x-forwarded-for": "192.0.2.1",
      "x-forwarded-port": "443",
      "x-forwarded-proto": "https",
    },
    requestContext: {
      accountId: "123456789012",
      apiId: API_ID,
      domainName,
      domainPrefix: domainName.split(".")[0],
      http: {
        method: sent.method ?? "POST",
        path: rawPath,
        protocol: "HTTP/1.1",
        sourceIp: "192.0.2.1",
        userAgent: "agent",
      },
      requestId: "id",
      routeKey: "$default",
      stage,
      time: "12/Mar/2020:19:03:58 +0000",
      timeEpoch: 1_583_348_638_390,
    },
    ...bodyOf(sent),
  };
  return event;
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html */
function restEvent(sent: Sent): RestEvent {
  const { path, query } = partsOf(sent);
  const headers = { ...sent.headers, Host: API_HOST, "X-Forwarded-For": "192.0.2.1, 203.0.113.9" };
  const event = {
    resource: "/{proxy+}",
    path,
    httpMethod: sent.method ?? "POST",
    headers,
    multiValueHeaders: listsOf(headers),
    // Decoded.
    ...queryOf([...new URLSearchParams(query)]),
    pathParameters: { proxy: path.slice(1) },
    stageVariables: null,
    requestContext: {
      accountId: "123456789012",
      apiId: API_ID,
      domainName: API_HOST,
      domainPrefix: API_ID,
      httpMethod: sent.method ?? "POST",
      identity: { sourceIp: "192.0.2.1", userAgent: "agent" },
      path: `/prod${path}`,
      protocol: "HTTP/1.1",
      requestId: "id",
      resourcePath: "/{proxy+}",
      stage: "prod",
    },
    ...bodyOf(sent),
  };
  return event;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/services-alb.html */
function albEvent(sent: Sent, hasLists: boolean): AlbEvent {
  const { path, query } = partsOf(sent);
  const headers = {
    ...lowerCased(sent.headers),
    host: ALB_HOST,
    "x-forwarded-for": "10.9.8.7, 192.0.2.1",
    "x-forwarded-port": "443",
    "x-forwarded-proto": "https",
  };
  const pairs = query === "" ? [] : query.split("&").map((pair) => pair.split("="));
  // Not decoded.
  const { queryStringParameters, multiValueQueryStringParameters } = queryOf(
    pairs.map(([name = "", value = ""]) => [name, value] as const),
  );
  return {
    requestContext: {
      elb: {
        targetGroupArn:
          "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/lambda-279XGJDqGZ5rsrHC2Fjr/49e9d65c45c6791a",
      },
    },
    httpMethod: sent.method ?? "POST",
    path,
    ...(hasLists
      ? { multiValueHeaders: listsOf(headers), multiValueQueryStringParameters }
      : { headers, queryStringParameters }),
    ...bodyOf(sent),
  };
}

export const functionUrl: Way = {
  name: "a function URL",
  origin: `https://${URL_HOST}`,
  eventOf: (sent) => httpEvent(sent, URL_HOST, "$default"),
};

export const httpApi: Way = {
  name: "an HTTP API with a stage",
  origin: `https://${API_HOST}/prod`,
  eventOf: (sent) => httpEvent(sent, API_HOST, "prod"),
};

export const restApi: Way = {
  name: "a REST API",
  origin: `https://${API_HOST}/prod`,
  eventOf: restEvent,
};

export const balancer: Way = {
  name: "a load balancer",
  origin: `https://${ALB_HOST}`,
  eventOf: (sent) => albEvent(sent, false),
};

export const balancerWithLists: Way = {
  name: "a load balancer with multi-value headers",
  origin: `https://${ALB_HOST}`,
  eventOf: (sent) => albEvent(sent, true),
};

export const ways: readonly Way[] = [functionUrl, httpApi, restApi, balancer, balancerWithLists];
