import { mkdirSync, readFileSync } from "node:fs";
import { Bridge } from "./bridge";
import { Haproxy } from "./haproxy";
import { MarathonClient } from "./marathon-client";
import { servePage } from "./page";
import { readSettings } from "./settings";

/**
 * Starts HAProxy, and keeps it at what Marathon says. Usage: bridge SETTINGS FOLDER, the JSON of BridgeSettings and
 * where HAProxy's configuration is kept.
 */
async function main([settingsFile, folder]: readonly string[]): Promise<number> {
  if (settingsFile === undefined || folder === undefined) {
    process.stderr.write("usage: bridge SETTINGS FOLDER\n");
    return 2;
  }
  const settings = readSettings(readFileSync(settingsFile, "utf8"));
  mkdirSync(folder, { recursive: true });
  const haproxy = new Haproxy(folder);
  const bridge = new Bridge(settings, new MarathonClient(settings.marathons), haproxy);
  const stop = new AbortController();
  let code = 0;
  haproxy.start(bridge.firstConfig(), (why) => {
    // Docker starts both again, with the last good configuration.
    process.stderr.write(`bridge: HAProxy: ${why}\n`);
    code = 1;
    stop.abort();
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());
  const server = servePage(settings.pagePort, {
    status: () => bridge.status(),
    config: () => haproxy.text,
  });
  await bridge.run(stop.signal);
  haproxy.stop();
  server.close();
  server.closeAllConnections();
  return code;
}

void main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`bridge: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
