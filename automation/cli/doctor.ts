import { printable } from "../../config/wording";
import { judgeMachine, type Finding } from "../doctor/findings";
import { lookAtMachine } from "../doctor/machine";

const marks = { ok: "✓", warn: "!", block: "✗" } as const;

/**
 * `mesos-matrix doctor`: what this machine has and lacks, why that matters and for which versions, and one command
 * that mends it. Exit code 3 where no cluster could start.
 */
export async function doctorCommand({ json }: { readonly json?: boolean }): Promise<number> {
  const findings = judgeMachine(await lookAtMachine());
  const blocked = findings.some(({ level }) => level === "block");
  process.stdout.write(json === true ? `${JSON.stringify(findings, null, 2)}\n` : findingsText(findings));
  return blocked ? 3 : 0;
}

/** The findings for people, and their number. */
export function findingsText(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ level, what, why, mend }) => [
    `${marks[level]} ${what}`,
    ...(why === "" ? [] : [`    ${why}`]),
    ...(mend === "" ? [] : [`    $ ${mend}`]),
  ]);
  const count = (level: Finding["level"]): number => findings.filter((one) => one.level === level).length;
  const blocking = count("block");
  const warnings = count("warn");
  const sum =
    blocking > 0
      ? `no cluster can start here: ${blocking} of ${findings.length} checks block`
      : `clusters can start here; ${warnings} of ${findings.length} checks warn`;
  return `${[...lines, sum].map(printable).join("\n")}\n`;
}
