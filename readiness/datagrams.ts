import type { Exchange } from "./dns";
import type { SshLink } from "./ssh";

/** Seconds for one answer. */
const answerSeconds = 2;

/**
 * Bash opens a socket for datagrams by itself; sshd forwards none. One write and one read are one datagram each, and
 * printf alone would write at every newline. The words: address, port, the datagram as printf writes it, its length.
 */
const program = [
  'exec 3<>"/dev/udp/$1/$2"',
  '&& printf "$3" | dd bs="$4" count=1 iflag=fullblock status=none >&3',
  `&& timeout ${answerSeconds} dd bs=4096 count=1 status=none <&3 | od -An -v -tx1`,
].join(" ");

/** How the host sends datagrams to this address; undefined where it has no bash, as some small systems. */
export async function datagrams(
  link: Pick<SshLink, "try">,
  { address, port }: { readonly address: string; readonly port: number },
): Promise<Exchange | undefined> {
  const { code } = await link.try("bash", "-c", ":");
  if (code !== 0) return undefined;
  return async (datagram) => {
    const text = [...datagram].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
    const words = [address, String(port), text, String(datagram.length)];
    const said = await link.try("bash", "-c", program, "bash", ...words);
    const bytes = said.stdout.trim().split(/\s+/).filter(Boolean);
    if (bytes.length === 0) throw new Error("no answer over UDP");
    return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 16)));
  };
}
