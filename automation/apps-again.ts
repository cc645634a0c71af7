import { AppError, keepApp } from "../components/apps/apply";
import { MarathonClient } from "../components/apps/client";
import { appInput } from "../components/apps/input";
import type { ClusterPlan } from "../plan/types";
import { withHosts } from "../readiness/hosts";

/**
 * Looks at the apps of a cluster that was there before: Pulumi gives them to Marathon only when they change in the file,
 * and somebody may have changed them by hand.
 * @returns what is wrong, in words; undefined: all are as the file says, and healthy
 */
export async function keepApps(
  { apps, readiness }: Pick<ClusterPlan, "apps" | "readiness">,
  say: (line: string) => void,
): Promise<string | undefined> {
  if (apps.length === 0) return undefined;
  try {
    await withHosts(readiness.hosts, async (links) => {
      for (const app of apps) {
        const { marathons } = appInput(app, readiness);
        await keepApp(new MarathonClient(marathons, links), app, say);
      }
    });
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}
