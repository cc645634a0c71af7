import { appendFileSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { hasAgentBinary } from "../mesos/wire";
import type { Flags } from "./flags/flags";
import { logLine, type Log } from "./log";

/** The file that the files API shows as `/master/log` or `/slave/log`; undefined where the flags name none. */
export function logFileOf(flags: Flags): string | undefined {
  const given = flags.text("external_log_file");
  const folder = flags.text("log_dir");
  return given ?? (folder === undefined ? undefined : join(folder, `${programOf(flags)}.INFO`));
}

/** A log that also goes to `--log_dir`, named as glog names its files: a link without host, time and pid leads to the newest. */
export function loggedToFile(log: Log, place: string, flags: Flags): Log {
  const folder = flags.text("log_dir");
  if (folder === undefined) return log;
  mkdirSync(folder, { recursive: true });
  const at = new Date().toISOString().replaceAll(/[-:]/g, "").replace("T", "-").slice(0, 15);
  const program = programOf(flags);
  const name = `${program}.${hostname()}.${userInfo().username}.log.INFO.${at}.${process.pid}`;
  const link = join(folder, `${program}.INFO`);
  rmSync(link, { force: true });
  symlinkSync(name, link);
  return (text, level) => {
    log(text, level);
    appendFileSync(join(folder, name), logLine(place, text, level));
  };
}

function programOf({ role, version }: Flags): string {
  if (role === "master") return "mesos-master";
  return hasAgentBinary(version) ? "mesos-agent" : "mesos-slave";
}
