import { script } from "../../components/hosts/script";
import type { ClusterSpec } from "../../config/spec";
import { checkVariables, hostNeeds } from "../../plan/preparation";
import { HostError, type SshLink } from "../../readiness/ssh";
import { where } from "../../readiness/ssh-failure";

/** What a host lacks as a host of a cluster. */
export interface HostCheck {
  /** Each with its cure; none: the cluster may come. */
  readonly problems: readonly HostError[];
  /** What preparing the host will do, a sentence each. */
  readonly plans: readonly string[];
}

/** Asks the host itself, by the script that asks it again when the cluster is made. */
export async function checkHost(link: SshLink, spec: ClusterSpec): Promise<HostCheck> {
  const { prepare, firewall } =
    spec.target.kind === "ssh" ? spec.target : { prepare: false, firewall: false };
  const name = where(link.host);
  const variables = checkVariables(
    { name, user: link.host.login.user, needs: hostNeeds(spec) },
    { prepare, firewall, now: Math.round(Date.now() / 1000) },
  );
  const { code, stdout, stderr } = await link.try("sh", "-c", script(["check"], variables));
  const problems = own(stderr, name).map((line) => new HostError(line));
  if (code !== 0 && problems.length === 0)
    throw new HostError(`${name}: looking at it ended with ${code}: ${stderr.trim()}`);
  return { problems, plans: own(stdout, name) };
}

/** A login may print a greeting of its own before. */
function own(text: string, name: string): string[] {
  return text.split("\n").filter((line) => line.startsWith(`${name}: `));
}
