import { createRequire } from "node:module";
import * as path from "node:path";
import { packageRoot } from "./layout";
import { ownVariables } from "./own-variables";

/** What of the set-up runs outside of a clone too; plain JavaScript that needs no package. */
interface Toolchain {
  readonly environment: { readonly environmentOf: (decision: unknown) => Record<string, string> };
  readonly decision: { readonly readDecision: () => unknown };
  readonly secrets: {
    readonly statePresent: () => boolean;
    readonly makeState: (say: (line: string) => void) => void;
  };
}

/**
 * Sets what our Pulumi needs in this process's environment, where nobody has: the CLI and plugins that a set-up found
 * (else those on PATH), a backend of files and a passphrase of our own. What the user has set is left alone, and test
 * commands inherit none of it. In a clone bin/mesos-matrix has done this.
 */
export function prepareSurroundings(): void {
  if (process.env[ownVariables] !== undefined) return;
  const { environmentOf } = part("environment");
  const { statePresent, makeState } = part("secrets");
  const own = environmentOf(part("decision").readDecision());
  if ("PULUMI_CONFIG_PASSPHRASE_FILE" in own && !statePresent()) makeState(() => undefined);
  Object.assign(process.env, own, { [ownVariables]: Object.keys(own).join(",") });
}

function part<Name extends keyof Toolchain>(name: Name): Toolchain[Name] {
  const load = createRequire(path.join(packageRoot, "package.json"));
  return load(`./toolchain/${name}.js`) as Toolchain[Name];
}
