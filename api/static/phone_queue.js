// What was sent without a signal is kept on the phone and goes out later, in the order it was sent.
"use strict";
const QUEUE = "tanfang.queue", LOST = "tanfang.lost", OLDEST = 7 * 24 * 3600 * 1000, AGAIN = 30 * 1000, PATIENCE = 60 * 1000;
const bar = document.getElementById("waiting");
const kept = () => { try { return JSON.parse(localStorage.getItem(QUEUE) || "[]"); } catch { return []; } };
const write = (queue) => {
  if (queue.length) localStorage.setItem(QUEUE, JSON.stringify(queue)); else localStorage.removeItem(QUEUE);
};
const say = (text, look = "fault") => { bar.textContent = text || ""; bar.className = look; bar.hidden = !text; };

// False when the phone has no room for it.
function keep(to, fields) {
  try {
    write([...kept(), { key: `${Date.now()} ${Math.random()}`, at: Date.now(), to, fields }]);
    return true;
  } catch { return false; }
}

// "taken", "code" (it is not known any more which visit is meant), "later" or "refused".
async function post(to, fields) {
  const body = new FormData();
  fields.forEach(([name, value]) => body.append(name, value));
  const answer = await fetch(to, { method: "POST", body, signal: AbortSignal.timeout?.(PATIENCE) });
  if (answer.status >= 500 || answer.status === 429) return ["later", answer];
  if (!answer.ok) return ["refused", answer];
  return [new URL(answer.url).searchParams.has("answer") ? "taken" : "code", answer];
}

// The server counts each report once by its key, and an arrival once, however often they are sent.
async function sendKept() {
  let last = "", page = "";
  for (const { key, at, to, fields } of kept()) {
    try {
      const [found, answer] = await post(to, fields);
      last = found === "code" && Date.now() - at > OLDEST ? "refused" : found;
      if (last === "later" || last === "code") break;
      if (last === "taken") page = answer.url;
      else localStorage.setItem(LOST, "yes");
      write(kept().filter((other) => other.key !== key));
    } catch { last = "later"; break; }
  }
  return [last, page];
}

function tell(last) {
  if (kept().length) say(last === "code" ? bar.dataset.code : bar.dataset.saved, "hold");
  else if (!localStorage.getItem(LOST)) say("");
  else {
    say(bar.dataset.refused);
    const seen = document.createElement("button");
    seen.textContent = bar.dataset.seen;
    seen.addEventListener("click", () => { localStorage.removeItem(LOST); say(""); });
    bar.append(seen);
  }
}

let isSending = false;
async function flush() {
  if (isSending) return false;
  isSending = true;
  const [last, page] = await sendKept();
  isSending = false;
  tell(last);
  const isTyping = document.activeElement?.matches("input, textarea") && document.activeElement.value;
  const isLeaving = page && !isTyping && !document.querySelector("form[data-offline]:not([hidden])");
  if (isLeaving) location.replace(page);
  return isLeaving;
}

addEventListener("online", async () => {
  if (!await flush() && document.querySelector("[data-shell]")) location.replace("/t");
});
// A weak line is "online" and still loses things: try again while something is kept.
setInterval(() => { if (kept().length) flush(); }, AGAIN);
flush();
if (navigator.serviceWorker) navigator.serviceWorker.register(document.body.dataset.worker, { scope: "/t" }).catch(() => {});
