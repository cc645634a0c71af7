import { createSocket } from "node:dgram";
import { connect } from "node:net";
import type { Route } from "./hosts";

/** Milliseconds for one answer. */
const answerTimeout = 2000;

const recordA = 1;
const internet = 1;
const rcodes: Readonly<Record<number, string>> = { 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 5: "REFUSED" };

/** Sends a datagram from where it gets through, and answers with the one that comes back. */
export type Exchange = (datagram: Buffer) => Promise<Buffer>;

/** How a DNS server is reached: over UDP at a port of this machine or in another way, or over TCP where neither works. */
export type DnsRoute = { readonly udp: number } | { readonly exchange: Exchange } | { readonly tcp: Route };

/** How many addresses (A records, RFC 1035) a DNS server answers for a name. Rejects where it answers none, with why. */
export async function countAddresses(name: string, route: DnsRoute): Promise<number> {
  const query = encodeQuery(name);
  const answer = await answerTo(query, route);
  if (answer.length < 12 || answer.readUInt16BE(0) !== query.readUInt16BE(0))
    throw new Error("what answers is no DNS server");
  const rcode = answer.readUInt8(3) & 15;
  if (rcode !== 0) throw new Error(`it answers ${rcodes[rcode] ?? `error ${rcode}`}`);
  const count = answer.readUInt16BE(6);
  if (count === 0) throw new Error("it answers without an address");
  return count;
}

function answerTo(query: Buffer, route: DnsRoute): Promise<Buffer> {
  if ("udp" in route) return overUdp(query, route.udp);
  return "exchange" in route ? route.exchange(query) : overTcp(query, route.tcp);
}

function encodeQuery(name: string): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(process.pid % 65_536, 0);
  header.writeUInt16BE(1, 4);
  const labels = name.split(".").flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
  const question = Buffer.from([0, 0, recordA, 0, internet]);
  return Buffer.concat([header, ...labels, question]);
}

function overUdp(query: Buffer, port: number): Promise<Buffer> {
  const socket = createSocket("udp4");
  return new Promise<Buffer>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no answer over UDP")), answerTimeout);
    socket.once("error", reject);
    socket.once("message", resolve);
    socket.once("close", () => clearTimeout(timer));
    socket.connect(port, "127.0.0.1", () => socket.send(query));
  }).finally(() => socket.close());
}

/** Over TCP a message goes after its length. */
function overTcp(query: Buffer, route: Route): Promise<Buffer> {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(query.length);
  const socket = "port" in route ? connect(route.port, "127.0.0.1") : connect(route.socketPath);
  return new Promise<Buffer>((resolve, reject) => {
    let got = Buffer.alloc(0);
    socket.setTimeout(answerTimeout, () => reject(new Error("no answer over TCP")));
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the connection was closed without an answer")));
    socket.on("data", (part: Buffer) => {
      got = Buffer.concat([got, part]);
      if (got.length >= 2 && got.length >= 2 + got.readUInt16BE(0)) resolve(got.subarray(2));
    });
    socket.write(Buffer.concat([length, query]));
  }).finally(() => socket.destroy());
}
