import { FatalError } from "../fatal";
import type { Flags } from "../flags/flags";
import type { MasterInfo } from "../zk/master-info";
import { parseZkUrl, type ZkUrl } from "../zk/url";

/** What `--master` names: an ensemble to find the leader in, or one master. */
export type MasterFlag =
  | { readonly kind: "zk"; readonly url: ZkUrl }
  | { readonly kind: "fixed"; readonly ip: string; readonly port: number };

/** Reads `--master`. Throws {@link FatalError} where it is missing or neither form. */
export function masterOf(flags: Flags): MasterFlag {
  const text = flags.text("master")?.trim();
  if (text === undefined) throw new FatalError("Missing required option --master");
  if (text.startsWith("zk://")) {
    try {
      return { kind: "zk", url: parseZkUrl(text) };
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new FatalError(`Failed to create a master detector: ${why}`, { cause });
    }
  }
  const match = /^(?:master@)?([^:]+)(?::(\d+))?$/.exec(text);
  if (match?.[1] === undefined)
    throw new FatalError(`Failed to create a master detector: cannot parse '${text}'`);
  return { kind: "fixed", ip: match[1], port: Number(match[2] ?? 5050) };
}

/** A master given by its address: its id is not known before it speaks, so it is left empty. */
export function fixedMaster({ ip, port }: Extract<MasterFlag, { kind: "fixed" }>): MasterInfo {
  return { id: "", ip, port, hostname: ip };
}
