// Keeps the volunteers' page readable without a signal: its files and one page that says so, never a visit.
// The server writes VERSION, SHELL and FILES above this line.
"use strict";
const CACHE = "tanfang-phone-";
self.addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(CACHE + VERSION);
  await cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })));
  await self.skipWaiting();
})()));
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith(CACHE) && name !== CACHE + VERSION) await caches.delete(name);
  }
  await self.clients.claim();
})()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (origin !== self.location.origin) return;
  const isPage = request.mode === "navigate" && (pathname === "/t" || pathname.startsWith("/t/"));
  if (isPage) event.respondWith(fetch(request).catch(() => caches.match(SHELL)));
  else if (pathname.startsWith("/static/") && FILES.includes(pathname + search)) {
    event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
  }
});
