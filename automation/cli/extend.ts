import { after } from "../housekeeping/expiry";
import { extendCluster } from "../housekeeping/lease";

/** `mesos-matrix extend NAME --ttl 8h`: the cluster lives that much longer, counted from now. */
export async function extendCommand(
  name: string,
  { ttl, json }: { readonly ttl: number; readonly json?: boolean },
): Promise<number> {
  const expires = after(new Date(), ttl);
  await extendCluster(name, expires);
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ cluster: name, expires }, null, 2)}\n`
      : `${name} lives until ${expires}\n`,
  );
  return 0;
}
