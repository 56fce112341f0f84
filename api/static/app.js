// Keeps live parts still while somebody is typing or has a small form open in them.
"use strict";
const isBusy = (part) => {
  const typing = part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
  return typing || part.querySelector("details[open]") !== null;
};
document.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.target;
  if (part instanceof Element && part.classList.contains("live") && isBusy(part)) event.preventDefault();
});
// An answer may arrive after a form was opened: it waits for the next change.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.classList.contains("live") && isBusy(event.target)) event.detail.shouldSwap = false;
});
// An answer that is a whole page (an error, the sign-in page) replaces the page, not a part of it.
document.addEventListener("htmx:beforeSwap", (event) => {
  const text = event.detail.xhr.responseText || "";
  if (!text.trimStart().toLowerCase().startsWith("<!doctype")) return;
  event.detail.shouldSwap = false;
  if (event.target.classList.contains("live")) { location.reload(); return; }
  const page = new DOMParser().parseFromString(text, "text/html");
  const note = document.createElement("p");
  note.className = "fault";
  note.setAttribute("role", "alert");
  note.textContent = (page.querySelector("main h1") || page.body).textContent.trim();
  event.detail.target.replaceChildren(note);
});
const scrollTalk = () => document.querySelectorAll(".talk ol").forEach((list) => { list.scrollTop = list.scrollHeight; });
document.addEventListener("htmx:afterSwap", scrollTalk);
scrollTalk();
// Only one small form is open at a time; Escape closes it.
document.addEventListener("toggle", (event) => {
  if (event.target.matches(".pop") && event.target.open) {
    document.querySelectorAll(".pop[open]").forEach((other) => { if (other !== event.target) other.open = false; });
    event.target.querySelector("input:not([type=hidden])")?.focus();
  }
}, true);
// A link to a form that is folded up unfolds it.
const aimed = location.hash && document.getElementById(location.hash.slice(1));
if (aimed instanceof HTMLDetailsElement) { aimed.open = true; aimed.scrollIntoView(); }
// On a small screen the pages are behind a button.
const menu = document.getElementById("menu");
const openMenu = (isOpen) => menu.setAttribute("aria-expanded", String(isOpen));
menu?.addEventListener("click", () => openMenu(menu.getAttribute("aria-expanded") !== "true"));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (menu?.getAttribute("aria-expanded") === "true") { openMenu(false); menu.focus(); }
  document.querySelectorAll(".pop[open]").forEach((open) => {
    open.open = false;
    open.querySelector("summary").focus();
  });
});
document.querySelectorAll("form[data-busy]").forEach((form) => form.addEventListener("submit", () => {
  const note = document.createElement("p");
  note.className = "notice";
  note.textContent = form.dataset.busy;
  form.append(note);
}));
