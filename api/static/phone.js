// The volunteers' phone page: place, one question per screen, small photos, reports kept without a signal.
"use strict";
const QUEUE = "tanfang.queue";
const bar = document.getElementById("waiting");
const load = () => { try { return JSON.parse(localStorage.getItem(QUEUE) || "[]"); } catch { return []; } };
const save = (queue) => {
  if (queue.length) localStorage.setItem(QUEUE, JSON.stringify(queue)); else localStorage.removeItem(QUEUE);
};
const say = (text) => { bar.textContent = text || ""; bar.hidden = !text; };

async function post(fields) {
  const body = new FormData();
  fields.forEach(([name, value]) => body.append(name, value));
  return fetch("/t/report", { method: "POST", body, credentials: "same-origin" });
}

// Each report has its own key: the server counts it once, however often it is sent.
let flushing = false;
async function flush() {
  if (flushing) return;
  flushing = true;
  let refused = false;
  for (const fields of load()) {
    try {
      const answer = await post(fields);
      if (answer.status >= 500 || answer.status === 429) break;
      refused = refused || !answer.ok;
      save(load().slice(1));
    } catch { break; }
  }
  flushing = false;
  say(load().length ? bar.dataset.saved : refused ? bar.dataset.refused : "");
}

async function shrink(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, 1280 / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.75);
}

document.querySelectorAll("form[data-offline]").forEach((form) => {
  form.querySelector("input[type=file]")?.addEventListener("change", async (event) => {
    const file = event.target.files[0];
    form.elements.photo_data.value = file ? await shrink(file).catch(() => "") : "";
    form.querySelector("[data-photo-note]").hidden = !form.elements.photo_data.value;
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter;
    if (button) button.disabled = true;
    const shrunk = form.elements.photo_data && form.elements.photo_data.value;
    const all = [...new FormData(form)].filter(([name, value]) => !(value instanceof File && (shrunk || !value.size)));
    try {
      const answer = await post(all);
      if (answer.redirected) { location.href = answer.url; return; }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      say((page.querySelector("main h1") || page.body).textContent.trim());
      if (button) button.disabled = false;
    } catch {
      save([...load(), all.filter(([, value]) => typeof value === "string")]);
      say(bar.dataset.saved);
      form.hidden = true;
    }
  });
});

// One question per screen; without this script all of them are there at once.
document.querySelectorAll("form.stepwise").forEach((form) => {
  const screens = [...form.querySelectorAll(":scope > fieldset")];
  if (screens.length < 2) return;
  const show = (at) => {
    screens.forEach((screen, n) => { screen.hidden = n !== at; });
    scrollTo(0, 0);
  };
  screens.forEach((screen, n) => {
    const pair = document.createElement("div");
    pair.className = "pair";
    const add = (label, at, look) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = look;
      button.textContent = label;
      button.addEventListener("click", () => show(at));
      pair.append(button);
    };
    if (n) add(form.dataset.back, n - 1, "quiet");
    if (n < screens.length - 1) add(form.dataset.next, n + 1, "primary");
    screen.append(pair);
  });
  show(0);
});

// How exactly the phone knows its place; the place itself stays on the phone.
document.querySelectorAll("form[data-place]").forEach((form) => {
  if (!navigator.geolocation) return;
  navigator.geolocation.getCurrentPosition(
    (place) => { form.elements.accuracy.value = String(Math.round(place.coords.accuracy)); },
    () => {},
    { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 },
  );
});

addEventListener("online", flush);
flush();
