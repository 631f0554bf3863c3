import { connect, type Socket } from "node:net";

/** What came back over the wire. */
export interface WireResponse {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** One TCP connection that says exactly what it is told to, and reads what comes back as HTTP/1.1. */
export class Wire {
  /** Resolves when the other side has closed the connection. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (data) => {
      this.#received = Buffer.concat([this.#received, data]);
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      const end = (): void => {
        this.#ended = true;
        this.#wake();
        resolve();
      };
      socket.once("end", end);
      socket.once("close", end);
    });
    // A reset is a way to be closed; the cases look at what was received before it.
    socket.on("error", () => {});
  }

  static async to(port: number): Promise<Wire> {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true });
    await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    return new Wire(socket);
  }

  send(data: string | Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(data);
  }

  /** Leaves without a word. */
  leave(): void {
    this.#socket.destroy();
  }

  /** What was received and not read as a response. */
  get rest(): string {
    return this.#received.toString("latin1");
  }

  /** The next response; undefined where the connection was closed before one began. */
  async response(options: { readonly toHead?: boolean } = {}): Promise<WireResponse | undefined> {
    const headEnd = await this.#find("\r\n\r\n", 0);
    if (headEnd === undefined) {
      if (this.#received.length > 0) throw new Error(`half a response: ${this.rest}`);
      return undefined;
    }
    const [statusLine = "", ...lines] = this.#take(headEnd + 4)
      .toString("latin1")
      .trim()
      .split("\r\n");
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1]);
    if (Number.isNaN(status)) throw new Error(`no HTTP response: ${statusLine}`);
    if (status === 100) return this.response(options);
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    const body =
      options.toHead === true || status === 204 || status === 304 ? "" : await this.#body(headers);
    return { status, headers, body };
  }

  async #body(headers: ReadonlyMap<string, string>): Promise<string> {
    const length = headers.get("content-length");
    if (length !== undefined) return (await this.#exactly(Number(length))).toString("utf8");
    if (headers.get("transfer-encoding") === "chunked") {
      let body = "";
      for (;;) {
        const lineEnd = await this.#find("\r\n", 0);
        if (lineEnd === undefined) throw new Error("the chunked body broke off");
        const size = Number.parseInt(this.#take(lineEnd + 2).toString("latin1"), 16);
        body += (await this.#exactly(size)).toString("utf8");
        await this.#exactly(2);
        if (size === 0) return body;
      }
    }
    while (!this.#ended) await this.#more();
    return this.#take(this.#received.length).toString("utf8");
  }

  async #exactly(length: number): Promise<Buffer> {
    while (this.#received.length < length) {
      if (this.#ended) throw new Error("the body broke off");
      await this.#more();
    }
    return this.#take(length);
  }

  async #find(text: string, from: number): Promise<number | undefined> {
    for (;;) {
      const index = this.#received.indexOf(text, from, "latin1");
      if (index >= 0) return index;
      if (this.#ended) return undefined;
      await this.#more();
    }
  }

  #take(length: number): Buffer {
    const taken = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return taken;
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
