/**
 * A framework through the v1 HTTP API in JSON that wants none of its offers, for as long as it is needed.
 * @param roles of the framework
 * @returns how many offers it declined
 */
export async function declineOffers(
  master: string,
  role: string,
  until: { readonly offers: number; readonly seconds: number },
): Promise<number> {
  const cancel = new AbortController();
  const timer = setTimeout(() => {
    cancel.abort();
  }, until.seconds * 1000);
  let declined = 0;
  try {
    const framework = { user: "root", name: "picky", role };
    const subscribe = { type: "SUBSCRIBE", subscribe: { framework_info: framework } };
    const response = await call(master, subscribe, cancel.signal);
    const stream = response.headers.get("Mesos-Stream-Id") ?? "";
    if (response.status !== 200 || response.body === null) throw new Error(await response.text());
    let text = "";
    let id = "";
    for await (const chunk of response.body) {
      text += Buffer.from(chunk as Uint8Array).toString("latin1");
      for (;;) {
        const length = Number.parseInt(text, 10);
        const start = text.indexOf("\n") + 1;
        if (start === 0 || text.length < start + length) break;
        const event = JSON.parse(text.slice(start, start + length)) as SchedulerEvent;
        text = text.slice(start + length);
        id = event.subscribed?.framework_id.value ?? id;
        const offers = event.offers?.offers ?? [];
        if (offers.length === 0) continue;
        declined += offers.length;
        const decline = {
          type: "DECLINE",
          framework_id: { value: id },
          decline: { offer_ids: offers.map((offer) => offer.id) },
        };
        await call(master, decline, cancel.signal, stream);
        if (declined >= until.offers) return declined;
      }
    }
    return declined;
  } catch (error) {
    if (cancel.signal.aborted) return declined;
    throw error;
  } finally {
    clearTimeout(timer);
    cancel.abort();
  }
}

interface SchedulerEvent {
  readonly subscribed?: { readonly framework_id: { readonly value: string } };
  readonly offers?: { readonly offers: readonly { readonly id: object }[] };
}

function call(master: string, body: object, signal: AbortSignal, stream?: string): Promise<Response> {
  const id = stream === undefined ? {} : { "Mesos-Stream-Id": stream };
  return fetch(`http://${master}/api/v1/scheduler`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", ...id },
    body: JSON.stringify(body),
    signal,
  });
}
