import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { declareCluster, preparePlan } from "./automation/deploy";
import { refuseHere, reviewHere } from "./automation/engine-facts";
import { plannedExpiry } from "./automation/housekeeping/planned-expiry";
import { imagesInState } from "./automation/images/kept";
import { isPrecondition } from "./automation/precondition";
import { loadStackConfig } from "./config/load";
import { noteLine } from "./config/oracle/review";
import { ConfigError } from "./config/problem";

/** The Pulumi program: the stack's config becomes a plan, the plan a cluster, the cluster the stack's outputs. */
export = async (): Promise<object> => {
  const config = new pulumi.Config("mesos-matrix");
  const stack = pulumi.getStack();
  try {
    const spec = loadStackConfig({
      file: path.join(process.cwd(), `Pulumi.${stack}.yaml`),
      projectKey: "mesos-matrix:cluster",
      decrypted: config.getObject("cluster"),
      name: stack,
    });
    const review = await reviewHere(spec);
    for (const note of review.warnings) void pulumi.log.warn(noteLine(note));
    refuseHere(spec.name, review);
    const ownership = {
      run: config.get("run") ?? `stack-${stack}`,
      cell: stack,
      expires: config.get("expires") ?? (await plannedExpiry(spec)),
    };
    const inputs = await preparePlan(spec, ownership, {
      say: (line) => void pulumi.log.info(line),
      signal: undefined,
      ...(await imagesInState()),
    });
    return await declareCluster(spec, inputs);
  } catch (error) {
    // These speak to the user; a stack trace would only hide what they say.
    if (error instanceof ConfigError || isPrecondition(error)) throw new pulumi.RunError(error.message);
    throw error;
  }
};
