/* Shows colours while they are typed: previews are filled anew, and the contrast is said by the rule of WCAG 2.2 that the server checks by
   (organisation/contrast.py). Without this script the button Preview does the same. */
"use strict";

(() => {
  const form = document.querySelector("form[data-colours]");
  if (!form) return;
  const READABLE = 4.5;
  const AGAINST = { brand: "#ffffff", link: "#f4f6f8" };

  function read(text) {
    const found = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim());
    if (!found) return null;
    const digits = found[1].toLowerCase();
    return `#${digits.length === 6 ? digits : [...digits].map((digit) => digit + digit).join("")}`;
  }

  function luminance(colour) {
    const [red, green, blue] = [1, 3, 5]
      .map((start) => parseInt(colour.slice(start, start + 2), 16) / 255)
      .map((channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function contrast(one, other) {
    const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
  }

  for (const name of Object.keys(AGAINST)) {
    form.elements[name].addEventListener("input", (event) => {
      const colour = read(event.target.value);
      const said = form.querySelector(`[data-reading="${name}"]`);
      if (!colour) {
        said.textContent = "this is no colour yet";
        return;
      }
      const ratio = Math.floor(contrast(colour, AGAINST[name]) * 100) / 100;
      said.textContent = ratio >= READABLE ? `${ratio}:1: can be read` : `${ratio}:1: ${READABLE}:1 is needed. Preview shows the nearest that can be read`;
      document.querySelectorAll(`[data-fill="${name}"]`).forEach((shape) => shape.setAttribute("fill", colour));
      document.querySelectorAll(`[data-stroke="${name}"]`).forEach((shape) => shape.setAttribute("stroke", colour));
    });
  }
})();
