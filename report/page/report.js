// The report in the browser: which page is shown under which switches, the numbers added up for it, and their text.
// Every name is written with textContent. Nothing here asks the network for anything.
"use strict";
(async () => {
  const byId = (id) => document.getElementById(id);
  const site = await unpacked(byId("packed").textContent);
  const DAY = 86400000;
  const lastDay = Date.parse(site.as_of_day);
  const firstDay = Date.parse(site.first_day);
  const cubes = Object.fromEntries(Object.entries(site.cubes).map(([name, cube]) => [name, { name, query: cube.query, ...columnsOf(cube) }]));
  const state = {};
  const ROWS_AT_FIRST = 12;
  let drawing = 0;

  async function unpacked(text) {
    const bytes = Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  function columnsOf(cube) {
    const columns = {};
    let count = 0;
    for (const [name, column] of Object.entries(cube.columns)) {
      count = (column.codes || column.numbers).length;
      columns[name] = column.codes
        ? { at: (row) => column.words[column.codes[row]], words: column.words, codes: column.codes }
        : { at: (row) => column.numbers[row] };
    }
    if (columns.day) {
      const weeks = columns.day.words.map((day) => iso(lastDay - 7 * DAY * Math.floor((lastDay - Date.parse(day)) / DAY / 7) - 6 * DAY));
      const months = columns.day.words.map((day) => day.slice(0, 7) + "-01");
      columns.week = { at: (row) => weeks[columns.day.codes[row]], words: weeks, codes: columns.day.codes };
      columns.month = { at: (row) => months[columns.day.codes[row]], words: months, codes: columns.day.codes };
    }
    return { columns, count };
  }

  // ---- What can be chosen ------------------------------------------------------------------------------------------

  function iso(time) { return new Date(time).toISOString().slice(0, 10); }
  function monthName(day) { return new Date(day).toLocaleDateString("en", { month: "long", year: "numeric", timeZone: "UTC" }); }
  function dayName(time) { return new Date(time).toLocaleDateString("en", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }); }
  function words(text) { const plain = String(text).replaceAll("_", " ").replace(/^utm /, "UTM "); return plain.charAt(0).toUpperCase() + plain.slice(1); }
  function monthEnd(day) { const first = new Date(day); return Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0); }

  function periods() {
    const found = [];
    for (const weeks of [4, 12, 26, 52]) {
      const from = lastDay - 7 * weeks * DAY + DAY;
      if (from >= firstDay || weeks === 4) found.push({ value: `${weeks}w`, label: `Last ${weeks} weeks`, from: from, to: lastDay, before: [from - 7 * weeks * DAY, from - DAY], beforeLabel: `the ${weeks} weeks before` });
    }
    found.push({ value: "all", label: "Everything", from: firstDay, to: lastDay, before: null });
    for (let month = Date.parse(site.as_of_day.slice(0, 7) + "-01"); monthEnd(month) >= firstDay; ) {
      const day = new Date(month);
      const previous = Date.UTC(day.getUTCFullYear(), day.getUTCMonth() - 1, 1);
      const isWhole = monthEnd(month) <= lastDay;
      found.push({ value: iso(month).slice(0, 7), label: monthName(month) + (isWhole ? "" : " so far"), from: month, to: Math.min(monthEnd(month), lastDay), before: isWhole ? [previous, month - DAY] : null, beforeLabel: monthName(previous) });
      month = previous;
    }
    return found;
  }

  const currencies = new Set(site.brands.map((brand) => brand.currency));
  const choices = {
    brand: { label: "Brand", options: site.brands.map((brand) => ({ value: brand.brand, label: brand.name })) },
    period: { label: "Period", options: periods() },
    model: { label: "Attribution model", options: [...new Set(cubes.models.columns.model.words || [])].sort().map((model) => ({ value: model, label: words(model) })) },
    basis: { label: "Leads and sales stand on", options: [{ value: "conversion", label: "the day of the conversion" }, { value: "touch", label: "the day of the touch" }] },
    conversion_type: { label: "What is credited", options: [["lead", "Leads"], ["qualified_lead", "Qualified leads"], ["first_sale", "First sales"], ["repeat_sale", "Repeat sales"]].map(([value, label]) => ({ value, label })) },
  };
  // Money in two currencies has no sum.
  if (site.brands.length > 1 && currencies.size === 1) choices.brand.options.unshift({ value: "", label: "All brands" });
  const usual = { brand: choices.brand.options[0]?.value ?? "", period: choices.period.options.some((one) => one.value === "12w") ? "12w" : choices.period.options[0].value, model: "last_non_direct", basis: "conversion", conversion_type: "lead" };

  function readAddress() {
    const [page, query] = location.hash.slice(1).split("?");
    const asked = new URLSearchParams(query || "");
    state.page = site.pages.some((one) => one.name === page) ? page : site.pages[0].name;
    for (const name of Object.keys(choices)) {
      const value = asked.get(name);
      state[name] = choices[name].options.some((option) => option.value === value) ? value : state[name] ?? usual[name];
    }
  }
  function address(page) {
    const asked = new URLSearchParams();
    for (const name of Object.keys(choices)) if (state[name] !== usual[name]) asked.set(name, state[name]);
    return "#" + page + (asked.size ? "?" + asked : "");
  }
  function period() { return choices.period.options.find((one) => one.value === state.period); }

  // ---- How numbers are written -------------------------------------------------------------------------------------

  function brand() { return site.brands.find((one) => one.brand === state.brand) || site.brands[0] || { currency: "EUR", language: "en", name: "" }; }
  const writers = new Map();
  function writer(options) {
    const key = brand().language + JSON.stringify(options);
    if (!writers.has(key)) {
      let made;
      try { made = new Intl.NumberFormat(brand().language, options); } catch { made = new Intl.NumberFormat("en", options); }
      writers.set(key, made);
    }
    return writers.get(key);
  }
  function written(value, format) {
    if (value === null || value === undefined || (typeof value === "number" && !Number.isFinite(value))) return "–";
    if (typeof value !== "number") return String(value);
    const size = Math.abs(value);
    if (format === "money") return writer({ style: "currency", currency: brand().currency, minimumFractionDigits: size >= 100 || size === 0 ? 0 : 2, maximumFractionDigits: size >= 100 || size === 0 ? 0 : 2 }).format(value);
    if (format === "percent") return writer({ style: "percent", maximumFractionDigits: size < 0.1 ? 1 : size > 10 ? 0 : 0 }).format(value);
    if (format === "ratio") return writer({ minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);
    if (format === "decimal") return writer({ maximumFractionDigits: 2 }).format(value);
    return writer({ maximumFractionDigits: size >= 100 || Number.isInteger(value) ? 0 : 1 }).format(value);
  }
  // Along an axis: 12K $ or 12.000 €, as short as the language allows.
  function shortly(value, format) {
    if (format === "percent") return writer({ style: "percent", maximumFractionDigits: 1 }).format(value);
    const short = { notation: "compact", maximumFractionDigits: Math.abs(value) < 10 ? 2 : 1 };
    return writer(format === "money" ? { ...short, style: "currency", currency: brand().currency } : short).format(value);
  }
  const ORDERS = {
    weekday: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    lag: ["same day", "1 to 3 days", "4 to 7 days", "8 to 14 days", "15 days and more", "(no contact known)"],
  };
  function dimText(dim, value) {
    if (value === null || value === undefined) return "–";
    if (dim === "week") return "7 days from " + dayName(Date.parse(value));
    if (dim === "month" || dim === "cohort_month") return monthName(value);
    if (dim === "weekday") return ORDERS.weekday[value - 1];
    if (dim === "hour") return value + ":00";
    if (dim === "place") return String(value).replace(/^https?:\/\/(www\.)?/, "");
    if (dim === "flag" || dim === "model" || dim === "kind" || dim === "place_kind") return words(value);
    return String(value);
  }
  function dimValue(dim, value) {
    if (dim === "cohort_month") return String(value).slice(0, 7);
    if (["weekday", "model", "kind", "place"].includes(dim)) return dimText(dim, value);
    return value;
  }

  // ---- Adding up ---------------------------------------------------------------------------------------------------

  function kept(cube, where, from, to) {
    const tests = [];
    const { columns } = cube;
    const equal = (name, value, orNone) => {
      const column = columns[name];
      if (column.codes) {
        const code = column.words.indexOf(value);
        const none = orNone ? column.words.indexOf(null) : -2;
        tests.push((row) => column.codes[row] === code || column.codes[row] === none);
      } else tests.push((row) => column.at(row) === value);
    };
    if (columns.brand && state.brand) {
      const all = columns.brand.words.indexOf("(all)");
      const code = columns.brand.words.indexOf(state.brand);
      tests.push((row) => columns.brand.codes[row] === code || columns.brand.codes[row] === all);
    }
    // What is measured stands under no model and no basis.
    for (const name of ["model", "basis"]) if (columns[name] && where[name] === undefined && cube.name !== "restated") equal(name, state[name], true);
    for (const [name, value] of Object.entries(where)) if (value !== "*") equal(name, value.startsWith("$") ? state[value.slice(1)] : value, false);
    const days = columns.day || (columns.month && !columns.day ? columns.month : null);
    if (days && days.codes && from !== undefined) {
      const isIn = days.words.map((day) => {
        const start = Date.parse(day);
        return columns.day ? start >= from && start <= to : monthEnd(day) >= from && start <= to;
      });
      tests.push((row) => isIn[days.codes[row]]);
    }
    const rows = [];
    for (let row = 0; row < cube.count; row++) if (tests.every((test) => test(row))) rows.push(row);
    return rows;
  }

  function sumsNeeded(metrics) {
    const names = new Set();
    for (const name of metrics) {
      const metric = site.metrics[name];
      for (const part of metric.over || [metric.share || name]) names.add(part);
    }
    return [...names];
  }

  function finished(sums, metrics, totals) {
    const row = {};
    for (const name of metrics) {
      const metric = site.metrics[name];
      if (metric.over) {
        const [what, by] = metric.over.map((part) => sums[part]);
        row[name] = by > 0 && what !== null && !(metric.price && what === 0) ? what / by : null;
      }
      else if (metric.share) row[name] = totals[metric.share] ? sums[metric.share] / totals[metric.share] : null;
      else row[name] = sums[name];
    }
    return row;
  }

  // Rows by name, each metric a sum or a ratio of sums. A cube without a number has nothing to add and gives null.
  function added(cube, by, metrics, where, from, to) {
    const needed = sumsNeeded(metrics).filter((name) => cube.columns[name]);
    const none = () => Object.fromEntries(sumsNeeded(metrics).map((name) => [name, null]));
    const groups = new Map();
    const totals = none();
    for (const row of kept(cube, where || {}, from, to)) {
      const names = by.map((dim) => cube.columns[dim].at(row));
      const key = JSON.stringify(names);
      if (!groups.has(key)) groups.set(key, { names, sums: none() });
      const { sums } = groups.get(key);
      for (const name of needed) {
        const value = cube.columns[name].at(row);
        if (value === null || value === undefined) continue;
        sums[name] = (sums[name] ?? 0) + value;
        totals[name] = (totals[name] ?? 0) + value;
      }
    }
    const rows = [...groups.values()].map(({ names, sums }) => ({ ...Object.fromEntries(by.map((dim, place) => [dim, names[place]])), ...finished(sums, metrics, totals) }));
    return { rows, total: finished(totals, metrics, totals) };
  }

  function inOrder(rows, sort) {
    if (!sort) return rows;
    const place = (row) => (ORDERS[sort] ? ORDERS[sort].indexOf(row[sort]) : row[sort]);
    return rows.sort((one, other) => {
      const [a, b] = [place(one), place(other)];
      if (site.metrics[sort]) return (b ?? -Infinity) - (a ?? -Infinity);
      return a === b ? 0 : a === null ? 1 : b === null ? -1 : a < b ? -1 : 1;
    });
  }

  function rowsOf(element, from, to) {
    const cube = cubes[element.cube];
    let { rows } = added(cube, element.by, element.metrics, element.where, from, to);
    const main = element.metrics[0];
    if (element.top) {
      rows = rows.filter((row) => row[element.top.metric] > 0);
      rows = inOrder(rows, element.top.metric);
      // What is gathered under a name in brackets stands last, however large.
      const isRest = (row) => String(row[element.by[0]]).startsWith("(");
      rows = [...rows.filter((row) => !isRest(row)).slice(0, element.top.count), ...rows.filter(isRest)];
    }
    rows = rows.filter((row) => element.metrics.some((name) => row[name] !== null));
    return element.top && element.sort === element.top.metric ? rows : inOrder(rows, element.sort || main);
  }

  // ---- Text on the page --------------------------------------------------------------------------------------------

  function made(tag, properties, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) {
      if (name === "class") node.className = value;
      else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    for (const child of children.flat()) if (child !== null && child !== undefined) node.append(child);
    return node;
  }
  // `code` in a sentence of ours.
  function sentence(text) { return text.split("`").map((part, place) => (place % 2 ? made("code", {}, part) : part)); }

  function csv(headings, rows) {
    // A spreadsheet takes these for a formula.
    const cell = (value) => {
      let text = value === null || value === undefined ? "" : String(value);
      if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) text = "'" + text;
      return /[",\n\r]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
    };
    return "\ufeff" + [headings, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
  }
  function saved(name, text) {
    const link = made("a", { href: URL.createObjectURL(new Blob([text], { type: "text/csv" })), download: name.replace(/[^\w-]+/g, "-").toLowerCase() + ".csv" });
    link.click();
    URL.revokeObjectURL(link.href);
  }
  function tools(title, cube, headings, rows) {
    const table = /\bmarts\.(\w+)/.exec(cube.query)?.[1];
    const traced = table ? `leadgen trace ${table} --column COLUMN --where NAME=VALUE` : "";
    return [
      made("div", { class: "tools" }, made("button", { type: "button", onclick: () => saved(title, csv(headings(), rows())) }, "Save as CSV")),
      made("details", {}, made("summary", {}, "The query behind it"), made("pre", {}, cube.query),
        traced ? made("p", { class: "note" }, "The landed records behind one of its numbers: ", made("code", {}, traced)) : ""),
    ];
  }

  function tableOf(caption, by, metrics, rows) {
    return made("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": caption },
      made("table", {},
        made("caption", {}, caption),
        made("thead", {}, made("tr", {}, by.map((dim) => made("th", { scope: "col", class: "name" }, words(dim))), metrics.map((name) => made("th", { scope: "col", title: site.metrics[name].help }, site.metrics[name].label)))),
        made("tbody", {}, rows.map((row) => made("tr", {}, by.map((dim, place) => made(place ? "td" : "th", place ? { class: "name" } : { scope: "row", class: "name" }, dimText(dim, row[dim]))), metrics.map((name) => made("td", {}, written(row[name], site.metrics[name].format))))))));
  }

  // ---- Elements ----------------------------------------------------------------------------------------------------

  function tiles(element) {
    const cube = cubes[element.cube];
    const now = period();
    const { total } = added(cube, [], element.metrics, element.where, now.from, now.to);
    // A cube of months is compared only with whole months.
    const isComparable = now.before && now.before[0] >= firstDay && (cube.columns.day || !now.value.endsWith("w"));
    const before = isComparable ? added(cube, [], element.metrics, element.where, ...now.before).total : null;
    const plan = Object.keys(element.planned || {}).length ? planned(Object.values(element.planned), now) : null;
    const list = made("dl", { class: "tiles wide" });
    for (const name of element.metrics) {
      const metric = site.metrics[name];
      const tile = made("div", { class: "tile", "data-metric": name }, made("dt", { title: metric.help }, metric.label), made("dd", { class: "value" }, written(total[name], metric.format)));
      if (before) tile.append(made("dd", { class: "change " + judged(metric, total[name], before[name]) }, changed(metric, total[name], before[name], now.beforeLabel)));
      if (!cube.columns.day && cube.columns.month) tile.append(made("dd", { class: "change" }, wholeMonths(cube, now)));
      const ofPlan = plan && element.planned[name];
      if (ofPlan && plan.total[ofPlan] !== null) tile.append(made("dd", { class: "planned" }, `${plan.label}: ${written(plan.total[ofPlan], "percent")} of plan`));
      list.append(tile);
    }
    return list;
  }
  function planned(metrics, now) {
    const months = [...new Set(cubes.plan.columns.month.words || [])].filter((month) => Date.parse(month) >= now.from && monthEnd(month) <= now.to).sort();
    if (!months.length) return null;
    const short = (month) => new Date(month).toLocaleDateString("en", { month: "short", timeZone: "UTC" });
    const label = months.length === 1 ? short(months[0]) : `${short(months[0])} to ${short(months.at(-1))}`;
    return { label, total: added(cubes.plan, [], metrics, { is_planned: "yes" }, Date.parse(months[0]), monthEnd(months.at(-1))).total };
  }
  // What is told by month only counts the whole of each month that the period touches.
  function wholeMonths(cube, now) {
    const months = cube.columns.month.words.filter((month) => monthEnd(month) >= now.from && Date.parse(month) <= now.to).sort();
    const short = (month) => new Date(month).toLocaleDateString("en", { month: "short", timeZone: "UTC" });
    if (!months.length) return "no month of it";
    return months.length === 1 ? `all of ${short(months[0])}` : `all of ${short(months[0])} to ${short(months.at(-1))}`;
  }
  function changed(metric, value, before, label) {
    if (value === null || before === null || !before) return `${written(before, metric.format)} in ${label}`;
    if (metric.format === "percent") return `${written(before, metric.format)} in ${label}`;
    const share = value / before - 1;
    return `${share > 0 ? "▲ +" : share < 0 ? "▼ " : ""}${written(share, "percent")} on ${label}`;
  }
  function judged(metric, value, before) {
    if (!metric.good || value === null || before === null || Math.abs(value - before) < Math.abs(before) * 0.02) return "";
    return (value > before) === (metric.good === "up") ? "good" : "bad";
  }

  function card(element, ...content) {
    return made("section", { class: "card" + (element.wide ? " wide" : "") }, made("h2", {}, element.title), ...content, element.note ? made("p", { class: "note" }, sentence(element.note)) : null);
  }

  function chart(element) {
    const { from, to } = period();
    const isDated = site.pages.find((page) => page.name === state.page).switches.includes("period");
    const rows = rowsOf(element, isDated ? from : undefined, to);
    const figure = made("figure", { class: "card" + (element.wide ? " wide" : ""), "data-title": element.title }, made("h2", {}, element.title));
    if (!rows.length) {
      figure.append(made("p", { class: "empty" }, "There is nothing to show for this choice."));
      return figure;
    }
    const place = made("div", { class: "chart" });
    const by = element.by.filter((dim) => dim !== "bucket_order" && dim !== "step");
    if (element.least_width) {
      place.style.minWidth = element.least_width + "px";
      figure.append(made("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": element.title }, place));
    } else figure.append(place);
    if (element.note) figure.append(made("figcaption", { class: "note" }, sentence(element.note)));
    const behind = made("details", {}, made("summary", {}, "Table"));
    behind.append(tableOf(element.title, by, element.metrics, rows), ...tools(element.title, cubes[element.cube], () => [...by, ...element.metrics], () => rows.map((row) => [...by, ...element.metrics].map((name) => row[name]))));
    figure.append(behind);
    place.draw = () => drawn(place, element, rows);
    return figure;
  }

  // The same chart for each name that a column has, and the sentence that can be sent to whoever claims.
  function each(element) {
    const cube = cubes[element.cube];
    const column = cube.columns[element.of];
    const names = [...new Set(kept(cube, {}, undefined, undefined).map((row) => column.at(row)))].sort();
    const parts = document.createDocumentFragment();
    for (const name of names) {
      const one = { ...element, title: `${words(name)}: ${element.title.charAt(0).toLowerCase()}${element.title.slice(1)}`, where: { ...element.where, [element.of]: name } };
      const figure = chart(one);
      const { from, to } = period();
      const rows = rowsOf(one, from, to);
      if (rows.length) figure.insertBefore(made("blockquote", { class: "letter" }, letter(name, rows)), figure.querySelector("details"));
      parts.append(figure);
    }
    if (!names.length) parts.append(made("p", { class: "card wide empty" }, "Nobody claims anything here."));
    return parts;
  }
  function letter(name, rows) {
    const number = (step) => rows.find((row) => row.step === step)?.claim_conversions ?? 0;
    const count = (value) => written(Math.abs(value), "count");
    const causes = rows.filter((row) => row.step > 1 && row.step < 24 && row.claim_conversions).sort((one, other) => Math.abs(other.claim_conversions) - Math.abs(one.claim_conversions));
    const listed = (some) => some.map((row) => `${count(row.claim_conversions)} ${row.cause}`).join("; ");
    const less = causes.filter((row) => row.claim_conversions < 0);
    const more = causes.filter((row) => row.claim_conversions > 0);
    const months = wholeMonths(cubes.claims, period());
    return [
      `${words(name)}, ${months}: ${count(number(99))} are claimed and we count ${count(number(1))}.`,
      less.length ? ` Not in the claim: ${listed(less)}.` : "",
      more.length ? ` In the claim alone: ${listed(more)}.` : "",
      ` Unexplained: ${written(number(24), "count")}.`,
    ].join("");
  }

  async function drawn(place, element, rows) {
    const values = rows.map((row) => {
      const told = { ...row };
      for (const dim of element.by) { told[dim] = dimValue(dim, row[dim]); told[dim + "__text"] = dimText(dim, row[dim]); }
      for (const name of element.metrics) {
        told[name + "__text"] = written(row[name], site.metrics[name].format);
        // Two numbers beside each other are told apart by their labels.
        if (element.by.includes(site.metrics[name].label) === false) told[site.metrics[name].label] = row[name];
      }
      return told;
    });
    const spec = { ...legible(element.spec, values, place.clientWidth), datasets: { rows: values }, background: null, description: `${element.title}. The table below has the numbers.` };
    await vegaEmbed(place, spec, {
      actions: false, renderer: "svg", ast: true, expressionFunctions: { written: shortly }, tooltip: { theme: "custom" },
      config: {
        font: "system-ui, sans-serif", view: { stroke: null },
        axis: { labelColor: "var(--ink)", titleColor: "var(--soft)", gridColor: "var(--line)", domainColor: "var(--line)", tickColor: "var(--line)", labelFontSize: 12, titleFontSize: 12, titleFontWeight: 400, labelPadding: 6 },
        axisX: { grid: false }, axisY: { labelLimit: Math.max(120, place.clientWidth * 0.38) }, legend: { labelColor: "var(--ink)", labelFontSize: 12, symbolType: "square", offset: 4 }, text: { fontSize: 12 },
      },
    });
  }

  // A legend has as many columns as its longest word leaves room for.
  function legible(spec, values, width) {
    const color = spec.encoding?.color;
    if (!color?.legend) return spec;
    const named = color.scale?.domain || [...new Set(values.map((row) => row[color.field]))];
    const longest = Math.max(...named.map((word) => String(word).length));
    const columns = Math.max(1, Math.min(named.length, Math.floor((width - 90) / (longest * 7.2 + 26))));
    return { ...spec, encoding: { ...spec.encoding, color: { ...color, legend: { ...color.legend, columns } } } };
  }

  function table(element) {
    const { from, to } = period();
    const cube = cubes[element.cube];
    const names = element.metrics;
    const body = made("tbody");
    const line = (row, level, label, opens) => {
      const name = opens
        ? made("button", { type: "button", class: "open", "aria-expanded": "false" }, label)
        : label;
      return made("tr", { class: "level-" + level }, made("th", { scope: "row", class: "name" }, name), names.map((metric) => made("td", {}, written(row[metric], site.metrics[metric].format))));
    };
    const below = (level, where) => {
      const dim = element.by[level];
      if (dim) return { dim, rows: inOrder(added(cube, [dim], names, where, from, to).rows, element.sort).filter((row) => names.some((name) => row[name])) };
      if (!element.deeper) return { dim: null, rows: [] };
      const deeper = cubes[element.deeper.cube];
      return { dim: element.deeper.by, rows: inOrder(added(deeper, [element.deeper.by], names, where, from, to).rows, "lead_credit").filter((row) => names.some((name) => row[name])) };
    };
    const filled = (anchor, level, where) => {
      const { dim, rows } = below(level, where);
      const lines = [];
      for (const row of rows) {
        const inside = { ...where, [dim]: row[dim] };
        const opens = level <= element.by.length - (element.deeper ? 0 : 1) && dim !== element.deeper?.by && below(level + 1, inside).rows.length > 0;
        const made_ = line(row, level, dimText(dim, row[dim]), opens);
        if (opens) {
          let children = null;
          const button = made_.querySelector("button");
          button.addEventListener("click", () => {
            const isOpen = button.getAttribute("aria-expanded") === "true";
            button.setAttribute("aria-expanded", String(!isOpen));
            if (isOpen) { closed(children); children = null; } else children = filled(made_, level + 1, inside);
          });
          made_.close = () => { if (children) { button.setAttribute("aria-expanded", "false"); closed(children); children = null; } };
        }
        lines.push(made_);
      }
      if (anchor) anchor.after(...lines); else body.append(...lines);
      return lines;
    };
    const closed = (lines) => { for (const one of lines) { one.close?.(); one.remove(); } };
    const first = filled(null, 0, element.where || {});
    if (!first.length) return card(element, made("p", { class: "empty" }, "There is nothing to show for this choice."));
    const { total } = added(cube, [], names, element.where, from, to);
    const headings = ["name", ...names];
    return card(element,
      made("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": element.title },
        made("table", {},
          made("thead", {}, made("tr", {}, made("th", { scope: "col", class: "name" }, words(element.by[0])), names.map((name) => made("th", { scope: "col", title: site.metrics[name].help }, site.metrics[name].label)))),
          body,
          made("tfoot", {}, made("tr", { class: "total" }, made("th", { scope: "row", class: "name" }, "All"), names.map((name) => made("td", {}, written(total[name], site.metrics[name].format))))))),
      ...tools(element.title, cube, () => [...element.by, ...names], () => inOrder(added(cube, element.by, names, element.where, from, to).rows, element.sort).map((row) => [...element.by, ...names].map((name) => row[name]))));
  }

  function listed(element) {
    const cube = cubes[element.cube];
    const rows = kept(cube, {}, undefined, undefined);
    const value = (row, column) => cube.columns[column.name]?.at(row) ?? null;
    if (!rows.length) return card(element, made("p", { class: "empty" }, element.empty));
    const isName = (column) => column.format === "text";
    const shown = (row, column) => (isName(column) ? dimText(column.name === "phase" || column.name === "kind" ? "kind" : column.name, value(row, column)) : written(value(row, column), column.format));
    // A sentence keeps its width on a phone: in a narrow column it would make the row as tall as the page.
    const kindOf = (column, text) => (!isName(column) ? null : String(text).length > 40 ? "name prose" : "name");
    const line = (row) => made("tr", {}, element.columns.map((column) => { const text = shown(row, column); return made("td", { class: kindOf(column, text) }, text); }));
    const body = made("tbody", {}, rows.slice(0, ROWS_AT_FIRST).map(line));
    const more = rows.length > ROWS_AT_FIRST
      ? made("button", { type: "button", class: "more", onclick: (event) => { event.target.remove(); body.append(...rows.slice(ROWS_AT_FIRST).map(line)); } }, `Show all ${rows.length}`)
      : null;
    return card(element,
      made("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": element.title },
        made("table", {},
          made("thead", {}, made("tr", {}, element.columns.map((column) => made("th", { scope: "col", class: isName(column) ? "name" : null }, column.label)))),
          body)), more,
      ...tools(element.title, cube, () => element.columns.map((column) => column.name), () => rows.map((row) => element.columns.map((column) => value(row, column)))));
  }

  function story(element) {
    const cube = cubes[element.cube];
    const rows = kept(cube, {}, undefined, undefined);
    if (!rows.length) return card(element, made("p", { class: "empty" }, "No lead was won over several contacts yet."));
    const at = (row, name) => cube.columns[name].at(row);
    const days = (count) => (count === 0 ? "On the day of the lead" : `${Math.abs(count)} ${Math.abs(count) === 1 ? "day" : "days"} before the lead`);
    const steps = rows.map((row) => made("li", {},
      made("span", { class: "when" }, days(at(row, "days_before_lead"))),
      made("strong", {}, at(row, "channel")), ` (${words(at(row, "what")).toLowerCase()})`,
      at(row, "campaign") ? `, campaign ${at(row, "campaign")}` : "", at(row, "keyword") ? `, searched for “${at(row, "keyword")}”` : "",
      made("span", { class: "when" }, "known by: ", words(at(row, "known_by") ?? "–").toLowerCase())));
    steps.push(made("li", { class: "end" }, made("strong", {}, "Bought"), `, for ${written(at(rows[0], "revenue"), "money")}`));
    return card(element, made("ol", { class: "story" }, steps), made("p", { class: "note" }, "Nobody is named. To be told all that is known: ", made("code", {}, `leadgen explain ${at(rows[0], "lead_id")}`)));
  }

  function problems(element) {
    const cube = cubes[element.cube];
    const at = (row, name) => cube.columns[name].at(row);
    const byProblem = Map.groupBy ? Map.groupBy(kept(cube, {}, undefined, undefined), (row) => at(row, "problem")) : grouped(kept(cube, {}, undefined, undefined), (row) => at(row, "problem"));
    const cards = [...byProblem.entries()].map(([problem, rows]) => {
      const last = rows.at(-1);
      const page = element.pages[problem];
      const isProblem = at(last, "is_problem") === "yes";
      const trend = at(last, "trend");
      const points = writer({ maximumFractionDigits: 1, signDisplay: "exceptZero" }).format((trend ?? 0) * 100);
      const place = made("div", { class: "chart" });
      const series = rows.map((row) => ({ month: at(row, "month"), indicator_value: at(row, "indicator_value"), threshold: at(row, "threshold") }));
      place.draw = () => drawn(place, { title: words(problem), spec: element.spec, by: ["month"], metrics: ["indicator_value"] }, series);
      const first = ["look_at_first", "look_at_second", "look_at_third"].map((name) => at(last, name)).filter(Boolean);
      const target = site.pages.find((one) => one.name === page);
      return made("section", { class: "card problem" },
        made("div", { class: "head" }, made("h2", {}, `${at(last, "problem_number")}. ${words(problem)}`), made("span", { class: "state " + (isProblem ? "bad" : "good") }, isProblem ? "✗ problem" : "✓ in order")),
        made("p", { class: "big" }, written(at(last, "indicator_value"), "percent")),
        made("p", {}, `${at(last, "indicator")}; a problem from ${written(at(last, "threshold"), "percent")}`),
        place,
        made("p", { class: "note" }, `${monthName(at(last, "month"))}; ${points} points on the month before. Dashed: the threshold.`),
        at(last, "money") ? made("p", { class: "money" }, made("strong", {}, written(at(last, "money"), "money")), " at stake") : made("p", { class: "money" }, "No money is counted at this problem."),
        first.length ? made("p", {}, "Look at first: ", first.join(", ")) : null,
        target ? made("p", {}, made("a", { href: address(page) }, `More on the page ${target.title}`)) : null,
        made("details", {}, made("summary", {}, "Table"), tableOf(words(problem), ["month"], ["indicator_value"], series)));
    });
    return made("div", { class: "problems wide" }, cards);
  }
  function grouped(rows, key) {
    const found = new Map();
    for (const row of rows) found.set(key(row), [...(found.get(key(row)) || []), row]);
    return found;
  }

  const makers = { tiles, chart, each, table, rows: listed, story, problems, words: (element) => made("p", { class: "card wide" }, sentence(element.text)) };

  // ---- The page ----------------------------------------------------------------------------------------------------

  function switches(page) {
    const form = byId("switches");
    form.replaceChildren(...page.switches.map((name) => {
      const list = made("select", { name, onchange: (event) => { state[name] = event.target.value; history.replaceState(null, "", address(state.page)); show(false); } },
        choices[name].options.map((option) => made("option", { value: option.value, selected: option.value === state[name] }, option.label)));
      return made("label", {}, choices[name].label, list);
    }));
  }
  function shownWords(page) {
    const parts = [state.brand ? `${brand().name} (${brand().currency})` : `All brands (${brand().currency})`];
    if (page.switches.includes("period")) parts.push(`${dayName(Math.max(period().from, firstDay))} to ${dayName(period().to)}`);
    if (page.switches.includes("model")) parts.push(`model ${words(state.model).toLowerCase()}`);
    if (page.switches.includes("basis")) parts.push(`leads and sales by ${choices.basis.options.find((one) => one.value === state.basis).label}`);
    return parts.join(" · ");
  }

  async function show(isNew) {
    const round = ++drawing;
    const page = site.pages.find((one) => one.name === state.page);
    document.title = `${page.title}, ${site.as_of_day}`;
    byId("title").textContent = page.title;
    byId("question").textContent = page.question;
    byId("brand-name").textContent = state.brand ? brand().name : "All brands";
    for (const link of document.querySelectorAll("[data-page]")) {
      link.href = address(link.dataset.page);
      if (link.dataset.page === page.name) { link.setAttribute("aria-current", "page"); if (isNew) link.parentElement.parentElement.scrollLeft = link.offsetLeft - 60; } else link.removeAttribute("aria-current");
    }
    if (isNew) switches(page);
    byId("shown").textContent = shownWords(page);
    document.body.dataset.state = "drawing";
    byId("elements").replaceChildren(...page.elements.map((element) => makers[element.kind](element)));
    for (const place of document.querySelectorAll(".chart")) {
      if (round !== drawing) return;
      if (place.draw) await place.draw();
    }
    if (round === drawing) document.body.dataset.state = "drawn";
  }

  function themed(isDark) {
    document.documentElement.dataset.theme = isDark ? "dark" : "light";
    byId("theme").textContent = isDark ? "Light" : "Dark";
  }
  const dark = matchMedia("(prefers-color-scheme: dark)");
  themed(dark.matches);
  dark.addEventListener("change", () => themed(dark.matches));
  byId("theme").addEventListener("click", () => themed(document.documentElement.dataset.theme !== "dark"));
  addEventListener("hashchange", () => {
    if (location.hash === "#content") return;
    readAddress();
    show(true);
    scrollTo(0, 0);
  });
  readAddress();
  await show(true);
})();
