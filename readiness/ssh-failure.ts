import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { printable } from "../config/wording";
import { loginText, type Reachable } from "./ssh";

/** Why ssh did not get in, and what to do, from what it said; the order is from the most telling text to the least. */
const causes: readonly {
  readonly said: RegExp;
  readonly tell: (host: Reachable, match: RegExpExecArray) => string | Promise<string>;
}[] = [
  {
    said: /REMOTE HOST IDENTIFICATION HAS CHANGED|key .* has changed|Host key for .* has changed/i,
    tell: async (host) =>
      `its host key is not the one that is pinned; it shows ${await offered(host)}. Somebody may be answering in its place; ` +
      "if it was installed anew, compare that with the host's own and write the new hostKey, or mend known_hosts",
  },
  {
    said: /No .* host key is known|Host key verification failed/,
    tell: async (host) =>
      `its host key is not known; it shows ${await offered(host)}. Compare that with what the host itself says ` +
      `(ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then write the key as hostKey: of the host, or add it to known_hosts`,
  },
  {
    said: /WARNING: UNPROTECTED PRIVATE KEY FILE/,
    tell: ({ login }) =>
      `others may read its private key ${login.identity ?? ""}, and ssh does not use such a key; chmod 600 it`,
  },
  {
    said: /Load key "([^"]*)": (.*)/,
    tell: (_, [, file = "", why = ""]) =>
      `the private key ${file} cannot be used (${why.trim()}); give a key without a passphrase, or one that the agent holds`,
  },
  {
    said: /Could not resolve hostname/,
    tell: ({ login }) => `no name server knows ${login.address}; look for a slip in the address`,
  },
  {
    said: /Connection refused/,
    tell: ({ login }) =>
      `nothing listens on its port ${login.port}; start sshd there, or write the port on which it listens`,
  },
  {
    said: /No route to host|Network is unreachable|Connection timed out|Operation timed out/,
    tell: ({ login }) =>
      `${login.address} cannot be reached from here; is it switched on, and is there a route and no firewall in between?`,
  },
  {
    said: /Permission denied \(([^)]*)\)/,
    tell: ({ login }) => refused(login),
  },
  {
    said: /kex_exchange_identification|Connection (?:closed|reset)/,
    tell: () =>
      "it closed the connection before the login; its sshd is overloaded (MaxStartups) or bars this machine",
  },
];

/** `h1 (root@192.0.2.10): ...; cure`. */
export async function sshFailure(host: Reachable, said: string): Promise<string> {
  for (const { said: pattern, tell } of causes) {
    const match = pattern.exec(said);
    if (match !== null) return `${where(host)}: ${await tell(host, match)}`;
  }
  const last = said.trim().split("\n").at(-1) ?? "";
  return `${where(host)}: ssh failed${last === "" ? "" : ` (${printable(last.trim())})`}`;
}

/** How messages name a host. */
export function where({ key, login }: Reachable): string {
  return `host ${key} (${loginText(login)})`;
}

function refused({ user, identity }: Reachable["login"]): string {
  if (identity === undefined) {
    return `it lets user ${user} in with none of the keys of ssh's agent and ~/.ssh; write identity: and the file of the right key`;
  }
  if (!existsSync(identity))
    return `there is no private key ${identity}; write the path of the key as identity:`;
  return `it does not let user ${user} in with the key ${identity}; put the key's .pub into that user's ~/.ssh/authorized_keys, or write the right user: and identity:`;
}

/** The key that the host shows now: its fingerprint, for people, and the key itself, for hostKey. */
async function offered({ login }: Reachable): Promise<string> {
  const scanned = await output("ssh-keyscan", [
    "-T",
    "5",
    "-p",
    String(login.port),
    "-t",
    "ed25519,ecdsa,rsa",
    login.address,
  ]);
  const line = ["ssh-ed25519", "ecdsa-", "ssh-rsa"]
    .map((type) =>
      scanned.split("\n").find((text) => !text.startsWith("#") && text.split(" ")[1]?.startsWith(type)),
    )
    .find((found) => found !== undefined);
  if (line === undefined) return "none that ssh-keyscan can read";
  const fingerprint = (await output("ssh-keygen", ["-lf", "-"], `${line}\n`)).trim().split(" ");
  const key = line.split(" ").slice(1, 3).join(" ");
  return printable(`${fingerprint[1] ?? "?"} ${fingerprint.at(-1) ?? ""} (hostKey: "${key}")`);
}

/** Standard output; empty where the program fails. */
function output(program: string, argv: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile(program, argv, { timeout: 20_000 }, (_, stdout) => resolve(stdout));
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}
