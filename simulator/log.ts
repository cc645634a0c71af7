/** Writes one line of progress; the place is the part of the program it comes from. */
export type Log = (text: string, level?: "I" | "W" | "E") => void;

/** Lines on stderr. */
export function stderrLog(place: string): Log {
  return (text, level) => void process.stderr.write(logLine(place, text, level));
}

/** A line in the shape of glog, which log collectors of Mesos parse: level, date, time, pid, place. */
export function logLine(place: string, text: string, level: "I" | "W" | "E" = "I"): string {
  const at = new Date();
  const day = `${two(at.getUTCMonth() + 1)}${two(at.getUTCDate())}`;
  const time = at.toISOString().slice(11, 23);
  return `${level}${day} ${time}000 ${String(process.pid).padStart(5)} ${place}.ts] ${text}\n`;
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}
