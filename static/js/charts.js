/* Draws each chart of a page with Plotly in the place of its static picture. Without this script, or when a chart cannot be
   drawn, picture and table stay; nothing is known here that is not in the table. Whoever drags a part of the time open is
   told which, with the way back. */
"use strict";

(() => {
  const CHARACTER = 8; // pixels
  const MARGINS = 204; // pixels beside the points
  const ROOMY = 14; // points: up to so many say their bases
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

  /* Under the points of a part that is dragged open: each with its base where there is room, and the year where one begins. */
  function ticks(periods, first, last, width) {
    const shown = last - first + 1;
    const longest = Math.max(...periods.slice(first, last + 1).map((each) => Math.max(each.label.length, 4)));
    const step = Math.ceil((shown * longest * CHARACTER) / width);
    const places = Array.from({ length: shown }, (_, place) => first + place).filter((at) => (at - first) % step === 0);
    const hasBases = step === 1 && shown <= ROOMY && periods.some((each) => each.base);
    const words = places.map((at, order) => {
      const { label, base, group } = periods[at];
      const isNew = order === 0 || periods[places[order - 1]].group !== group;
      return [label, ...(hasBases ? [base || "–"] : []), ...(isNew && group ? [group] : [])].join("<br>");
    });
    return [places, words];
  }

  /* the names at the right are those of the newest points: they go when these are out of sight */
  function watchZoom(figure, canvas, redraw) {
    const line = figure.querySelector(".zoomed");
    const [words, button] = [line.querySelector("span"), line.querySelector("button")];
    let shown = "";

    async function say() {
      const periods = canvas.layout.meta;
      const [low, high] = canvas.layout.xaxis.range;
      const first = Math.max(0, Math.ceil(low));
      const last = Math.min(periods.length - 1, Math.floor(high));
      const part = `${low} ${high}`;
      if (part === shown) {
        return; // our own change of the labels, told again
      }
      if (first === 0 && last === periods.length - 1) {
        if (shown) {
          await showAll();
        }
        return;
      }
      shown = part;
      const ends = [first, last].map((at) => periods[Math.min(Math.max(at, 0), periods.length - 1)].name);
      const within = first < last ? ends.join(" to ") : periods[Math.round((low + high) / 2)].name;
      words.textContent = `Zoomed in on ${within}.`;
      button.hidden = false;
      const [places, labels] = first <= last ? ticks(periods, first, last, canvas.clientWidth - MARGINS) : [[], []];
      const gone = canvas.layout.annotations.flatMap((each, at) => (["newest", "group"].includes(each.name) ? [at] : []));
      const unseen = gone.map((at) => [`annotations[${at}].visible`, false]);
      Plotly.relayout(canvas, {
        "xaxis.tickvals": places,
        "xaxis.ticktext": labels,
        ...Object.fromEntries(unseen),
      });
    }

    async function showAll() {
      shown = "";
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
