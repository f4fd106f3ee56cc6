// The console's service worker: it shows the notifications that a page of the console asks for, as browsers of phones
// let nobody else do it. It stores nothing and answers no request.

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(
    clients.matchAll({ type: "window", includeUncontrolled: true }).then((pages) => {
      const page = pages.find(({ url }) => new URL(url).pathname === "/console/");
      return page ? page.focus() : clients.openWindow("/console/");
    }),
  );
});
