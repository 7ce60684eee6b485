// Keeps the shell on the phone: static files from the cache, pages from the network, else the offline page.
const shell = {{ shell_json|safe }};
const kept = `hotpot-${shell.version}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(kept).then((cache) => cache.addAll(shell.files)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("hotpot-") && name !== kept);
  event.waitUntil(
    caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
  );
});

const fromCache = async (request) => {
  const found = await caches.match(request);
  if (found) return found;
  const fresh = await fetch(request);
  if (fresh.ok) (await caches.open(kept)).put(request, fresh.clone());
  return fresh;
};

// A notice is shown at once, and that is told back: then no other way is tried. Its tag lets a repetition take
// the place of the first.
self.addEventListener("push", (event) => {
  const said = event.data?.json();
  if (!said) return;
  const { title, body, tag, lang, url, shown } = said;
  const told = () => fetch(shown, { method: "POST", keepalive: true }).catch(() => undefined);
  event.waitUntil(self.registration.showNotification(title, { body, tag, lang, icon: shell.icon, data: { url } }).then(told));
});

const lead = async (url) => {
  const [open] = await self.clients.matchAll({ type: "window" });
  return open ? open.focus().then((page) => page.navigate(url)) : self.clients.openWindow(url);
};

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data.url));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith(shell.static)) event.respondWith(fromCache(request));
  else if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(shell.offline)));
});
