import * as pulumi from "@pulumi/pulumi";

/** A resource as a program registered it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly urn: string;
  readonly options: pulumi.ResourceOptions;
}

/** Runs a program against Pulumi's mocks and answers with every resource that it registered. */
export async function graphOf(program: () => Promise<void> | void): Promise<Registered[]> {
  const seen: { type: string; name: string; inputs: Record<string, unknown> }[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const plain = inputs as Record<string, unknown>;
        seen.push({ type, name, inputs: plain });
        return { id: `${name}-id`, state: { ...plain, ...answers(type) } };
      },
      call: ({ inputs }) => inputs as Record<string, unknown>,
    },
    "mesos-matrix",
    "test",
  );
  const options = new Map<string, pulumi.ResourceOptions>();
  const resources = new Map<string, pulumi.Resource>();
  await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(({ type, name, opts, resource }) => {
      options.set(`${type} ${name}`, opts);
      resources.set(`${type} ${name}`, resource);
      return undefined;
    });
    await program();
    return {};
  });
  await pulumi.runtime.disconnect();
  return Promise.all(
    seen
      .filter(({ type }) => type !== "pulumi:pulumi:Stack")
      .map(async (resource) => {
        const key = `${resource.type} ${resource.name}`;
        const registered = resources.get(key);
        const urn = registered === undefined ? "" : await promiseOf(registered.urn);
        return { ...resource, urn, options: options.get(key) ?? {} };
      }),
  );
}

/** The value of an output once it is known. */
export function promiseOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply((value) => {
      resolve(value);
    });
  });
}

/** What the engine and the readiness command would answer. */
function answers(type: string): Record<string, unknown> {
  if (type === "docker:index/container:Container") return { ports: [{ internal: 5050, external: 32768 }] };
  if (type === "command:local:Command") return { stdout: JSON.stringify({ leader: "master-1" }) };
  return {};
}
