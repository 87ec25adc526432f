/* Answers for the pages of kiosks while the device has no network: with the page as it last came, and the files that it uses. It keeps no
   answers; the page does (kiosk.js). */
"use strict";

const KEPT = "kiosk-1";
const PATIENCE_MS = 5000; // a network that is there in name alone does not keep visitors waiting

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const { page, files } = event.data;
  event.waitUntil(keep(page, files).then(() => event.source.postMessage("kept")));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(newest(request, pathname));
  else if (!pathname.startsWith("/k/")) event.respondWith(kept(request));
});

/** Keep what a page needs. Files whose address names their version are fetched once, the others each time. */
async function keep(page, files) {
  const cache = await caches.open(KEPT);
  await Promise.all(
    [page, ...files].map(async (address) => {
      const isForGood = new URL(address).searchParams.has("v");
      if (isForGood && (await cache.match(address))) return;
      await cache.add(new Request(address, { cache: isForGood ? "default" : "no-cache" }));
    }),
  );
  const wanted = new Set(files);
  for (const request of await cache.keys()) {
    if (!wanted.has(request.url) && !new URL(request.url).pathname.startsWith("/k/")) await cache.delete(request);
  }
}

/** The page from the server; as it last came where the server is not to be reached or in trouble. */
async function newest(request, pathname) {
  const cache = await caches.open(KEPT);
  const before = await cache.match(pathname);
  try {
    const answer = await Promise.race([fetch(request), ...(before ? [tooLong()] : [])]);
    if (answer.status >= 500 && before) return before;
    if (answer.ok && !answer.redirected && !new URL(request.url).search) await cache.put(pathname, answer.clone());
    return answer;
  } catch (problem) {
    if (before) return before;
    throw problem;
  }
}

async function kept(request) {
  return (await caches.match(request, { cacheName: KEPT })) ?? fetch(request);
}

function tooLong() {
  return new Promise((_done, fail) => setTimeout(() => fail(new Error("no answer in time")), PATIENCE_MS));
}
