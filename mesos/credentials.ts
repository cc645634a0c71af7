import { atLeast, inRange } from "./versions";

/** Who may authenticate, and by which secret. */
export interface Credential {
  readonly principal: string;
  readonly secret: string;
}

/** The text is no credentials in any of Mesos' formats. The message holds no secret. */
export class CredentialsError extends Error {
  override readonly name = "CredentialsError";
}

/** First version without the text format (commit 3f9544390). */
const JSON_ONLY = "1.11.0-rc1";

/** Credential.secret was a bytes field there, which JSON writes in base64 (include/mesos/mesos.proto). */
const BASE64 = [
  ["0.24.0-rc1", "0.24.1"],
  ["0.25.0-rc1", "0.25.0"],
] as const;

/**
 * Credentials, in whichever of the two formats, as a Mesos of `version` reads them: text lines until 1.10, JSON from
 * 1.11 on, and JSON before where a principal or secret holds a space. Throws CredentialsError.
 * @param count whether the file holds a list of credentials or a single one (the agent's `credential`)
 */
export function credentialsFor(version: string, count: "list" | "one", text: string): string {
  const credentials = parseCredentials(text);
  const [first] = credentials;
  if (first === undefined) throw new CredentialsError("there are no credentials in it");
  if (count === "one" && credentials.length > 1) {
    throw new CredentialsError(`it holds ${credentials.length} credentials, and an agent has one`);
  }
  const fitsText = credentials.every(({ principal, secret }) => !/\s/.test(principal + secret));
  if (!atLeast(version, JSON_ONLY) && fitsText) {
    return credentials.map(({ principal, secret }) => `${principal} ${secret}\n`).join("");
  }
  const encoded = BASE64.some((range) => inRange(version, range))
    ? credentials.map(({ principal, secret }) => ({
        principal,
        secret: Buffer.from(secret).toString("base64"),
      }))
    : credentials;
  return `${JSON.stringify(count === "one" ? encoded[0] : { credentials: encoded })}\n`;
}

/** Reads text lines of `principal secret`, `{"credentials": [...]}`, or one `{"principal": ..., "secret": ...}`. */
export function parseCredentials(text: string): Credential[] {
  const value = parsed(text);
  if (value !== undefined) {
    const listed = isRecord(value) && "credentials" in value ? value.credentials : [value];
    if (!Array.isArray(listed)) throw new CredentialsError("its `credentials` is no list");
    return listed.map((item: unknown, i) => {
      if (isRecord(item) && isWord(item.principal) && isWord(item.secret)) {
        return { principal: item.principal, secret: item.secret };
      }
      throw new CredentialsError(`credential ${i + 1} lacks a principal or a secret, or one is no text`);
    });
  }
  return text
    .split(/\r?\n/)
    .map((line, i) => ({ words: line.split(" ").filter((word) => word !== ""), line: i + 1 }))
    .filter(({ words }) => words.length > 0)
    .map(({ words, line }) => {
      const [principal, secret] = words;
      if (principal === undefined || secret === undefined || words.length > 2) {
        throw new CredentialsError(`line ${line} is not "principal secret", two words with a space between`);
      }
      return { principal, secret };
    });
}

/** The JSON value of a text that means to be JSON, else undefined. */
function parsed(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message would quote the text.
    throw new CredentialsError("it begins like JSON but is none");
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isWord(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
