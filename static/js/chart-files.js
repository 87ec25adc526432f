/* Saves the picture of a chart as PNG: the same picture as its SVG, drawn by the browser at twice its size. Without this
   script the SVG is there. */
"use strict";

(() => {
  const SCALE = 2; // sharp enough for a slide and for paper

  function drawn(image) {
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * SCALE;
    canvas.height = image.naturalHeight * SCALE;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  }

  async function save(svg) {
    const answer = await fetch(svg.href);
    if (!answer.ok) {
      throw new Error(`the picture did not come: ${answer.status}`);
    }
    const name = /filename="([^"]+)\.svg"/.exec(answer.headers.get("Content-Disposition"))?.[1] ?? "chart";
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await answer.text())}`;
    await image.decode();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await drawn(image));
    link.download = `${name}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // some browsers read it only then
  }

  for (const button of document.querySelectorAll("button[data-png]")) {
    const svg = button.parentElement.querySelector("a[data-svg]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        await save(svg);
      } catch (error) {
        console.error(error);
        window.location.assign(svg.href); // the same picture, in the format that needs no drawing
      }
      button.disabled = false;
    });
  }
})();
