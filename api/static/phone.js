// The volunteers' phone page: place, one question per screen, small photos, reports kept without a signal.
"use strict";
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
    say(bar.dataset.sending, "hold");
    let found = "later", answer = null;
    try {
      if (kept().length) await sendKept();
      if (!kept().length) [found, answer] = await post(form.action, all);
    } catch { /* no signal: it is kept below */ }
    if (button) button.disabled = false;
    if (found === "taken") { location.href = answer.url; return; }
    if (answer && found !== "code") {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      say((page.querySelector("main h1") || page.body).textContent.trim());
      return;
    }
    const fields = all.filter(([, value]) => typeof value === "string")
      .map(([name, value]) => [name, name === "kept" ? String(Date.now()) : value]);
    form.hidden = keep(form.action, fields);
    if (!form.hidden) say(bar.dataset.full);
    else if (found === "code") location.href = "/t";
    else say(bar.dataset.saved, "hold");
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
    const step = document.createElement("p");
    step.className = "step";
    step.textContent = `${n + 1} / ${screens.length}`;
    screen.querySelector("legend").tabIndex = -1;
    screen.querySelector("legend").after(step);
    const pair = document.createElement("div");
    pair.className = "pair";
    const add = (label, at, look) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = look;
      button.textContent = label;
      button.addEventListener("click", () => {
        show(at);
        screens[at].querySelector("legend").focus({ preventScroll: true });  // is read aloud
      });
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
