import { chooseVoice, type ViewOptions, type Voice } from "../view/choose";

/** One process is one command, and speaks in one way. */
let voice: Voice = chooseVoice({});

/** Settles how this process speaks on standard error, once its options are known. */
export function speakAs(options: ViewOptions): void {
  voice = chooseVoice(options);
}

/** News of the work, on standard error; nothing with --quiet. */
export function say(text: string): void {
  voice.say(text);
}

/** What the user must know, on standard error, also with --quiet. */
export function warn(text: string): void {
  voice.warn(text);
}
