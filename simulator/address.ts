import { lookup, lookupService } from "node:dns/promises";
import { hostname as ownHostname, networkInterfaces } from "node:os";
import type { Flags } from "./flags/flags";

/** Where a process listens and what it tells others. */
export interface OwnAddress {
  readonly bindIp: string;
  /** Told to others. */
  readonly ip: string;
  readonly port: number;
  readonly advertisedPort: number;
  readonly hostname: string;
}

/**
 * Address by flags and `LIBPROCESS_*`, as libprocess works it out. Throws where the own name cannot be looked up and no
 * flag makes that needless, which is fatal to the real one.
 */
export async function ownAddress(
  flags: Flags,
  env: Readonly<Record<string, string | undefined>>,
): Promise<OwnAddress> {
  const given = flags.text("ip") ?? env.LIBPROCESS_IP;
  const told = flags.text("advertise_ip") ?? env.LIBPROCESS_ADVERTISE_IP;
  const ip = told ?? (given === undefined || given === "0.0.0.0" ? await machineIp() : given);
  const port = flags.integer(0, "port");
  const advertised = flags.text("advertise_port") ?? env.LIBPROCESS_ADVERTISE_PORT;
  return {
    bindIp: given ?? "0.0.0.0",
    ip,
    port,
    advertisedPort: advertised === undefined ? port : Number(advertised),
    hostname: flags.text("hostname") ?? (flags.boolean(true, "hostname_lookup") ? await nameOf(ip) : ip),
  };
}

async function machineIp(): Promise<string> {
  try {
    const { address } = await lookup(ownHostname(), { family: 4 });
    if (!address.startsWith("127.")) return address;
  } catch {
    // No entry for the own name: the first interface has to do.
  }
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find((a) => a.family === "IPv4" && !a.internal)?.address ?? "127.0.0.1";
}

async function nameOf(ip: string): Promise<string> {
  try {
    return (await lookupService(ip, 0)).hostname;
  } catch (cause) {
    throw new Error(
      `Failed to get hostname of ${ip}: set --hostname, or --hostname_lookup=false from 0.25 on`,
      {
        cause,
      },
    );
  }
}
