import { createVerifier, isWebhookError } from "@countersign/core";
import { jwtProvider, type TokenAlgorithm, type TokenProof } from "@countersign/jwt";
import { describe, expect, test } from "vitest";

/** The claims of RFC 7515, appendix A: `{"iss":"joe","exp":1300819380,"http://example.com/is_root":true}`. */
const CLAIMS =
  "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
const EXPIRES_MS = 1_300_819_380_000;

const OCTETS =
  "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
const RSA = JSON.stringify({
  kty: "RSA",
  n: "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
  e: "AQAB",
});
const P256 = JSON.stringify({
  kty: "EC",
  crv: "P-256",
  x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
  y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
});
const P521 = JSON.stringify({
  kty: "EC",
  crv: "P-521",
  x: "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",
  y: "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2",
});
const ED25519 = JSON.stringify({
  kty: "OKP",
  crv: "Ed25519",
  x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
});

const HS256 = `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${CLAIMS}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`;
const RS256 = `eyJhbGciOiJSUzI1NiJ9.${CLAIMS}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw`;
const ES256 = `eyJhbGciOiJFUzI1NiJ9.${CLAIMS}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q`;
/** With the payload taken out, as appendix F has it. */
const ES512 =
  "eyJhbGciOiJFUzUxMiJ9..AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn";
const EDDSA =
  "eyJhbGciOiJFZERTQSJ9..hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
const NONE = `eyJhbGciOiJub25lIn0.${CLAIMS}.`;

async function outcome(
  algorithm: TokenAlgorithm,
  proves: TokenProof,
  secret: string | Uint8Array,
  token: string,
  body = "{}",
  nowMs = EXPIRES_MS - 1000,
): Promise<string> {
  const provider = jwtProvider({
    name: "rfc",
    token: { header: "X-Token" },
    algorithms: [algorithm],
    proves,
    dedup: "none",
  });
  const verifier = createVerifier({ provider, secret, now: () => nowMs });
  try {
    const { rawBody } = await verifier.check({ headers: { "x-token": token }, body });
    return Buffer.from(rawBody).toString();
  } catch (error) {
    if (!isWebhookError(error)) throw error;
    return error.code;
  }
}

describe("The examples of RFC 7515, appendix A, and RFC 8037, appendix A.4", () => {
  const payload = Buffer.from(CLAIMS, "base64url").toString();
  const octets = Buffer.from(OCTETS, "base64url");

  test("verify: HS256 (A.1), RS256 (A.2), ES256 (A.3)", async () => {
    expect(await outcome("HS256", "payload", octets, HS256)).toBe(payload);
    expect(await outcome("RS256", "payload", RSA, RS256)).toBe(payload);
    expect(await outcome("ES256", "payload", P256, ES256)).toBe(payload);
  });

  test("verify without their payload: ES512 (A.4), EdDSA", async () => {
    expect(await outcome("ES512", "body", P521, ES512, "Payload")).toBe("Payload");
    const content = "Example of Ed25519 signing";
    expect(await outcome("EdDSA", "body", ED25519, EDDSA, content)).toBe(content);
    expect(await outcome("EdDSA", "body", ED25519, EDDSA, `${content}.`)).toBe(
      "signature_mismatch",
    );
  });

  test("are refused where nothing signed them (A.5), under another key, and after they expired", async () => {
    expect(await outcome("RS256", "payload", RSA, NONE)).toBe("signature_malformed");
    expect(await outcome("RS256", "payload", RSA, `${NONE}AA`)).toBe("signature_mismatch");
    expect(await outcome("HS256", "payload", Buffer.alloc(64, 1), HS256)).toBe(
      "signature_mismatch",
    );
    const late = EXPIRES_MS + 11_000;
    expect(await outcome("ES256", "payload", P256, ES256, "{}", late)).toBe("timestamp_expired");
    const inSkew = EXPIRES_MS + 9000;
    expect(await outcome("ES256", "payload", P256, ES256, "{}", inSkew)).toBe(payload);
  });
});
