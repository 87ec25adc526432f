/* Counts every figure of the pack again in the reader's browser: from the counts in its passport, with Wilson's interval, and
   the SHA-256 of the passport's text. Nothing leaves the machine. Own code throughout, so that it can be read in a minute. */
"use strict";

(() => {
  const Z = 1.959963984540054; // 97.5% of the normal distribution
  const CLOSE = 1e-9;
  const pack = JSON.parse(document.getElementById("pack-data").textContent);

  function sha256(text) {
    const bytes = new TextEncoder().encode(text);
    const primes = [];
    for (let n = 2; primes.length < 64; n += 1) {
      if (primes.every((prime) => n % prime)) primes.push(n);
    }
    const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
    const constants = primes.map((prime) => fraction(Math.cbrt(prime)));
    const state = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
    const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
    view.setUint32(padded.length - 4, bytes.length << 3);
    const turn = (word, by) => (word >>> by) | (word << (32 - by));
    const words = new Int32Array(64);
    for (let at = 0; at < padded.length; at += 64) {
      for (let i = 0; i < 64; i += 1) {
        if (i < 16) {
          words[i] = view.getInt32(at + 4 * i);
        } else {
          const low = turn(words[i - 15], 7) ^ turn(words[i - 15], 18) ^ (words[i - 15] >>> 3);
          const high = turn(words[i - 2], 17) ^ turn(words[i - 2], 19) ^ (words[i - 2] >>> 10);
          words[i] = (words[i - 16] + low + words[i - 7] + high) | 0;
        }
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i += 1) {
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + constants[i] + words[i]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((word, i) => {
        state[i] = (state[i] + word) | 0;
      });
    }
    return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  function wilson(numerator, base) {
    const share = numerator / base;
    const centre = numerator + (Z * Z) / 2;
    const reach = Z * Math.sqrt(numerator * (1 - share) + (Z * Z) / 4);
    return {
      low: numerator === 0 ? 0 : (centre - reach) / (base + Z * Z),
      high: numerator === base ? 1 : (centre + reach) / (base + Z * Z),
    };
  }

  function adjustedWald(plus, minus, base) {
    const n = base + 3;
    const up = (plus + 0.75) / n;
    const down = (minus + 0.75) / n;
    const reach = Z * Math.sqrt((up + down - (up - down) ** 2) / n);
    return { low: Math.max(-1, up - down - reach), high: Math.min(1, up - down + reach) };
  }

  function median(counts) {
    const values = Object.keys(counts).map(Number).sort((one, other) => one - other);
    const total = values.reduce((sum, value) => sum + counts[value], 0);
    const at = (rank) => {
      let seen = 0;
      return values.find((value) => (seen += counts[value]) >= rank);
    };
    return (at(Math.floor((total + 1) / 2)) + at(Math.floor(total / 2) + 1)) / 2;
  }

  function recount(passport, figure) {
    const counts = passport.counts.by_value;
    const total = (weigh) => Object.entries(counts).reduce((sum, [code, n]) => sum + weigh(figure.weights[code]) * n, 0);
    const base = total(() => 1);
    const numerator = total((weight) => weight);
    switch (figure.unit) {
      case "share":
        return { numerator, base, value: numerator / base, ...wilson(numerator, base) };
      case "net_share": {
        const plus = total((weight) => (weight > 0 ? 1 : 0));
        const minus = total((weight) => (weight < 0 ? 1 : 0));
        return { numerator, base, value: numerator / base, ...adjustedWald(plus, minus, base) };
      }
      case "mean":
        return { numerator, base, value: numerator / base };
      case "days":
        return { base, value: median(counts) };
      default:
        return { numerator, base, value: numerator };
    }
  }

  const plain = (cell) => (/^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell); // the mark that keeps spreadsheets from running it

  function rowsOf(csv) {
    const rows = [[]];
    for (const [, quoted, bare, end] of csv.replace(/^\ufeff/, "").matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
      rows[rows.length - 1].push(plain(quoted === undefined ? bare : quoted.replaceAll('""', '"')));
      if (end !== ",") rows.push([]);
    }
    const [header, ...lines] = rows.filter((row) => row.length > 1);
    return lines.map((line) => Object.fromEntries(line.map((cell, i) => [header[i], cell])));
  }

  function problemsOf(row) {
    const figure = pack.figures[row.exhibit];
    const text = pack.passports[row.passport];
    if (!figure || !text) return { problems: ["no passport of it is in this page"] };
    const problems = [];
    const digest = sha256(text);
    if (`p1-${digest.slice(0, 20)}` !== row.passport) problems.push("its passport does not fit its code");
    const counted = recount(JSON.parse(text), figure);
    for (const [name, value] of Object.entries(counted)) {
      if (row[name] === "" || Math.abs(Number(row[name]) - value) > CLOSE) {
        problems.push(`${name} is ${row[name] || "empty"} in the file and ${value} from the counts`);
      }
    }
    if (row.shown !== figure.shown) problems.push(`the file says ${row.shown}, the pages say ${figure.shown}`);
    return { problems, counted, digest };
  }

  const percent = (share) => `${(100 * share).toFixed(4)}%`;
  const shown = (value, unit) => (unit === "share" || unit === "net_share" ? percent(value) : String(Math.round(value * 1e6) / 1e6));

  function cell(row, text, className) {
    const made = row.appendChild(document.createElement("td"));
    made.textContent = text;
    if (className) made.className = className;
  }

  function run(csv, name) {
    const body = document.getElementById("recounted");
    body.replaceChildren();
    const rows = rowsOf(csv);
    let same = 0;
    for (const row of rows) {
      const { problems, counted, digest } = problemsOf(row);
      const line = body.appendChild(document.createElement("tr"));
      cell(line, row.exhibit || "?");
      const head = line.appendChild(document.createElement("th"));
      head.scope = "row";
      head.textContent = row.where ? `${row.title} (${row.where})` : row.title || "";
      cell(line, row.shown || "", "number");
      const unit = pack.figures[row.exhibit]?.unit;
      cell(line, counted ? shown(counted.value, unit) : "", "number");
      cell(line, counted?.low === undefined ? "not counted here" : `${shown(counted.low, unit)} to ${shown(counted.high, unit)}`, "number");
      cell(line, digest ? digest.match(/.{1,8}/g).join(" ") : "", "code");
      cell(line, problems.length ? `Not the same: ${problems.join("; ")}` : "Same", problems.length ? "not-same" : "same");
      same += problems.length ? 0 : 1;
    }
    const missing = Object.keys(pack.figures).filter((exhibit) => !rows.some((row) => row.exhibit === exhibit));
    const all = rows.length > 0 && same === rows.length && missing.length === 0;
    const result = document.getElementById("result");
    result.className = all ? "good" : "notice";
    result.textContent = all
      ? `All ${same} figures of ${name} are the same when they are counted again here.`
      : `${rows.length - same} of ${rows.length} figures of ${name} are not the same.` +
        (missing.length ? ` Missing: ${missing.join(", ")}.` : "");
  }

  document.getElementById("own-file").addEventListener("change", (event) => {
    const [file] = event.target.files;
    if (file) file.text().then((text) => run(text, file.name));
  });
  document.getElementById("needs-scripts").hidden = false;
  run(pack.csv, "figures.csv");
})();
