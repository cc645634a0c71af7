import { randomUUID } from "node:crypto";

/** Subscribes a framework through the v1 HTTP API and leaves at once; answers the id that the master gave it. */
export async function subscribeOnce(master: string, frameworkId?: string): Promise<string> {
  const id = frameworkId === undefined ? {} : { id: { value: frameworkId } };
  const framework = { user: "root", name: `test-${randomUUID()}`, failover_timeout: 3600, ...id };
  const call = {
    type: "SUBSCRIBE",
    ...(frameworkId === undefined ? {} : { framework_id: { value: frameworkId } }),
    subscribe: { framework_info: framework },
  };
  const cancel = new AbortController();
  const timer = setTimeout(() => {
    cancel.abort();
  }, 20_000);
  try {
    const response = await fetch(`http://${master}/api/v1/scheduler`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(call),
      signal: cancel.signal,
    });
    if (response.status !== 200 || response.body === null) {
      throw new Error(`SUBSCRIBE got ${response.status}: ${await response.text()}`);
    }
    let text = "";
    for await (const chunk of response.body) {
      text += Buffer.from(chunk as Uint8Array).toString("utf8");
      const [length = "", ...rest] = text.split("\n");
      const record = rest.join("\n").slice(0, Number(length));
      if (record.length < Number(length)) continue;
      const event = JSON.parse(record) as { subscribed?: { framework_id: { value: string } } };
      if (event.subscribed !== undefined) return event.subscribed.framework_id.value;
      throw new Error(`the first event is ${record}`);
    }
    throw new Error("the stream ended before SUBSCRIBED");
  } finally {
    clearTimeout(timer);
    cancel.abort();
  }
}
