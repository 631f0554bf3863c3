/** What function URLs and HTTP APIs send: payload format 2.0. */
export interface HttpEvent {
  readonly version: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: readonly string[] | undefined;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly requestContext: {
    readonly domainName: string;
    readonly http: { readonly method: string; readonly sourceIp: string };
  };
  readonly body?: string | undefined;
  readonly isBase64Encoded: boolean;
}

/** The parts that REST APIs and load balancers have in common. Either of a pair may be missing. */
interface NamedPartsEvent {
  readonly httpMethod: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | undefined>> | null | undefined;
  readonly multiValueHeaders?:
    | Readonly<Record<string, readonly string[] | undefined>>
    | null
    | undefined;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null | undefined;
  readonly multiValueQueryStringParameters?:
    | Readonly<Record<string, readonly string[] | undefined>>
    | null
    | undefined;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}

/** What REST APIs send, and HTTP APIs that are set to it: payload format 1.0. */
export interface RestEvent extends NamedPartsEvent {
  readonly requestContext: {
    /** The path as the sender called it: with the stage, or with the base path of a custom domain. */
    readonly path: string;
    readonly domainName?: string | undefined;
    readonly identity: { readonly sourceIp: string };
  };
}

/** What an Application Load Balancer sends. */
export interface AlbEvent extends NamedPartsEvent {
  readonly requestContext: { readonly elb: { readonly targetGroupArn: string } };
}

/** An HTTP request in any of the forms in which Lambda gets it; those of `@types/aws-lambda` fit. */
export type LambdaEvent = HttpEvent | RestEvent | AlbEvent;

/** The second argument of Lambda's: the part of `Context` in `@types/aws-lambda` that has a use here. */
export interface LambdaContext {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly awsRequestId: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  getRemainingTimeInMillis(): number;
}

export function isHttpEvent(event: LambdaEvent): event is HttpEvent {
  return "rawPath" in event && "http" in event.requestContext;
}

export function isAlbEvent(event: LambdaEvent): event is AlbEvent {
  return "elb" in event.requestContext;
}
