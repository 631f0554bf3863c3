import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { connect } from "amqplib";

/** Where the server's own start script is; Debian's /usr/sbin one would change the user. */
const SCRIPTS = [
  process.env["RABBITMQ_SERVER"] ?? "",
  "/usr/lib/rabbitmq/bin/rabbitmq-server",
  "/opt/rabbitmq/sbin/rabbitmq-server",
];
const script = SCRIPTS.find((candidate) => candidate !== "" && existsSync(candidate));

/** Why there can be no broker of the test's own; undefined where there can. With REQUIRE_SERVICES its absence is an error. */
export const brokerMissing: string | undefined =
  script === undefined ? ": no rabbitmq-server is installed (RABBITMQ_SERVER)" : undefined;
if (brokerMissing !== undefined && process.env["REQUIRE_SERVICES"] === "1") {
  throw new Error(brokerMissing);
}

/** A RabbitMQ node of the test's own: its own name, ports and data folder. */
export interface Broker {
  readonly url: string;
  start(): Promise<void>;
  /** Kills it as a power failure would. */
  kill(): Promise<void>;
  /** Puts it in the state it is in when its memory runs out, in which it reads nothing more from whoever publishes; or takes it out. */
  setMemoryAlarm(on: boolean): Promise<void>;
  /** Kills it and removes its data. */
  remove(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const execute = promisify(execFile);

export async function ownBroker(): Promise<Broker> {
  const folder = mkdtempSync(path.join(tmpdir(), "countersign-rabbitmq-"));
  const [port, distributionPort] = [await freePort(), await freePort()];
  const url = `amqp://guest:guest@127.0.0.1:${port}`;
  const inFolder = (name: string): string => path.join(folder, name);
  writeFileSync(
    inFolder("rabbitmq.conf"),
    `listeners.tcp.1 = 127.0.0.1:${port}\nlog.console = false\nvm_memory_high_watermark.absolute = 1GB\ndisk_free_limit.absolute = 50MB\n`,
  );
  writeFileSync(inFolder("enabled_plugins"), "[].\n");
  const env = {
    PATH: process.env["PATH"],
    HOME: folder,
    LANG: "C.UTF-8",
    RABBITMQ_NODENAME: `countersign-${process.pid}-${port}@localhost`,
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_MNESIA_BASE: inFolder("data"),
    RABBITMQ_LOG_BASE: inFolder("log"),
    RABBITMQ_PID_FILE: inFolder("pid"),
    RABBITMQ_CONFIG_FILE: inFolder("rabbitmq.conf"),
    RABBITMQ_CONF_ENV_FILE: inFolder("none.conf"),
    RABBITMQ_ADVANCED_CONFIG_FILE: inFolder("none.config"),
    RABBITMQ_ENABLED_PLUGINS_FILE: inFolder("enabled_plugins"),
    ERL_EPMD_ADDRESS: "127.0.0.1",
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1}",
  };
  let node: ChildProcess | undefined;
  let output = "";

  async function start(): Promise<void> {
    // Of its own process group, so that the script and the machine under it can be killed together.
    const started = spawn(script ?? "", [], { env, cwd: folder, detached: true });
    node = started;
    output = "";
    const keep = (piece: Buffer): void => {
      output = (output + piece.toString()).slice(-4000);
    };
    started.stdout.on("data", keep);
    started.stderr.on("data", keep);
    const untilMs = performance.now() + START_TIMEOUT_MS;
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- waits until it answers
      const model = await connect(url, { timeout: 2000 }).catch(() => undefined);
      if (model !== undefined) {
        // oxlint-disable-next-line no-await-in-loop
        await model.close();
        return;
      }
      if (started.exitCode !== null || performance.now() > untilMs) {
        throw new Error(`The broker did not start: ${output}`);
      }
      // oxlint-disable-next-line no-await-in-loop
      await sleep(200);
    }
  }

  async function kill(): Promise<void> {
    const { pid } = node ?? {};
    if (node === undefined || pid === undefined) return;
    const ended = new Promise<void>((resolve) => {
      if (node?.exitCode !== null || node.signalCode !== null) resolve();
      else node.once("exit", () => resolve());
    });
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // It had ended by itself.
    }
    await ended;
    node = undefined;
  }

  async function setMemoryAlarm(on: boolean): Promise<void> {
    const control = path.join(path.dirname(script ?? ""), "rabbitmqctl");
    const alarm = "{resource_limit, memory, node()}";
    const expression = on
      ? `rabbit_alarm:set_alarm({${alarm}, []}).`
      : `rabbit_alarm:clear_alarm(${alarm}).`;
    await execute(control, ["-n", env.RABBITMQ_NODENAME, "eval", expression], { env });
  }

  return {
    url,
    start,
    kill,
    setMemoryAlarm,
    remove: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  return port;
}
