/* A kiosk. Each answer is kept on the device with a random key and the time of its tap, and handed over as soon as there is a network. What
   the server has named as taken is deleted, nothing else. Without this script, or where nothing can be kept, the page's forms are sent. */
(() => {
  "use strict";

  const THANKS_MS = 4_000;
  const IDLE_MS = 30_000;
  const STILL_THERE_MS = 20_000; // as WCAG 2.2.1 has it
  const DOUBLE_TAP_MS = 400; // the second tap of a double one is meant for the question before
  const MOST_AT_ONCE = 100;
  const REQUEST_MS = 30_000;
  const FIRST_PAUSE_MS = 2_000;
  const LONGEST_PAUSE_MS = 60_000;
  const REFRESH_MS = 3_600_000; // a page that nobody uses is fetched anew each hour
  const DAY_MS = 86_400_000;
  const MOST_WRONG_PINS = 5;
  const WAIT_AFTER_WRONG_PINS_MS = 60_000;

  const kiosk = document.getElementById("kiosk");
  if (kiosk === null || "isOnItsWay" in kiosk.dataset || !("indexedDB" in window)) return;
  const find = (id) => document.getElementById(id);
  const screens = [...kiosk.querySelectorAll(".screen")];
  const seconds = Number(kiosk.dataset.seconds ?? 0);
  const version = Number(kiosk.dataset.version); // of the questions that are shown

  // What is kept: answers by key, and notes: lastAt, thrownAway, wrongPins, noPinUntil
  const keeping = new Promise((resolve, reject) => {
    const asked = indexedDB.open(`kiosk-${kiosk.dataset.code}`, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("answers", { keyPath: "key" });
      asked.result.createObjectStore("notes");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

  /** Do something with both stores, all of it or nothing; done when it is on the disk. */
  async function kept(mode, work) {
    const database = await keeping;
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(["answers", "notes"], mode, { durability: "strict" });
      const asked = work(transaction.objectStore("answers"), transaction.objectStore("notes"));
      transaction.oncomplete = () => resolve(asked?.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }
  const allKept = () => kept("readonly", (answers) => answers.getAll());
  const note = (name) => kept("readonly", (_answers, notes) => notes.get(name));
  const write = (name, value) => kept("readwrite", (_answers, notes) => notes.put(value, name));

  // Asking

  let given = {};
  let firstTapAt = null;
  let thrownAway = 0;
  let chosenAt = -Infinity;
  let answeredAt = -Infinity;
  let timer = null;

  const shown = () => screens.findIndex((screen) => !screen.hidden);

  function show(section) {
    for (const each of [...screens, find("thanks")]) each.hidden = each !== section;
    find("too-soon").textContent = "";
    window.scrollTo(0, 0);
    section.querySelector("h1").focus();
  }

  function start() {
    clearTimeout(timer);
    [given, firstTapAt] = [{}, null];
    show(screens[0]);
  }

  function throwAway() {
    thrownAway += 1;
    write("thrownAway", thrownAway).catch(() => {});
  }

  const isTooSoon = () => performance.now() - answeredAt < seconds * 1_000;

  async function choose(form, button) {
    const now = performance.now();
    if (isTooSoon() || now - chosenAt < DOUBLE_TAP_MS) {
      throwAway();
      find("too-soon").textContent = find("too-soon").dataset.words;
      return;
    }
    chosenAt = now;
    firstTapAt ??= new Date().toISOString();
    if (button.value !== "") given[button.name] = button.value;
    const next = screens[shown() + 1];
    if (next !== undefined) {
      show(next);
      return;
    }
    answeredAt = now;
    show(find("thanks"));
    timer = setTimeout(start, THANKS_MS);
    await keepAnswer(form);
  }

  /** Keep what was given. Where the device cannot, the form carries it to the server at once. */
  async function keepAnswer(form) {
    const [answers, at, thrown] = [given, firstTapAt, thrownAway];
    [given, firstTapAt, thrownAway] = [{}, null, 0];
    const key = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const answer = { key, version, at, answers, thrown_away: thrown };
    try {
      await kept("readwrite", (all, notes) => {
        notes.put(thrownAway, "thrownAway");
        return all.put(answer);
      });
    } catch {
      sendForm(form, answers);
      return;
    }
    await showKept();
    handOver();
  }

  function sendForm(form, answers) {
    for (const screen of screens) {
      const name = screen.querySelector("button").name;
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value: answers[name] ?? "" }));
    }
    form.submit();
  }

  // Somebody may have gone

  let idle = null;

  const isAtRest = () =>
    firstTapAt === null && !document.documentElement.classList.contains("large") && document.querySelector("dialog[open]") === null;

  function awake() {
    clearTimeout(idle);
    if (!find("still-there").open) idle = setTimeout(askWhetherThere, IDLE_MS);
  }

  function askWhetherThere() {
    if (isAtRest() || !find("thanks").hidden) return;
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
    find("still-there").showModal();
    idle = setTimeout(leave, STILL_THERE_MS);
  }

  /** Back to the start for the next visitor. What was tapped counts: leaving skips the rest. */
  function leave() {
    find("still-there").close();
    setLarge(false);
    if (firstTapAt !== null) keepAnswer(screens[0].querySelector("form"));
    start();
  }

  // Handing over

  let isHandingOver = false;
  let pause = FIRST_PAUSE_MS;
  let again = null;
  let newestVersion = version;
  let { nonce } = kiosk.dataset;
  let versionOfNonce = version;

  async function handOver() {
    if (isHandingOver) return;
    isHandingOver = true;
    clearTimeout(again);
    try {
      for (let answers = await allKept(); answers.length > 0; answers = await allKept()) {
        const told = await send(answers.slice(0, MOST_AT_ONCE));
        newestVersion = told.version;
        if (told.answers.length === 0) throw new Error("nothing was taken");
        await kept("readwrite", (all, notes) => {
          for (const { key } of told.answers) all.delete(key);
          notes.put(Date.now(), "lastAt");
        });
        await showKept();
      }
      pause = FIRST_PAUSE_MS;
    } catch {
      again = setTimeout(handOver, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    } finally {
      isHandingOver = false;
      await showKept();
    }
  }

  async function send(answers, mayLoadAgain = true) {
    const response = await fetch(kiosk.dataset.handOver, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ nonce, version: versionOfNonce, device_now: new Date().toISOString(), answers }),
      signal: AbortSignal.timeout(REQUEST_MS),
    });
    if (response.status === 403 && mayLoadAgain) {
      await takeNewNonce();
      return send(answers, false);
    }
    if (!response.ok) throw new Error(`answered with ${response.status}`);
    return response.json();
  }

  /** The PIN was changed since this page came: it holds no longer, but what it kept does. */
  async function takeNewNonce() {
    const text = await (await fetch(location.pathname, { cache: "no-store" })).text();
    const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("kiosk");
    if (fresh === null) throw new Error("no page of a kiosk");
    nonce = fresh.dataset.nonce;
    versionOfNonce = Number(fresh.dataset.version);
    if ("pin" in fresh.dataset) kiosk.dataset.pin = fresh.dataset.pin;
  }

  async function showKept() {
    const line = find("kept");
    if (line === null) return;
    const [answers, lastAt] = [await allKept(), await note("lastAt")];
    const { none, one, many, oldOne, old, last, never } = line.dataset;
    const isOld = answers.some(({ at }) => Date.now() - Date.parse(at) > DAY_MS);
    line.classList.toggle("is-old", isOld);
    const words = (isOld ? [none, oldOne, old] : [none, one, many])[Math.min(answers.length, 2)];
    line.children[0].textContent = words.replace("{n}", answers.length.toLocaleString());
    line.children[1].textContent = lastAt === undefined ? never : last.replace("{when}", timeOf(new Date(lastAt)));
    line.hidden = false;
  }

  function timeOf(moment) {
    const isToday = moment.toDateString() === new Date().toDateString();
    const day = isToday ? {} : { day: "numeric", month: "short" };
    return moment.toLocaleString(document.documentElement.lang, { ...day, hour: "2-digit", minute: "2-digit" });
  }

  // Bigger text, reading aloud

  function setLarge(isLarge) {
    document.documentElement.classList.toggle("large", isLarge);
    find("text-size").setAttribute("aria-pressed", String(isLarge));
  }

  function readAloud() {
    const screen = screens[shown()];
    if (screen === undefined) return;
    const words = [...screen.querySelectorAll("h1, .hint, button")].map((each) => each.textContent.trim());
    const speech = new SpeechSynthesisUtterance(words.join(". "));
    speech.lang = document.documentElement.lang;
    speechSynthesis.cancel();
    speechSynthesis.speak(speech);
  }

  // For staff

  async function openForStaff() {
    if (kiosk.dataset.pin === "") return openPanel();
    find("pin").value = "";
    find("pin-wrong").textContent = "";
    find("pin-pad").showModal();
  }

  async function tryPin() {
    const said = find("pin-wrong");
    const pin = find("pin").value;
    find("pin").value = said.textContent = "";
    if (((await note("noPinUntil")) ?? 0) > Date.now()) {
      said.textContent = said.dataset.wait;
      return;
    }
    if (await checkPin(pin, kiosk.dataset.pin)) {
      await write("wrongPins", 0);
      find("pin-pad").close();
      await openPanel();
      return;
    }
    const wrong = ((await note("wrongPins")) ?? 0) + 1;
    const isOnceTooMany = wrong >= MOST_WRONG_PINS;
    await write("wrongPins", isOnceTooMany ? 0 : wrong);
    if (isOnceTooMany) await write("noPinUntil", Date.now() + WAIT_AFTER_WRONG_PINS_MS);
    said.textContent = isOnceTooMany ? said.dataset.wait : said.dataset.wrong;
    find("pin").focus();
  }

  /** `hashed` is iterations$salt$hash, as the server made it (responses/kiosk/pins.py). */
  async function checkPin(pin, hashed) {
    const [iterations, salt, hash] = hashed.split("$");
    const bytes = Uint8Array.from(salt.match(/../g), (pair) => parseInt(pair, 16));
    const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
    const way = { name: "PBKDF2", hash: "SHA-256", salt: bytes, iterations: Number(iterations) };
    const found = new Uint8Array(await crypto.subtle.deriveBits(way, key, 256));
    return [...found].map((byte) => byte.toString(16).padStart(2, "0")).join("") === hash;
  }

  async function openPanel() {
    const keeps = await navigator.serviceWorker?.getRegistration(kiosk.dataset.worker);
    find("panel-kept").textContent = [...find("kept").children].map((part) => part.textContent).join(", ");
    find("panel-thrown").textContent = find("panel-thrown").dataset.words.replace("{n}", thrownAway);
    find("panel-offline").textContent = find("panel-offline").dataset[keeps?.active ? "yes" : "no"];
    find("staff-panel").showModal();
  }

  async function fillScreen() {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await document.documentElement.requestFullscreen();
  }

  // Without a network

  async function workOffline() {
    if (!navigator.serviceWorker) return;
    await navigator.serviceWorker.register(kiosk.dataset.worker, { scope: "/k/" });
    const { active } = await navigator.serviceWorker.ready;
    const files = [...document.querySelectorAll("link[href], script[src], img[src]")].map((each) => each.href ?? each.src);
    navigator.serviceWorker.onmessage = () => kiosk.setAttribute("data-works-offline", "");
    active.postMessage({ page: location.origin + location.pathname, files });
    await navigator.storage?.persist?.();
  }

  /** Take over what changed, where the page will come back for sure. */
  function refresh() {
    if (isAtRest() && find("thanks").hidden && navigator.onLine && navigator.serviceWorker?.controller) location.reload();
  }

  function listen() {
    for (const screen of screens) {
      const form = screen.querySelector("form");
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        choose(form, event.submitter);
      });
      screen.querySelector(".again a")?.addEventListener("click", (event) => {
        event.preventDefault();
        start();
      });
    }
    find("next").addEventListener("click", (event) => {
      event.stopPropagation();
      start();
    });
    find("thanks").closest("main").addEventListener("click", () => {
      if (!find("thanks").hidden && isTooSoon()) throwAway();
    });
    for (const happens of ["pointerdown", "keydown"]) document.addEventListener(happens, awake, true);

    find("text-link").hidden = true;
    find("text-size").hidden = false;
    find("text-size").addEventListener("click", () => setLarge(!document.documentElement.classList.contains("large")));
    find("read-aloud").hidden = !("speechSynthesis" in window);
    find("read-aloud").addEventListener("click", readAloud);
    find("stay").addEventListener("click", () => {
      find("still-there").close();
      awake();
    });
    find("still-there").addEventListener("cancel", awake);

    find("staff").hidden = !(crypto.subtle || kiosk.dataset.pin === "");
    find("staff").addEventListener("click", openForStaff);
    find("pin-form").addEventListener("submit", (event) => {
      event.preventDefault();
      tryPin();
    });
    find("pin-form").querySelector(".digits").addEventListener("click", ({ target }) => {
      if (target.type !== "button") return;
      find("pin").value = target.value === "back" ? find("pin").value.slice(0, -1) : (find("pin").value + target.value).slice(0, 8);
    });
    for (const button of document.querySelectorAll("dialog .close")) {
      button.addEventListener("click", () => button.closest("dialog").close());
    }
    find("hand-over").addEventListener("click", async () => {
      await handOver();
      find("panel-kept").textContent = [...find("kept").children].map((part) => part.textContent).join(", ");
    });
    find("fill-screen").addEventListener("click", fillScreen);
    setInterval(() => newestVersion !== version && refresh(), LONGEST_PAUSE_MS);
    setInterval(refresh, REFRESH_MS);
  }

  keeping.then(async () => {
    if (screens.length > 0) {
      thrownAway = (await note("thrownAway")) ?? 0;
      listen();
      workOffline().catch(() => {});
    }
    addEventListener("online", () => {
      pause = FIRST_PAUSE_MS;
      handOver();
    });
    setInterval(handOver, LONGEST_PAUSE_MS);
    await showKept();
    kiosk.setAttribute("data-is-ready", "");
    handOver();
  }, () => {}); // nothing can be kept here: the forms are sent
})();
