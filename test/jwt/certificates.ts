import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What differs from certificates that are right. */
export interface ChainMistakes {
  /** Extensions of the leaf, as OpenSSL's configuration writes them. */
  readonly leaf?: string;
  /** Extensions of the intermediate certificate. */
  readonly intermediate?: string;
  /** Signs the leaf by itself. */
  readonly isSelfSigned?: true;
}

/** A chain of certificates as PEM, with the private key of its leaf. */
export interface Chain {
  readonly root: string;
  readonly intermediate: string;
  readonly leaf: string;
  readonly key: string;
}

/** Apple's marks, as they are in the App Store's certificates. */
const LEAF = "1.2.840.113635.100.6.11.1=DER:05:00";
const INTERMEDIATE = "basicConstraints=critical,CA:true\n1.2.840.113635.100.6.2.1=DER:05:00";

function issuedBy(name: string): readonly string[] {
  return ["-CA", `${name}.pem`, "-CAkey", `${name}.key`, "-CAcreateserial"];
}

/** Makes a chain like Apple's with OpenSSL: a root, an intermediate certificate and a leaf on P-256. */
export function certificateChain({
  leaf = LEAF,
  intermediate = INTERMEDIATE,
  isSelfSigned,
}: ChainMistakes = {}): Chain {
  const folder = mkdtempSync(join(tmpdir(), "chain-"));
  const openssl = (...args: readonly string[]): void => {
    execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  };
  try {
    for (const name of ["root", "intermediate", "leaf"]) {
      openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", `${name}.ec`);
      openssl("pkcs8", "-topk8", "-nocrypt", "-in", `${name}.ec`, "-out", `${name}.key`);
      openssl("req", "-new", "-key", `${name}.key`, "-subj", `/CN=${name}`, "-out", `${name}.csr`);
    }
    writeFileSync(join(folder, "root.ext"), "basicConstraints=critical,CA:true\n");
    writeFileSync(join(folder, "intermediate.ext"), `${intermediate}\n`);
    writeFileSync(join(folder, "leaf.ext"), `${leaf}\n`);
    const issue = (name: string, by: readonly string[]): void =>
      openssl(
        ..."x509 -req -days 30 -sha256".split(" "),
        "-in",
        `${name}.csr`,
        "-extfile",
        `${name}.ext`,
        "-out",
        `${name}.pem`,
        ...by,
      );
    issue("root", ["-signkey", "root.key"]);
    issue("intermediate", issuedBy("root"));
    issue("leaf", isSelfSigned ? ["-signkey", "leaf.key"] : issuedBy("intermediate"));
    const read = (file: string): string => readFileSync(join(folder, file), "utf8").trim();
    return {
      root: read("root.pem"),
      intermediate: read("intermediate.pem"),
      leaf: read("leaf.pem"),
      key: read("leaf.key"),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
