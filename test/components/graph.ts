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
        return { id: `${name}-id`, state: { ...plain, ...answers(type, name) } };
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

/** What no one may read in the state; the name of the key follows. */
export const plantedKey = "planted private key of";

/** What the engine, the commands and a cloud would answer. */
function answers(type: string, name: string): Record<string, unknown> {
  switch (type) {
    case "docker:index/container:Container":
      return { ports: [5050, 5051, 8080].map((internal) => ({ internal, external: 32768 })) };
    case "command:local:Command":
      return { stdout: JSON.stringify({ leader: "master-1" }) };
    case "tls:index/privateKey:PrivateKey":
      return {
        privateKeyOpenssh: `${plantedKey} ${name}`,
        publicKeyOpenssh: `ssh-ed25519 AAAA-${name}\n`,
      };
    case "gcp:serviceaccount/account:Account":
      return { email: `${name}@my-project.iam.gserviceaccount.com` };
    case "gcp:compute/instance:Instance":
      return { networkInterfaces: [{ accessConfigs: [{ natIp: `198.51.100.${name.replace(/\D/g, "")}` }] }] };
    default:
      return {};
  }
}

/** The inputs as the state shows them to whoever has no passphrase: secrets are gone. */
export function clearText(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  // The signature with which Pulumi marks a secret on the wire.
  if (Object.values(value).includes("1b47061264138c4ac30d75fd1eb44270")) return undefined;
  if (Array.isArray(value)) return value.map(clearText);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, clearText(part)]));
}
