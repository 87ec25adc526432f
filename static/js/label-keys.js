/* In the review queue the keys 1 to 4 choose a label: only while the focus is in its box, and only while the box is ticked that says so. Without
   this script the radio buttons do the same. */
(() => {
  "use strict";

  const KEPT_AS = "label-keys-off";
  const form = document.querySelector("[data-label-keys]");
  if (form === null) return;
  const choices = form.querySelectorAll("input[name=label]");
  const offer = form.querySelector("[data-keys]");
  const isOn = offer.querySelector("input");

  const kept = (act) => {
    try {
      return act(window.localStorage);
    } catch {
      return null; // a browser that keeps nothing: they are on at each page
    }
  };

  offer.hidden = false;
  isOn.checked = kept((store) => store.getItem(KEPT_AS)) === null;
  isOn.addEventListener("change", () => {
    kept((store) => (isOn.checked ? store.removeItem(KEPT_AS) : store.setItem(KEPT_AS, "yes")));
  });
  form.addEventListener("keydown", (event) => {
    if (!isOn.checked || event.ctrlKey || event.altKey || event.metaKey) return;
    const choice = choices[Number(event.key) - 1];
    if (choice === undefined) return;
    event.preventDefault();
    choice.checked = true;
    choice.focus();
  });
  if ("goesOn" in form.dataset) form.focus({ preventScroll: true }); // who has just saved one goes on with the next
})();
