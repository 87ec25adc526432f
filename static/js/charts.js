/* Draws each chart of a page with Plotly in the place of its static picture. Without this script, or when a chart cannot be
   drawn, picture and table stay; nothing is known here that is not in the table. Whoever drags a part of the time open is
   told which, with the way back. */
"use strict";

(() => {
  const NARROW = 512; // pixels; staff.css changes the static picture at the same width (32rem)
  const figures = Array.from(document.querySelectorAll("figure[data-chart]"));

  for (const figure of figures) {
    figure.querySelector("details").open = false;
  }

  // where small charts stand beside it, a table waits behind its name; on a phone it is all there is
  for (const details of document.querySelectorAll("details[data-table]")) {
    let wasOpen = (details.open = window.matchMedia("(max-width: 48rem)").matches);
    // on paper the table stands instead of the small charts
    window.addEventListener("beforeprint", () => {
      wasOpen = details.open;
      details.open = true;
    });
    window.addEventListener("afterprint", () => {
      details.open = wasOpen;
    });
  }

  /* the names at the right are those of the newest points: they go when these are out of sight */
  function watchZoom(figure, canvas, redraw) {
    const line = figure.querySelector(".zoomed");
    const [words, button] = [line.querySelector("span"), line.querySelector("button")];
    let isZoomed = false;

    function say() {
      const names = canvas.layout.meta;
      const [low, high] = canvas.layout.xaxis.range;
      const first = Math.max(0, Math.ceil(low));
      const last = Math.min(names.length - 1, Math.floor(high));
      const isAll = first === 0 && last === names.length - 1;
      const within = first < last ? `${names[first]} to ${names[last]}` : names[Math.round((low + high) / 2)];
      words.textContent = isAll ? "" : `Zoomed in on ${within}.`;
      button.hidden = isAll;
      if (isAll !== isZoomed) {
        return;
      }
      isZoomed = !isAll;
      const labels = canvas.layout.annotations.flatMap((each, place) => (each.name === "newest" ? [place] : []));
      Plotly.relayout(canvas, Object.fromEntries(labels.map((place) => [`annotations[${place}].visible`, isAll])));
    }

    async function showAll() {
      isZoomed = false;
      words.textContent = "";
      button.hidden = true;
      await redraw();
    }

    button.addEventListener("click", async () => {
      await showAll();
      figure.querySelector("summary").focus();
    });
    if (Array.isArray(canvas.layout.meta)) {
      canvas.on("plotly_relayout", say);
    }
    return showAll;
  }

  async function draw(figure) {
    const canvas = figure.querySelector(".canvas");
    const show = (drawn) => {
      canvas.hidden = !drawn;
      figure.querySelector(".picture").hidden = drawn;
    };
    try {
      const chart = JSON.parse(canvas.dataset.figure);
      const isNarrow = () => figure.clientWidth < NARROW;
      const layout = () => structuredClone(isNarrow() ? chart.narrow : chart.layout);
      const options = { displayModeBar: false, responsive: true };
      show(true);
      await Plotly.newPlot(canvas, chart.data, layout(), options);
      const showAll = watchZoom(figure, canvas, () => Plotly.react(canvas, chart.data, layout(), options));
      let wasNarrow = isNarrow();
      window.addEventListener("resize", () => {
        if (isNarrow() !== wasNarrow) {
          wasNarrow = isNarrow();
          showAll();
        }
      });
    } catch (error) {
      show(false);
      console.error(error);
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (window.Plotly) {
      figures.forEach(draw);
    }
  });
})();
