/* The big screen. Every few minutes its figures are fetched anew and put in the place of the old ones. When that fails, the old ones stay, and the
   page says since when. Without this script the page is loaded anew instead. */
(() => {
  "use strict";

  const wall = document.getElementById("wall");
  const contact = document.getElementById("contact");
  if (wall === null || contact === null || !("every" in wall.dataset)) return;
  let reachedAt = new Date();
  const time = () => reachedAt.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" });

  const refresh = async () => {
    try {
      const answer = await fetch(location.href, { signal: AbortSignal.timeout(60_000) });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("wall");
      if (found === null) {
        contact.textContent = `Signed out: the figures are those of ${time()}. Sign in again to go on.`;
        return;
      }
      wall.replaceChildren(...found.childNodes);
      reachedAt = new Date();
      contact.textContent = "";
    } catch {
      contact.textContent = `No contact since ${time()}: the figures are those of then. Trying again by itself.`;
    }
  };

  setInterval(refresh, Number(wall.dataset.every) * 1000);
  window.addEventListener("online", refresh);
})();
