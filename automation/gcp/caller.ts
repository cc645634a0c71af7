import { Resolver } from "node:dns/promises";
import { isIPv4 } from "node:net";
import { PreconditionError } from "../precondition";

/** Google's name server and the name whose text is the asker's own address (ns1.google.com). */
const server = "216.239.32.10";
const question = "o-o.myaddr.l.google.com";

/**
 * The address from which this machine reaches Google, as an IPv4 range of one.
 * @param servers name servers to ask, `address:port`; Google's, but in tests
 * @throws PreconditionError where nobody answers
 */
export async function callerRange(servers: readonly string[] = [server]): Promise<string> {
  const resolver = new Resolver({ timeout: 3000, tries: 2 });
  resolver.setServers([...servers]);
  let said: string;
  try {
    const texts = (await resolver.resolveTxt(question)).map((parts) => parts.join(""));
    const address = texts.find(isIPv4);
    if (address !== undefined) return `${address}/32`;
    said = texts.join(", ");
  } catch (error) {
    said = error instanceof Error ? error.message : String(error);
  }
  throw new PreconditionError(
    `target gcp lets ssh in from this machine's address only, and Google does not say which that is (${said}); write sshFrom: [203.0.113.7/32] with the address from which you reach the internet`,
  );
}
