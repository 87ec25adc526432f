/* Draws each chart of a page with Plotly in the place of its static picture. Without this script, or when a chart cannot be
   drawn, picture and table stay; nothing is known here that is not in the table. */
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
      let wasNarrow = isNarrow();
      window.addEventListener("resize", () => {
        if (isNarrow() !== wasNarrow) {
          wasNarrow = isNarrow();
          Plotly.react(canvas, chart.data, layout(), options);
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
